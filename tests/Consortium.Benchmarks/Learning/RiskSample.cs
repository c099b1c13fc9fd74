using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;

namespace Consortium.Benchmarks.Learning;

/// <summary>
/// The late view's rows with columns of account risk. The earlier model is today's, out of fold: payments of each third of the
/// training days are scored by a model of the other two, and later days by the three in turn, so that no payment is scored by a
/// model that knows its label and all scores come from models of one quality.
/// </summary>
internal sealed class RiskSample
{
    private const int Folds = 3;
    private const int Levels = 16;

    /// <summary>The levels from which buckets 1 to 3 start: 6 %, 0.4 % and 0.05 % of payments and fewer.</summary>
    private static readonly int[] BucketStarts = [4, 8, 11];

    private RiskSample(FeatureMatrix training, FeatureMatrix test) => (Training, Test) = (training, test);

    public FeatureMatrix Training { get; }

    public FeatureMatrix Test { get; }

    public static FeatureSchema Schema { get; } =
        new(1, FeatureView.Late.Schema.Features.AddRange(AccountRisk.Schema.Features));

    /// <summary>All banks' rows; they are those of the samples, in the same order.</summary>
    public static RiskSample[] Of(
        IReadOnlyList<BankView> views, AcrossSample[] samples, BoostingSettings settings, DateTime first, int days)
    {
        int cut = AcrossSample.CutOf(days);
        Model[] folds = [.. Enumerable.Range(0, Folds).Select(fold => PooledTraining.Train(
            new TrainingPlan(FeatureView.Now.Schema, settings, 1 << 21, seed: (ulong)fold),
            [.. samples.Select(sample => sample.RowsBut(day => FoldOf(day, cut) == fold))]))];
        double[] cuts = Cuts(samples, folds, cut);
        return [.. views.Select((view, bank) => Of(view, samples[bank], folds, cuts, first, days))];
    }

    private static RiskSample Of(
        BankView view, AcrossSample sample, Model[] folds, double[] cuts, DateTime first, int days)
    {
        int cut = AcrossSample.CutOf(days);
        var training = new FeatureMatrix(AccountRisk.Schema);
        var test = new FeatureMatrix(AccountRisk.Schema);
        var risk = new AccountRisk(view.Accounts.Count);
        int[] levels = new int[view.Count];
        float[] row = new float[FeatureView.Now.Schema.Count], columns = new float[AccountRisk.Schema.Count];
        var extractor = new FeatureExtractor(view.Bank, view.Accounts, TakeLate);
        for (int number = 0; number < view.Count; number++)
        {
            Payment payment = view.Payments[number];
            int day = (payment.Timestamp.Date - first).Days;
            if (extractor.Add(payment, row, number))
            {
                double score = folds[FoldOf(day, cut)].LogOdds(row);
                levels[number] = cuts.Count(least => score >= least);
            }

            risk.Add(
                payment, MinuteOf(payment), number, BucketStarts.Count(start => levels[number] >= start), levels[number]);
        }

        return new RiskSample(
            FeatureMatrix.Beside(sample.TrainingLate, training, Schema), FeatureMatrix.Beside(sample.TestLate, test, Schema));

        void TakeLate(int number, ReadOnlySpan<float> late)
        {
            Payment payment = view.Payments[number];
            if (AcrossSample.PartOf(payment, number, (payment.Timestamp.Date - first).Days, days) is bool isTest)
            {
                risk.Write(payment, number, levels[number], MinuteOf(payment) + 1440, columns);
                (isTest ? test : training).AddRow(columns);
            }
        }
    }

    /// <summary>Scores above which half, a quarter and so on of legitimate training payments lie.</summary>
    private static double[] Cuts(AcrossSample[] samples, Model[] folds, int cut)
    {
        double[] scores = [.. samples.SelectMany(sample => sample.LegitimateScores(day => folds[FoldOf(day, cut)])).Order()];
        return [.. Enumerable.Range(1, Levels - 1).Select(
            level => scores[scores.Length - 1 - (int)(scores.Length * Math.Pow(0.5, level))])];
    }

    private static int MinuteOf(in Payment payment) => (int)(payment.Timestamp.Ticks / TimeSpan.TicksPerMinute);

    private static int FoldOf(int day, int cut) => day < cut ? day * Folds / cut : day % Folds;
}

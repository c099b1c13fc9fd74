using Consortium.Learning.Evaluation;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;

namespace Consortium.Benchmarks.Learning;

/// <summary>
/// What a model finds in the late view beside today's, on simulated payments of each world and two seeds: all banks' test
/// payments ranked together. <c>--rows N</c> sets the number of payments, <c>--only WORLD</c> takes one world.
/// </summary>
internal static class AcrossFigures
{
    private const int AlertsPerDay = 50;
    private const int MaximumRows = 1 << 21;

    public static BoostingSettings Settings { get; } = new();

    public static void Measure(FigureReport report, FigureOptions options)
    {
        bool isPooledSame = true;
        foreach (AcrossWorld world in AcrossWorld.All(options))
        {
            AcrossSample[] banks = world.Samples();
            Judged now = Judge(FeatureView.Now, banks);
            Judged late = Judge(FeatureView.Late, banks);
            isPooledSame &= world.Seed > 1 || IsPooledSame(FeatureView.Late, banks, late.Model);
            string suffix = world.Suffix;
            report.Add($"laundering_{suffix}", now.Alerts.Laundering, "test payments");
            report.Add($"now_ap_{suffix}", now.Precision);
            report.Add($"now_recall_at_50_{suffix}", now.Alerts.Recall);
            report.Add($"late_ap_{suffix}", late.Precision);
            report.Add($"late_recall_at_50_{suffix}", late.Alerts.Recall);
            report.Add($"late_ap_over_now_{suffix}", late.Precision / now.Precision);
        }

        report.Add("identical_to_pooled", isPooledSame ? 1 : 0, "1");
    }

    public static Judged Judge(FeatureView view, AcrossSample[] banks) => Judge(
        view.Schema, banks, [.. banks.Select(bank => bank.Rows(view))], [.. banks.Select(bank => bank.Test(view))]);

    public static Judged Judge(FeatureSchema schema, AcrossSample[] banks, TrainingRows[] training, FeatureMatrix[] test)
    {
        Model model = PooledTraining.Train(Plan(schema), training);
        double[] scores = [.. test.SelectMany(model.LogOdds)];
        Label[] labels = [.. banks.SelectMany(bank => bank.TestLabels)];
        int[] days = [.. banks.SelectMany(bank => bank.TestDays)];
        return new Judged(
            model, AveragePrecision.Of(scores, labels), DailyAlerts.Count(scores, labels, days, AlertsPerDay));
    }

    /// <summary>Whether one pool of all banks' rows gives the same model, bit for bit.</summary>
    private static bool IsPooledSame(FeatureView view, AcrossSample[] banks, Model model)
    {
        var pool = new FeatureMatrix(view.Schema);
        var labels = new List<Label>();
        var row = new float[view.Schema.Count];
        foreach (TrainingRows rows in banks.Select(bank => bank.Rows(view)))
        {
            for (int i = 0; i < rows.Training.RowCount; i++)
            {
                rows.Training.CopyRow(i, row);
                pool.AddRow(row);
                labels.Add(rows.TrainingLabels[i] == 1 ? Label.Laundering : Label.Legitimate);
            }
        }

        var pooled = new TrainingRows(pool, [.. labels], new FeatureMatrix(view.Schema, 0), []);
        return PooledTraining.Train(Plan(view.Schema), pooled).Digest.Span.SequenceEqual(model.Digest.Span);
    }

    private static TrainingPlan Plan(FeatureSchema schema) => new(schema, Settings, MaximumRows, seed: 7);

    internal sealed record Judged(Model Model, double Precision, AlertCounts Alerts);
}

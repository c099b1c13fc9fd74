using System.Globalization;
using Consortium.Benchmarks.Learning;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Benchmarks.Privacy;

/// <summary>
/// Average precision and recall at 50 alerts a day against epsilon, over all banks' test days, beside the same learner trained
/// by each bank alone without noise. One draw of the noise says little: figures are means over several, and the least and most
/// average precision of them stand beside.
/// </summary>
internal static class PrivacyTable
{
    private const int AlertsPerDay = 50;
    private const int AccountCap = 8;
    private const long SimulatedPayments = 400_000;
    private const int Draws = 3;

    private static readonly double[] Epsilons = [16, 8, 4, 2, 1, 0.5];

    public static void Measure(FigureReport report, FigureOptions options)
    {
        if (DataFigures.Find(options.DataFolder) is { } path)
        {
            BankSample[] banks = BankSample.Of(PaymentReader.ReadAll(path));
            Measure(report, "", banks, options);
            Measure(report, "amlsim12_5_banks_", banks[..5], options);
        }

        foreach (int count in (int[])[12, 5])
        {
            Measure(
                report,
                $"simulated_{count}_banks_",
                BankSample.Of(Simulator.Run(new SimulationPlan { Banks = count, Payments = SimulatedPayments }).Set),
                options);
        }
    }

    private static void Measure(FigureReport report, string prefix, BankSample[] banks, FigureOptions options)
    {
        double[] usual = OwnModels(
            banks,
            new TrainingPlan(banks[0].Training.Features.Schema, new BoostingSettings(), NoisyLearner.MaximumRows, seed: 1));
        report.Add($"{prefix}own_usual_models_mean_ap", Mean(usual));
        if (options.Only != "random")
        {
            Measure(report, prefix, banks, BoostingSettings.ForNoise, usual);
        }

        if (options.Only != "turns")
        {
            Measure(report, prefix + "random_", banks, BoostingSettings.RandomForNoise, usual);
        }
    }

    private static void Measure(
        FigureReport report, string prefix, BankSample[] banks, BoostingSettings settings, double[] usual)
    {
        TrainingRows[] rows = [.. banks.Select(bank => bank.Rows)];
        SampleRows test = SampleRows.Join([.. banks.Select(bank => bank.Test)]);
        TrainingPlan Plan(double? epsilon, int cap) =>
            NoisyLearner.Plan(test.Features.Schema, epsilon, cap, banks.Length, settings);
        TrainingPlan exact = Plan(epsilon: null, cap: 0);
        double[] own = OwnModels(banks, exact);
        report.Add($"{prefix}own_models_mean_ap", Mean(own));
        double without = 0;
        foreach ((int cap, double? epsilon) in Cases)
        {
            TrainingPlan plan = Plan(epsilon, cap);
            Outcome[] draws = [.. Enumerable.Range(1, epsilon is null ? 1 : Draws).Select(
                seed => Outcome.Of(NoisyLearner.Train(plan, rows, seed), banks, test))];
            double precision = draws.Average(draw => draw.Precision);
            without = epsilon is null ? precision : without;
            string name = prefix + (epsilon is null ? "" : cap == 0 ? "payment_" : "account_") + $"epsilon_{Text(epsilon)}";
            report.Add($"{name}_ap", precision);
            report.Add($"{name}_ap_least", draws.Min(draw => draw.Precision));
            report.Add($"{name}_ap_most", draws.Max(draw => draw.Precision));
            report.Add($"{name}_recall_at_50", draws.Average(draw => draw.Recall));
            double[] together = [.. banks.Select((_, bank) => draws.Average(draw => draw.Banks[bank]))];
            report.Add($"{name}_banks_mean_ap", Mean(together));
            report.Add($"{name}_banks_ahead", Ahead(together, own));
            int least = draws.Min(draw => Ahead(draw.Banks, own));
            report.Add($"{name}_banks_ahead_least", least);
            report.Add($"{name}_banks_ahead_of_usual", Ahead(together, usual));
            if (epsilon is 2 or 8)
            {
                report.Add($"{name}_ap_ratio", precision / without, prefix != "" ? null : epsilon == 8 ? ">= 0.85" : ">= 0.7");
            }

            if (epsilon == 8 && prefix == "" && cap == 0)
            {
                report.Add("banks_ahead_at_epsilon_8", least, ">= 9 of 12, in the worst draw");
            }
        }
    }

    private static int Ahead(double[] banks, double[] own) => banks.Zip(own).Count(pair => pair.First > pair.Second);

    /// <summary>Over the banks whose test days have laundering.</summary>
    private static double Mean(IEnumerable<double> precisions) => precisions.Where(double.IsFinite).Average();

    /// <summary>Average precision on each bank's test days of the model that it trains alone, without noise.</summary>
    private static double[] OwnModels(BankSample[] banks, TrainingPlan exact)
    {
        var own = new double[banks.Length];
        Parallel.For(
            0, banks.Length,
            bank => own[bank] = banks[bank].PrecisionOf(PooledTraining.TrainAlone(exact, banks[bank].Rows)));
        return own;
    }

    /// <summary>Without noise first, which the others are compared with; what is capped has noise.</summary>
    private static IEnumerable<(int Cap, double? Epsilon)> Cases =>
        new (int, double?)[] { (0, null) }
            .Concat(Epsilons.Select(epsilon => (0, (double?)epsilon)))
            .Concat(Epsilons.Select(epsilon => (AccountCap, (double?)epsilon)));

    private static string Text(double? epsilon) =>
        epsilon is { } given ? given.ToString("0.#", CultureInfo.InvariantCulture).Replace('.', '_') : "none";

    /// <summary>What one draw's model does on all banks' test days.</summary>
    private sealed record Outcome(double Precision, double Recall, double[] Banks)
    {
        public static Outcome Of(Model model, BankSample[] banks, SampleRows test)
        {
            double[] scores = model.LogOdds(test.Features);
            return new Outcome(
                AveragePrecision.Of(scores, test.Labels),
                DailyAlerts.Count(scores, test.Labels, test.Days, AlertsPerDay).Recall,
                [.. banks.Select(bank => bank.PrecisionOf(model))]);
        }
    }
}

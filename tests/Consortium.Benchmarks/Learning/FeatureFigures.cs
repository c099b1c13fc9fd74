using Consortium.Learning.Features;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Benchmarks.Learning;

/// <summary>How fast features are computed over every bank's view, one thread, and what an account costs to remember.</summary>
internal static class FeatureFigures
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(20);

    /// <summary>Adds the figures; where the data folder has no amlsim12, over simulated payments.</summary>
    public static void Measure(FigureReport report, FigureOptions options)
    {
        PaymentSet set = DataFigures.Find(options.DataFolder) is { } file
            ? PaymentReader.ReadAll(file)
            : Simulator.Run(new SimulationPlan()).Set;
        IReadOnlyList<BankView> views = BankView.Split(set);
        var row = new float[FeatureExtractor.Schema.Count];
        double seconds = SecondsOf(views, row, late: null);
        double lateSeconds = SecondsOf(views, row, (_, _) => { });

        long before = GC.GetTotalMemory(forceFullCollection: true);
        List<FeatureExtractor> extractors = [.. views.Select(view => Extract(view, row))];
        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(views);
        report.Add("features_rows_per_s", set.Count / seconds, ">= 200,000, all banks' views in turn");
        report.Add("features_late_rows_per_s", set.Count / lateSeconds, "with the late view's columns");
        report.Add("features_count", FeatureExtractor.Schema.Count);
        report.Add(
            "features_bytes_per_account", (double)bytes / extractors.Sum(extractor => extractor.AccountCount), "pairs included");
    }

    private static double SecondsOf(
        IReadOnlyList<BankView> views, float[] row, LateRow? late) => Benchmarks.Measure.MedianSeconds(
        () =>
        {
            foreach (BankView view in views)
            {
                Extract(view, row, late);
            }
        },
        Budget);

    private static FeatureExtractor Extract(BankView view, float[] row, LateRow? late = null)
    {
        var extractor = new FeatureExtractor(view.Bank, view.Accounts, late);
        foreach (ref readonly Payment payment in view.Payments)
        {
            extractor.Add(payment, row);
        }

        return extractor;
    }
}

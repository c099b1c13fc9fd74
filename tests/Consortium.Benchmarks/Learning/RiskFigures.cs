using Consortium.Learning.Features;

namespace Consortium.Benchmarks.Learning;

/// <summary>
/// A trial of account risk: what a model finds in the late view with each bank's own counts of risky accounts, beside today's
/// view. No daemon computes these columns yet. Options are those of <see cref="AcrossFigures"/>.
/// </summary>
internal static class RiskFigures
{
    public static void Measure(FigureReport report, FigureOptions options)
    {
        foreach (AcrossWorld world in AcrossWorld.All(options))
        {
            AcrossSample[] banks = world.Samples();
            AcrossFigures.Judged now = AcrossFigures.Judge(FeatureView.Now, banks);
            RiskSample[] risk = RiskSample.Of(world.Views, banks, AcrossFigures.Settings, world.FirstDay, world.Days);
            AcrossFigures.Judged tier0 = AcrossFigures.Judge(
                RiskSample.Schema, banks, [.. banks.Zip(risk, (bank, rows) => bank.Rows(rows.Training))],
                [.. risk.Select(rows => rows.Test)]);
            report.Add($"now_ap_{world.Suffix}", now.Precision);
            report.Add($"now_recall_at_50_{world.Suffix}", now.Alerts.Recall);
            report.Add($"tier0_ap_{world.Suffix}", tier0.Precision);
            report.Add($"tier0_recall_at_50_{world.Suffix}", tier0.Alerts.Recall);
            report.Add($"tier0_ap_over_now_{world.Suffix}", tier0.Precision / now.Precision);
        }
    }
}

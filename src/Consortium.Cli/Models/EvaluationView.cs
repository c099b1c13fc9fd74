using Consortium.Learning.Evaluation;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Cli.Models;

/// <summary>A model's evaluation as JSON; what cannot be computed is null.</summary>
internal sealed record EvaluationView(
    string Model,
    int Rows,
    long Laundering,
    DateTime From,
    double? AveragePrecision,
    double? BaseRate,
    int AlertsPerDay,
    EvaluationView.Counts AtDailyAlerts,
    EvaluationView.Counts AtThreshold,
    double Threshold,
    int ValidationRows,
    long? Attempts,
    long? AttemptsFound)
{
    public static EvaluationView Of(Model model, EvaluationReport report, int validation, DateTime from) => new(
        Convert.ToHexStringLower(model.Digest.Span),
        report.Rows,
        report.Laundering,
        from,
        Known(report.AveragePrecision),
        Known(report.BaseRate),
        report.AlertsPerDay,
        Counts.Of(report.AtDailyAlerts),
        Counts.Of(report.AtThreshold),
        report.Threshold,
        validation,
        report.AttemptsAtDailyAlerts.Attempts == 0 ? null : report.AttemptsAtDailyAlerts.Attempts,
        report.AttemptsAtDailyAlerts.Attempts == 0 ? null : report.AttemptsAtDailyAlerts.Found);

    private static double? Known(double value) => double.IsFinite(value) ? value : null;

    /// <summary>What a set of alerts found.</summary>
    internal sealed record Counts(long Alerts, long Hits, double? Precision, double? Recall, double? F1)
    {
        public static Counts Of(AlertCounts counts) =>
            new(counts.Alerts, counts.Hits, Known(counts.Precision), Known(counts.Recall), Known(counts.F1));
    }
}

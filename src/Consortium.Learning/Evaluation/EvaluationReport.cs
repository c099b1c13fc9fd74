using Consortium.Learning.Payments;

namespace Consortium.Learning.Evaluation;

/// <summary>One set of rows, one bank's or all banks', by the metrics that AML teams work with.</summary>
/// <remarks>
/// Neither accuracy nor the area under the ROC curve is here: at 4 laundering rows in 1,000 both look well for a model that finds
/// nothing an analyst can use. Give a bank's own report beside the consortium's: scores of different models do not compare.
/// </remarks>
public sealed record EvaluationReport
{
    public required int Rows { get; init; }

    public required long Laundering { get; init; }

    /// <summary>The average precision that random scores would reach.</summary>
    public required double BaseRate { get; init; }

    public required double AveragePrecision { get; init; }

    /// <summary>The threshold, which was chosen on other rows.</summary>
    public required double Threshold { get; init; }

    public required AlertCounts AtThreshold { get; init; }

    public required int AlertsPerDay { get; init; }

    public required AlertCounts AtDailyAlerts { get; init; }

    /// <summary>Attempts of which <see cref="AtDailyAlerts"/> has a row; none when the rows name no attempts.</summary>
    public required AttemptCounts AttemptsAtDailyAlerts { get; init; }

    /// <param name="threshold">From <see cref="AlertThreshold.OfBestF1"/> on validation rows, never on these.</param>
    /// <param name="alertsPerDay">What the analysts of these rows can work in a day.</param>
    public static EvaluationReport Of(ScoredRows rows, double threshold, int alertsPerDay)
    {
        ReadOnlySpan<double> scores = rows.Scores.Span;
        ReadOnlySpan<Label> labels = rows.Labels.Span;
        int[] alerted = DailyAlerts.Select(scores, rows.Days.Span, alertsPerDay);
        return new EvaluationReport
        {
            Rows = rows.Count,
            Laundering = labels.Count(Label.Laundering),
            BaseRate = Evaluation.AveragePrecision.BaseRate(labels),
            AveragePrecision = Evaluation.AveragePrecision.Of(scores, labels),
            Threshold = threshold,
            AtThreshold = AlertThreshold.Count(scores, labels, threshold),
            AlertsPerDay = alertsPerDay,
            AtDailyAlerts = DailyAlerts.Count(labels, alerted),
            AttemptsAtDailyAlerts = rows.Attempts.IsEmpty ? default : AttemptCounts.Of(rows.Attempts.Span, alerted),
        };
    }
}

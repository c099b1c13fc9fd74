using Consortium.Learning.Evaluation;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Evaluation;

public sealed class EvaluationReportTests
{
    /// <summary>Two days; attempts 7 (rows 0, 1), 8 (row 3) and 9 (row 5, which no one alerts).</summary>
    private readonly ScoredRows _rows = new(
        new double[] { 3, 2, 1, 5, 4, -1 },
        new[] { Label.Laundering, Label.Laundering, Label.Legitimate, Label.Laundering, Label.Legitimate, Label.Laundering },
        new int[] { 0, 0, 0, 1, 1, 1 },
        new int[] { 7, 7, ScoredRows.NoAttempt, 8, ScoredRows.NoAttempt, 9 });

    [Fact]
    public void Of_TwoDays_HasEachMetric()
    {
        EvaluationReport report = EvaluationReport.Of(_rows, threshold: 2, alertsPerDay: 1);

        Assert.Equal(6, report.Rows);
        Assert.Equal(4, report.Laundering);
        Assert.Equal(4.0 / 6, report.BaseRate);
        Assert.Equal((1 + 2.0 / 3 + 3.0 / 4 + 4.0 / 6) / 4, report.AveragePrecision, 1e-12);
        Assert.Equal(new AlertCounts(Alerts: 4, Hits: 3, Laundering: 4), report.AtThreshold);
        Assert.Equal(new AlertCounts(Alerts: 2, Hits: 2, Laundering: 4), report.AtDailyAlerts);
        Assert.Equal(new AttemptCounts(Found: 2, Attempts: 3), report.AttemptsAtDailyAlerts);
    }

    [Fact]
    public void Take_OneBanksRows_KeepsColumnsTogether()
    {
        EvaluationReport report = EvaluationReport.Of(_rows.Take([5, 4]), threshold: 4, alertsPerDay: 2);

        Assert.Equal(new AlertCounts(Alerts: 1, Hits: 0, Laundering: 1), report.AtThreshold);
        Assert.Equal(new AttemptCounts(Found: 1, Attempts: 1), report.AttemptsAtDailyAlerts);
    }
}

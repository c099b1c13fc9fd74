using Consortium.Learning.Evaluation;
using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Evaluation;

public sealed class DailyAlertsTests
{
    [Fact]
    public void Select_AnyRows_TakesHighestScoresOfEachDayThenEarliestRows() =>
        Gen.Select(AveragePrecisionTests.Rows, Gen.Int[-2, 3].Array[60], Gen.Int[1, 9]).Sample((rows, allDays, perDay) =>
        {
            int[] days = allDays[..rows.Scores.Length];
            int[] expected = [.. Enumerable.Range(0, days.Length)
                .GroupBy(row => days[row])
                .SelectMany(day => day.OrderByDescending(row => rows.Scores[row]).ThenBy(row => row).Take(perDay))
                .Order()];

            Assert.Equal(expected, DailyAlerts.Select(rows.Scores, days, perDay));
        });

    [Fact]
    public void Count_TwoDays_CountsHitsAndMisses()
    {
        double[] scores = [0.9, 0.8, 0.1, 0.7, 0.2];
        Label[] labels = [Label.Laundering, Label.Legitimate, Label.Laundering, Label.Laundering, Label.Legitimate];

        AlertCounts counts = DailyAlerts.Count(scores, labels, days: [0, 0, 0, 1, 1], perDay: 1);

        Assert.Equal(new AlertCounts(Alerts: 2, Hits: 2, Laundering: 3), counts);
        Assert.Equal(1.0, counts.Precision);
        Assert.Equal(2.0 / 3, counts.Recall);
        Assert.Equal(1.0, counts.AlertsPerHit);
        Assert.Equal(0.8, counts.F1);
    }

    [Fact]
    public void Select_NoAlertsADay_IsRejected() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DailyAlerts.Select([1.0], [0], perDay: 0));
}

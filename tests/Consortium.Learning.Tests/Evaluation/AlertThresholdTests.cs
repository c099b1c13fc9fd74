using Consortium.Learning.Evaluation;
using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Evaluation;

public sealed class AlertThresholdTests
{
    [Fact]
    public void OfBestF1_AnyRows_NoScoreIsABetterThreshold() =>
        AveragePrecisionTests.Rows.Where(rows => rows.Labels.Contains(Label.Laundering)).Sample(rows =>
        {
            (double threshold, AlertCounts best) = AlertThreshold.OfBestF1(rows.Scores, rows.Labels);

            Assert.Equal(best, AlertThreshold.Count(rows.Scores, rows.Labels, threshold));
            foreach (double other in rows.Scores)
            {
                AlertCounts counts = AveragePrecisionTests.CountAtOrAbove(rows.Scores, rows.Labels, other);
                Assert.Equal(counts, AlertThreshold.Count(rows.Scores, rows.Labels, other));
                Assert.True(best.F1 >= counts.F1);
                Assert.False(best.F1 == counts.F1 && other > threshold);
            }
        });

    [Fact]
    public void OfBestF1_NoLaundering_AlertsNothing()
    {
        (double threshold, AlertCounts counts) = AlertThreshold.OfBestF1([1, 2], [Label.Legitimate, Label.Legitimate]);

        Assert.Equal(double.PositiveInfinity, threshold);
        Assert.Equal(default, counts);
    }
}

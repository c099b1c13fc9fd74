using Consortium.Learning.Evaluation;
using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Evaluation;

public sealed class ScoreHistogramTests
{
    /// <summary>Rows of raw scores that fall on edges, beside edges, beyond both ends, and many to a bin.</summary>
    private static readonly Gen<(double[] Scores, Label[] Labels)> Rows =
        Gen.Select(
            Gen.OneOf(
                Gen.Double[-18, 18],
                Gen.Double[0, 0.02],
                Gen.Int[-2100, 2100].Select(edge => edge / 128.0),
                Gen.Int[-2100, 2100].Select(edge => double.BitDecrement(edge / 128.0)),
                Gen.OneOfConst(double.NegativeInfinity, double.PositiveInfinity, -0.0)),
            Gen.Int[0, 2].Select(draw => draw == 0 ? Label.Laundering : Label.Legitimate))
            .Array[1, 80]
            .Select(rows => (rows.Select(row => row.Item1).ToArray(), rows.Select(row => row.Item2).ToArray()));

    [Fact]
    public void Of_RowsSplitOverBanks_SumsToPooledHistogram() =>
        Gen.Select(Rows, Gen.Int[0, 3].Array[80]).Sample((rows, banks) =>
        {
            var sum = new long[ScoreHistogram.Length];
            for (int bank = 0; bank <= 3; bank++)
            {
                int[] own = [.. Enumerable.Range(0, rows.Scores.Length).Where(row => banks[row] == bank)];
                ScoreHistogram part = ScoreHistogram.Of(
                    [.. own.Select(row => rows.Scores[row])], [.. own.Select(row => rows.Labels[row])]);
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += part.Counts[i];
                }
            }

            ScoreHistogram pooled = ScoreHistogram.Of(rows.Scores, rows.Labels);
            Assert.Equal(pooled.Counts, ScoreHistogram.FromSum(sum).Counts);
            Assert.Equal(rows.Scores.Length, pooled.Rows);
            Assert.Equal(AveragePrecision.BaseRate(rows.Labels), pooled.BaseRate);
        }, iter: 200);

    [Fact]
    public void At_EveryEdge_IsExact() =>
        Gen.Select(Rows, Gen.Int[0, ScoreHistogram.BinCount - 1]).Sample((rows, bin) =>
        {
            ScoreHistogram histogram = ScoreHistogram.Of(rows.Scores, rows.Labels);
            foreach (double threshold in rows.Scores.Select(LowerEdgeBelow)
                .Append(ScoreHistogram.LowerEdge(bin))
                .Append(double.PositiveInfinity))
            {
                // Alerting on infinite scores alone is what a threshold of positive infinity means for rows; the histogram alerts
                // none.
                AlertCounts exact = double.IsPositiveInfinity(threshold)
                    ? new AlertCounts(0, 0, histogram.Laundering)
                    : AlertThreshold.Count(rows.Scores, rows.Labels, threshold);
                Assert.Equal(exact, histogram.At(threshold));
            }
        }, iter: 300);

    [Fact]
    public void AveragePrecisionBounds_AnyRows_HoldTheExactValue() =>
        Rows.Where(rows => rows.Labels.Contains(Label.Laundering)).Sample(rows =>
        {
            double exact = AveragePrecision.Of(rows.Scores, rows.Labels);
            (double low, double estimate, double high) = ScoreHistogram.Of(rows.Scores, rows.Labels).AveragePrecisionBounds();

            Assert.InRange(exact, low - 1e-12, high + 1e-12);
            Assert.InRange(estimate, low - 1e-12, high + 1e-12);
        }, iter: 2000);

    /// <summary>The error that Evaluation/README.md states, on rows and a base rate like a consortium's.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AveragePrecisionBounds_HundredThousandRows_AreWithinOneThousandth(uint seed)
    {
        (double[] scores, Label[] labels) = OverlappingClasses(seed, rows: 100_000, laundering: 400);

        double exact = AveragePrecision.Of(scores, labels);
        (double low, double estimate, double high) = ScoreHistogram.Of(scores, labels).AveragePrecisionBounds();

        Assert.InRange(exact, 0.3, 0.9);
        Assert.InRange(Math.Abs(estimate - exact), 0, 0.001);
        Assert.InRange(high - low, 0, 0.02);
    }

    [Fact]
    public void OfBestF1_HundredThousandRows_LosesLessThanTwoThousandths()
    {
        (double[] scores, Label[] labels) = OverlappingClasses(seed: 4, rows: 100_000, laundering: 400);

        (double threshold, AlertCounts counts) = ScoreHistogram.Of(scores, labels).OfBestF1();

        Assert.Equal(AlertThreshold.Count(scores, labels, threshold), counts);
        double best = AlertThreshold.OfBestF1(scores, labels).Counts.F1;
        Assert.InRange(counts.F1, best - 0.002, best);
    }

    [Fact]
    public void OfBudget_AnyRows_IsTheLowestEdgeWithinTheBudget() =>
        Gen.Select(Rows, Gen.Int[0, 90]).Sample((rows, budget) =>
        {
            (double threshold, AlertCounts counts) = ScoreHistogram.Of(rows.Scores, rows.Labels).OfBudget(budget);

            Assert.True(counts.Alerts <= budget);
            foreach (double lower in rows.Scores.Select(LowerEdgeBelow).Where(edge => edge < threshold))
            {
                Assert.True(AlertThreshold.Count(rows.Scores, rows.Labels, lower).Alerts > budget);
            }
        }, iter: 300);

    [Fact]
    public void FromSum_NegativeOrHugeCount_IsRejected()
    {
        var sum = new long[ScoreHistogram.Length];
        sum[17] = -1;
        Assert.Contains(
            "Count 17", Assert.Throws<ArgumentException>(() => ScoreHistogram.FromSum(sum)).Message, StringComparison.Ordinal);
        sum[17] = ScoreHistogram.MaxCount + 1;
        Assert.Throws<ArgumentException>(() => ScoreHistogram.FromSum(sum));
        Assert.Throws<ArgumentException>(() => ScoreHistogram.FromSum(sum.AsSpan(1)));
    }

    [Fact]
    public void At_ThresholdWithinABin_IsRejected() =>
        Assert.Throws<ArgumentException>(() => ScoreHistogram.Of([1.0], [Label.Legitimate]).At(0.001));

    private static double LowerEdgeBelow(double score) =>
        Enumerable.Range(0, ScoreHistogram.BinCount).Select(ScoreHistogram.LowerEdge).Last(edge => edge <= score);

    private static (double[] Scores, Label[] Labels) OverlappingClasses(uint seed, int rows, int laundering)
    {
        var random = new PCG(seed, seed);
        double[] scores = new double[rows];
        var labels = new Label[rows];
        for (int row = 0; row < rows; row++)
        {
            double noise = 0;
            for (int i = 0; i < 12; i++)
            {
                noise += random.Next(1 << 20) / (double)(1 << 20) - 0.5;
            }

            labels[row] = row < laundering ? Label.Laundering : Label.Legitimate;
            scores[row] = row < laundering ? 0.5 + 2 * noise : -6 + 1.5 * noise;
        }

        return (scores, labels);
    }
}

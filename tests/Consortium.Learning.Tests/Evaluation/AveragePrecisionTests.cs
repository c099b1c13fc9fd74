using Consortium.Learning.Evaluation;
using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Evaluation;

public sealed class AveragePrecisionTests
{
    /// <summary>Scored rows with few distinct scores, so that ties are common.</summary>
    internal static readonly Gen<(double[] Scores, Label[] Labels)> Rows =
        Gen.Select(
            Gen.Int[0, 12].Select(score => score / 4.0 - 1),
            Gen.Int[0, 3].Select(draw => draw == 0 ? Label.Laundering : Label.Legitimate))
            .Array[1, 60]
            .Select(rows => (rows.Select(row => row.Item1).ToArray(), rows.Select(row => row.Item2).ToArray()));

    [Fact]
    public void Of_AnyRows_IsSumOfRecallStepsTimesPrecision() =>
        Rows.Sample(rows =>
        {
            double previous = 0, expected = 0;
            foreach (double threshold in rows.Scores.Distinct().OrderDescending())
            {
                AlertCounts counts = CountAtOrAbove(rows.Scores, rows.Labels, threshold);
                expected += (counts.Recall - previous) * counts.Precision;
                previous = counts.Recall;
            }

            Assert.Equal(expected, AveragePrecision.Of(rows.Scores, rows.Labels), 1e-12);
        });

    [Fact]
    public void Of_RowsReversed_IsTheSame() =>
        Rows.Sample(rows => Assert.Equal(
            AveragePrecision.Of(rows.Scores, rows.Labels),
            AveragePrecision.Of([.. rows.Scores.Reverse()], [.. rows.Labels.Reverse()])));

    /// <summary>The example in scikit-learn's documentation of <c>average_precision_score</c>.</summary>
    [Fact]
    public void Of_ScikitLearnExample_IsItsValue() =>
        Assert.Equal(
            0.8333333333333333,
            AveragePrecision.Of([0.1, 0.4, 0.35, 0.8], [Label.Legitimate, Label.Legitimate, Label.Laundering, Label.Laundering]),
            1e-15);

    [Fact]
    public void Of_EqualScores_IsBaseRate()
    {
        Label[] labels = [Label.Laundering, Label.Legitimate, Label.Legitimate, Label.Legitimate];
        Assert.Equal(AveragePrecision.BaseRate(labels), AveragePrecision.Of([7, 7, 7, 7], labels));
    }

    [Fact]
    public void Of_NoLaundering_IsNaN() => Assert.True(double.IsNaN(AveragePrecision.Of([1.0], [Label.Legitimate])));

    [Fact]
    public void Of_UnknownLabel_NamesRow()
    {
        var error = Assert.Throws<ArgumentException>(() => AveragePrecision.Of([1, 2], [Label.Legitimate, Label.Unknown]));
        Assert.Contains("Row 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NaNScore_NamesRow()
    {
        var error = Assert.Throws<ArgumentException>(
            () => AveragePrecision.Of([1, double.NaN], [Label.Legitimate, Label.Laundering]));
        Assert.Contains("row 1", error.Message, StringComparison.Ordinal);
    }

    internal static AlertCounts CountAtOrAbove(double[] scores, Label[] labels, double threshold)
    {
        int[] alerted = [.. Enumerable.Range(0, scores.Length).Where(row => scores[row] >= threshold)];
        return new AlertCounts(
            alerted.Length, alerted.Count(row => labels[row] == Label.Laundering),
            labels.Count(label => label == Label.Laundering));
    }
}

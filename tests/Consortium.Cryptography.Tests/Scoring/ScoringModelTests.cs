using Consortium.Cryptography.Scoring;

namespace Consortium.Cryptography.Tests.Scoring;

public sealed class ScoringModelTests
{
    [Fact]
    public void Constructor_ModelsOfTheTwoSizes_KeepTheBounds()
    {
        int[] trees = [.. Enumerable.Range(0, 9256).Select(i => i % 8 == 0 ? 1 : -1)];
        using var large = new ScoringModel(ScoringParameters.Coarse(9256, 1), trees, ScoringCase.Groups(9256));
        int[] leaves = [.. Enumerable.Range(0, 800).Select(i => (i % 8) * 5)];
        using var small = new ScoringModel(ScoringParameters.Fine(800, 4), leaves, ScoringCase.Groups(800));

        Assert.InRange(large.DistanceLog2, -60, -46);
        Assert.InRange(small.DistanceLog2, -60, -44);
        Assert.Equal((124_448, 11_779), (large.Parameters.QueryBytes, large.Parameters.ReplyBytes));
        Assert.Equal((4 * 10_376, 4 * 3_075), (small.Parameters.QueryBytes, small.Parameters.ReplyBytes));
        Assert.Equal((0L, 3500L), (small.LeastScore, small.LargestScore));
    }

    [Fact]
    public void Constructor_ScoresBeyondT_AreRefusedWithBothValues()
    {
        ScoringParameters parameters = ScoringParameters.Coarse(2, 1);
        using var most = new ScoringModel(parameters, [2049, -2049], [2]);

        ArgumentException refused = Assert.Throws<ArgumentException>(() => new ScoringModel(parameters, [1025, 1025], [1, 1]));

        Assert.Contains("2050", refused.Message, StringComparison.Ordinal);
        Assert.Contains("2049", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ScoringModel(parameters, [-1025, -1025], [1, 1]));
    }

    /// <summary>Weights that cancel within the range of t, and are too large for the flood all the same.</summary>
    [Fact]
    public void Constructor_NormTooLargeForTheFlood_IsRefused()
    {
        int[] weights = [.. Enumerable.Range(0, 8192).Select(i => i % 2 == 0 ? 100_000 : -100_000)];

        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => new ScoringModel(
                ScoringParameters.Fine(8192, 1), weights, [.. Enumerable.Repeat(1, 8192)]));

        Assert.Contains("2^-40", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { 1 })]
    [InlineData(new[] { 1, 2 })]
    [InlineData(new[] { 2, 0 })]
    [InlineData(new[] { -1, 3 })]
    public void Constructor_GroupsThatDoNotCoverTheCells_AreRefused(int[] groups) =>
        Assert.Throws<ArgumentException>(() => new ScoringModel(ScoringParameters.Coarse(2, 1), [1, 2], groups));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(57_345, 1)]
    [InlineData(14_337, 4)]
    [InlineData(10, 3)]
    [InlineData(10, 16)]
    [InlineData(int.MaxValue, 8)]
    public void Parameters_OutOfRange_AreRefused(int cells, int payments) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ScoringParameters.Coarse(cells, payments));
}

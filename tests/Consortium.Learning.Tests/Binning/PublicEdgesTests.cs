using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Learning.Binning;
using Consortium.Learning.Features;

namespace Consortium.Learning.Tests.Binning;

public sealed class PublicEdgesTests
{
    private static readonly int[] SomeBins = [2, 3, 4, 5, 8, 16, 31, 63, 64, 127, 200, 255];

    public static TheoryData<FeatureUnit> Units => [.. Enum.GetValues<FeatureUnit>()];

    [Theory]
    [MemberData(nameof(Units))]
    public void Of_AnyUnitAndBins_GivesAtMostSoManyIncreasingBins(FeatureUnit unit)
    {
        foreach (int bins in SomeBins)
        {
            BinEdges edges = PublicEdges.Of(unit, bins);

            Assert.InRange(edges.BinCount, 2, bins);
            Assert.All(edges.UpperEdges, edge => Assert.True(float.IsFinite(edge)));
            Assert.Equal(0, edges.BinOf(float.NegativeInfinity));
            Assert.Equal(edges.BinCount - 1, edges.BinOf(float.PositiveInfinity));
        }
    }

    /// <summary>
    /// Banks that compute other edges cannot train together: this holds on every machine, or the plan's state would differ.
    /// </summary>
    [Fact]
    public void Of_EveryUnitAndBins_TheseEdgesOnEveryMachine()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (FeatureUnit unit in Enum.GetValues<FeatureUnit>())
        {
            foreach (int bins in SomeBins)
            {
                hash.AppendData(MemoryMarshal.AsBytes(PublicEdges.Of(unit, bins).UpperEdges.AsSpan()));
            }
        }

        Assert.Equal(
            "d8e938bc0d6292d5916f8f3babc79f7ad1893e9b6ddc0c0ccd3ea2019e5a2ace", Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    [Theory]
    [InlineData(FeatureUnit.Count, new float[] { 0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 64, 256 })]
    [InlineData(FeatureUnit.Days, new float[] { 0, 1, 2, 3, 4, 5, 6, 7, 14, 30, 90, 360 })]
    [InlineData(FeatureUnit.DaysChange, new float[] { -90, -30, -7, -2, -1, 0, 1, 2, 7, 30, 90 })]
    [InlineData(FeatureUnit.Share, new[] { 0, 0.1f, 0.25f, 0.5f, 0.75f, 0.9f, 1 })]
    [InlineData(FeatureUnit.Difference, new[] { 0, 0.001f, 0.01f, 0.02f, 0.05f, 0.1f, 0.5f, 1, 10 })]
    [InlineData(FeatureUnit.Ratio, new[] { 0, 0.01f, 0.1f, 0.5f, 0.8f, 0.9f, 0.95f, 1, 1.05f, 1.1f, 2, 10, 100 })]
    [InlineData(FeatureUnit.Amount, new float[] { 0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 20, 24 })]
    [InlineData(FeatureUnit.Hours, new[] { 0.1f, 0.5f, 1, 2, 6, 12, 24, 48, 168, 720, 4320 })]
    [InlineData(FeatureUnit.Deviations, new[] { -10, -3, -2, -1, -0.5f, 0, 0.5f, 1, 2, 3, 10 })]
    [InlineData(FeatureUnit.Doublings, new[] { 0, 0.5f, 1, 1.5f, 2, 3, 5 })]
    [InlineData(FeatureUnit.Flag, new float[] { 0, 1 })]
    [InlineData(FeatureUnit.PaymentFormat, new float[] { 0, 1, 2, 3, 4, 5, 6, 7 })]
    [InlineData(FeatureUnit.Weekday, new float[] { 0, 1, 2, 3, 4, 5, 6 })]
    [InlineData(FeatureUnit.Currency, new float[] { 0, 1, 7, 14 })]
    public void Of_DefaultBins_TellApartWhatPeopleTellApart(FeatureUnit unit, float[] values)
    {
        BinEdges edges = PublicEdges.Of(unit, bins: 63);

        Assert.Equal(values.Length, values.Select(edges.BinOf).Distinct().Count());
    }

    [Fact]
    public void Of_EveryColumnOfTheExtractor_HasAGrid() =>
        Assert.All(FeatureExtractor.Schema.Features, feature => Assert.InRange(PublicEdges.Of(feature.Unit, 63).BinCount, 2, 63));

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    public void Of_BinsOutOfRange_Throws(int bins) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => PublicEdges.Of(FeatureUnit.Count, bins));
}

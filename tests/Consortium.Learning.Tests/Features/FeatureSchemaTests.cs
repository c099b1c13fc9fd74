using System.Collections.Immutable;
using Consortium.Learning.Features;
using Consortium.Primitives;
using Xunit;

namespace Consortium.Learning.Tests.Features;

public sealed class FeatureSchemaTests
{
    private static readonly ImmutableArray<FeatureDefinition> Two =
    [
        Feature("amount", FeatureUnit.Amount, "pays {value}"),
        Feature("own_transfer", FeatureUnit.Flag, "stays within one owner"),
    ];

    /// <summary>The expected bytes are written out by hand from the layout that CanonicalBytes documents.</summary>
    [Fact]
    public void CanonicalBytes_TwoFeatures_FollowTheDocumentedLayout()
    {
        byte[] expected =
        [
            .. "CFS1"u8, 7, 0, 0, 0, 2, 0, 0, 0,
            1, 2, 6, 0, .. "amount"u8, 12, 0, .. "pays {value}"u8,
            1, 8, 12, 0, .. "own_transfer"u8, 22, 0, .. "stays within one owner"u8,
        ];

        var schema = new FeatureSchema(7, Two);

        Assert.Equal(expected, schema.CanonicalBytes());
        Assert.Equal("679968d872b3d0ad0b84922f516e261b26cb9b443ce143f8a9948d0a56985162", Convert.ToHexStringLower(schema.Digest));
    }

    [Fact]
    public void Digest_AnyChange_Differs()
    {
        byte[] digest = new FeatureSchema(7, Two).Digest.ToArray();

        Assert.NotEqual(digest, new FeatureSchema(8, Two).Digest.ToArray());
        Assert.NotEqual(digest, new FeatureSchema(7, [Two[1], Two[0]]).Digest.ToArray());
        Assert.NotEqual(digest, new FeatureSchema(7, [Two[0] with { Unit = FeatureUnit.Ratio }, Two[1]]).Digest.ToArray());
        Assert.NotEqual(digest, new FeatureSchema(7, [Two[0] with { Description = "paid {value}" }, Two[1]]).Digest.ToArray());
    }

    [Fact]
    public void Constructor_SameNameTwice_Rejects() =>
        Assert.Throws<ArgumentException>(() => new FeatureSchema(1, [Two[0], Two[0]]));

    [Theory]
    [InlineData(FeatureUnit.Count, 9f, "paid 9")]
    [InlineData(FeatureUnit.Amount, 10f, "paid 1,023.00")]
    [InlineData(FeatureUnit.Days, 12f, "paid 12 days")]
    [InlineData(FeatureUnit.Hours, 0.5f, "paid 30 minutes")]
    [InlineData(FeatureUnit.Hours, 26f, "paid 26 hours")]
    [InlineData(FeatureUnit.Hours, 240f, "paid 10 days")]
    [InlineData(FeatureUnit.DaysChange, -3f, "paid -3 days")]
    [InlineData(FeatureUnit.Difference, 0.25f, "paid 25 %")]
    [InlineData(FeatureUnit.Doublings, 1.5f, "paid 1.50")]
    [InlineData(FeatureUnit.Deviations, 2.44f, "paid +2.4")]
    [InlineData(FeatureUnit.Ratio, float.NaN, "nothing yet to tell: paid …")]
    public void Describe_Unit_ReadsAsAnAnalystWouldSay(FeatureUnit unit, float value, string expected) =>
        Assert.Equal(expected, Feature("f", unit, "paid {value}").Describe(value));

    /// <summary>A change of columns, order, units or words is a new version: models and saved states name the digest.</summary>
    [Fact]
    public void ExtractorSchema_Version2_HasThisDigest()
    {
        Assert.Equal(2, FeatureExtractor.Schema.Version);
        Assert.Equal(289, FeatureExtractor.Schema.Count);
        Assert.Equal(
            "7a390a6d9401a3684e7114212feafd950e06a3c201e51e35a9a1e79c07e88db8",
            Convert.ToHexStringLower(FeatureExtractor.Schema.Digest));
    }

    [Fact]
    public void ExtractorSchema_EverySentence_HasOnePlaceForItsValue() =>
        Assert.All(FeatureExtractor.Schema.Features, feature => Assert.Equal(
            feature.Unit == FeatureUnit.Flag ? 1 : 2, feature.Description.Split(FeatureDefinition.ValueMark).Length));

    [Theory]
    [InlineData("sender_out_new_6h", 9f, "sender paid 9 new counterparties within 6 hours")]
    [InlineData("receiver_in_peers_7d", 12f, "receiver was paid by 12 counterparties within 7 days")]
    [InlineData("sender_in_to_out", 0.25f, "sender paid out 15 minutes after money came in, at its fastest within 28 days")]
    [InlineData("cycle_7d", 4f, "closes a cycle of 4 payments within 7 days (0: none)")]
    public void ExtractorSchema_Sentence_ReadsAsAnAnalystWouldSay(string name, float value, string expected) =>
        Assert.Equal(expected, FeatureExtractor.Schema.Features[FeatureExtractor.Schema.IndexOf(name)].Describe(value));

    private static FeatureDefinition Feature(string name, FeatureUnit unit, string description) =>
        new() { Name = name, Group = FeatureGroup.Row, Unit = unit, Description = description };
}

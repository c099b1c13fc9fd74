using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Reasons;
using Consortium.Learning.Tests.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Tests.Reasons;

public sealed class ReasonWriterTests
{
    private static readonly FeatureSchema Schema = new(1,
    [
        Define("out_new_6h", FeatureUnit.Count, "paid {value} new counterparties within 6 hours"),
        Define("out_new_7d", FeatureUnit.Count, "paid {value} new counterparties within 7 days"),
        Define("cross_bank", FeatureUnit.Flag, "goes to another bank"),
        Define("pass_1d", FeatureUnit.Share, "{value} of what came in went out within 1 day"),
        Define("amount_z", FeatureUnit.Deviations, "amount is {value} standard deviations from what the sender paid before"),
    ]);

    /// <summary>Contributions are weight × value here: mean 0, deviation 1, values that compress to themselves.</summary>
    private readonly LogisticModel _model =
        new(Schema.Digest, [0, 0, 0, 0, 0], [1, 1, 1, 1, 1], [0.5, 0.1, 0.3, 2, -1], intercept: -4);

    private readonly TypicalValues _typical = TypicalValues.Of(Rows([1, 1, 0, 0, 0], [1, 3, 0, 0, 0], [0, 4, 1, 0, 0]));

    [Fact]
    public void Write_Alert_SaysWhatRaisedItStrongestFirst()
    {
        IReadOnlyList<Reason> reasons = Write([15, 15, 1, 1, 3], most: 9);

        Assert.Equal(
            [
                "paid 15 new counterparties within 6 hours (usually 1)",
                "100 % of what came in went out within 1 day (usually 0 %)",
                "goes to another bank",
            ],
            reasons.Select(reason => reason.Sentence));
        Assert.Equal(
            [2.4, 2.0, 0.3], reasons.Select(reason => reason.Contribution), (left, right) => Math.Abs(left - right) < 1e-12);
    }

    /// <summary>"within 3 %" is no time span: what follows it tells stories apart.</summary>
    [Fact]
    public void Write_DescriptionsThatDifferInMoreThanTheirSpan_AreStoriesOfTheirOwn()
    {
        var schema = new FeatureSchema(1,
        [
            Define("a", FeatureUnit.Share, "amount is within {value} of one that came in"),
            Define("b", FeatureUnit.Share, "amount is within {value} of one that went out within 28 days"),
        ]);
        var model = new LogisticModel(schema.Digest, [0, 0], [1, 1], [2, 1], 0);
        var rows = new FeatureMatrix(schema);
        rows.AddRow([1, 1]);

        Assert.Equal(
            2, new ReasonWriter(Explainer.For(model), schema, TypicalValues.Of(rows)).Write(rows, [0], most: 9)[0].Count);
    }

    [Fact]
    public void Write_MostReasons_KeepsTheStrongest() =>
        Assert.Equal(
            ["paid 15 new counterparties within 6 hours (usually 1)"],
            Write([15, 15, 1, 1, 3], most: 1).Select(reason => reason.Sentence));

    [Fact]
    public void Write_ValueLikeTheTypicalOne_IsNotComparedWithIt() =>
        Assert.Equal("paid 1 new counterparties within 6 hours", Write([1, 0, 0, 0, 0], most: 1)[0].Sentence);

    [Fact]
    public void Write_NothingRaisedTheScore_GivesNoReason() => Assert.Empty(Write([0, 0, 0, 0, 7], most: 3));

    [Fact]
    public void Write_AnySentence_HasNoColumnName()
    {
        foreach (float[] row in new float[][] { [15, 15, 1, 1, 3], [float.NaN, 3, 0, 0.5f, -7], [1, 7, 1, 1, -1] })
        {
            Assert.All(Write(row, most: 9), reason => Assert.DoesNotContain('_', reason.Sentence));
        }
    }

    /// <summary>
    /// Every feature we ship, with every kind of value: words for analysts, and no verdict that could tip anyone off.
    /// </summary>
    [Fact]
    public void Describe_EveryShippedFeature_IsPlainAndTellsNoVerdict()
    {
        string[] verdicts = ["launder", "suspicio", "illicit", "fraud", "alert", "flagged", "review", "report", "risk", "sar "];
        foreach (FeatureDefinition feature in FeatureExtractor.LateSchema.Features)
        {
            foreach (float value in (float[])[0, 1, 6, 9.25f, 1e9f, -2, float.NaN, float.PositiveInfinity])
            {
                string sentence = feature.Describe(value);
                Assert.DoesNotContain('_', sentence);
                Assert.DoesNotContain('{', sentence);
                Assert.All(verdicts, verdict => Assert.DoesNotContain(verdict, sentence, StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    [Theory]
    [InlineData("payment_format", 4f, "paid as Cheque")]
    [InlineData("payment_currency", 0f, "paid in currency US Dollar")]
    [InlineData("weekday", 1f, "made on a Monday")]
    public void Describe_Codes_HaveTheirNames(string name, float value, string sentence)
    {
        FeatureSchema schema = FeatureExtractor.Schema;
        Assert.Equal(sentence, schema.Features[schema.IndexOf(name)].Describe(value));
    }

    [Fact]
    public void Of_MissingValues_AreLeftOutOfTheMedian() =>
        Assert.Equal(5, TypicalValues.Of(Rows([5, 0, 0, 0, 0], [float.NaN, 0, 0, 0, 0], [float.NaN, 0, 0, 0, 0]))[0]);

    [Theory]
    [InlineData(1)]
    [InlineData(8_191)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(30_001)]
    public void Of_SampleOfRowsAlone_HasTheMediansOfAll(int count)
    {
        FeatureMatrix rows = Rows(
            [.. Enumerable.Range(0, count).Select(row => new float[] { row, row * 37 % 101, row % 7, 0, row * 7919L % 10_007 })]);
        TypicalValues all = TypicalValues.Of(rows), sampled = TypicalValues.Of(rows.Select(TypicalValues.Sample(count)));

        Assert.All(Enumerable.Range(0, all.Count), feature => Assert.Equal(all[feature], sampled[feature]));
    }

    [Fact]
    public void Constructor_OtherSchema_IsRejected() =>
        Assert.Throws<ArgumentException>(() => new ReasonWriter(Explainer.For(_model), RandomModels.Schema(5), _typical));

    private IReadOnlyList<Reason> Write(float[] row, int most) =>
        new ReasonWriter(Explainer.For(_model), Schema, _typical).Write(Rows(row), [0], most)[0];

    private static FeatureMatrix Rows(params IEnumerable<float[]> rows)
    {
        var matrix = new FeatureMatrix(Schema);
        foreach (float[] row in rows)
        {
            matrix.AddRow(row);
        }

        return matrix;
    }

    private static FeatureDefinition Define(string name, FeatureUnit unit, string description) =>
        new() { Name = name, Group = FeatureGroup.Account, Unit = unit, Description = description };
}

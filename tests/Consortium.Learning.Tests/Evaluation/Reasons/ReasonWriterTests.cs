using Consortium.Learning.Evaluation.Reasons;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Tests.Models;

namespace Consortium.Learning.Tests.Evaluation.Reasons;

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
        Assert.Equal([2.4, 2.0, 0.3], reasons.Select(reason => reason.Contribution), (left, right) => Math.Abs(left - right) < 1e-12);
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

    [Fact]
    public void Of_MissingValues_AreLeftOutOfTheMedian() =>
        Assert.Equal(5, TypicalValues.Of(Rows([5, 0, 0, 0, 0], [float.NaN, 0, 0, 0, 0], [float.NaN, 0, 0, 0, 0]))[0]);

    [Fact]
    public void Constructor_OtherSchema_IsRefused() =>
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

using System.Collections.Immutable;
using Consortium.Learning.Cells;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Tests.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Tests.Cells;

public sealed class CellModelTests
{
    private const int LargestScore = 4104;

    public static TheoryData<string> Trained => ["boosting", "additive", "logistic"];

    [Theory]
    [InlineData("boosting", 0.5)]
    [InlineData("additive", 0.5)]
    public void Quantise_SumsOfValues_StayWithinHalfAStepAGroup(string family, double steps)
    {
        Model model = Model(family);
        CellTable table = model.Family.Cells(model)!;

        CellModel quantised = CellModel.Quantise(table, LargestScore);

        double most = ((table.Shape.Groups.Length * steps) + 1) * Math.ScaleB(1, -quantised.StepBits);
        double[] expected = model.LogOdds(TrainedModels.Rows), scored = quantised.LogOdds(TrainedModels.Rows);
        Assert.InRange(quantised.StepBits, 6, CellModel.MostStepBits);
        Assert.InRange(expected.Zip(scored, (left, right) => Math.Abs(left - right)).Max(), 0, most);
    }

    /// <summary>Cells know a standardised value only up to an interval, so the order is kept, and the value is near.</summary>
    [Fact]
    public void Quantise_Regression_KeepsTheOrderOfScores()
    {
        double[] expected = TrainedModels.Logistic.LogOdds(TrainedModels.Rows);
        double[] scored = CellModel.Quantise(
            TrainedModels.Logistic.Family.Cells(TrainedModels.Logistic)!, LargestScore).LogOdds(TrainedModels.Rows);

        Assert.InRange(Correlation(expected, scored), 0.97, 1);
    }

    [Theory]
    [MemberData(nameof(Trained))]
    public void FromBytes_BytesOfAModel_GiveItBackAndHostileOnesAreRejected(string family)
    {
        Model trained = Model(family);
        CellModel model = CellModel.Quantise(trained.Family.Cells(trained)!, LargestScore);
        byte[] bytes = model.ToBytes();

        CellModel read = CellModel.FromBytes(bytes);

        Assert.Equal(model.Digest, read.Digest);
        Assert.Equal(model.LogOdds(TrainedModels.Rows), read.LogOdds(TrainedModels.Rows));
        Assert.InRange(model.LargestScore, 0, LargestScore);
        Assert.InRange(model.LeastScore, -LargestScore, 0);
        for (int length = 0; length < bytes.Length; length += 1 + (bytes.Length / 50))
        {
            Assert.Throws<MalformedDataException>(() => CellModel.FromBytes(bytes.AsSpan(0, length)));
        }

        bytes[^9] = 0xFF;
        Assert.Throws<MalformedDataException>(() => CellModel.FromBytes(bytes));
    }

    [Fact]
    public void Quantise_ValuesThatReachTooFar_AreRejectedWithTheLimit()
    {
        var shape = new CellShape(1, RandomModels.Schema(1).Digest, [CellGroup.OfBins(0, [0])]);

        ArgumentException fault = Assert.Throws<ArgumentException>(
            () => CellModel.Quantise(new CellTable(shape, [0, 9000, 1], 0), LargestScore));

        Assert.Contains("4104", fault.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CellModel.Quantise(new CellTable(shape, [0, double.NaN, 1], 0), LargestScore));
        Assert.Equal(0, CellModel.Quantise(new CellTable(shape, [0, 8208, 1], 0), LargestScore).StepBits);
    }

    [Fact]
    public void Constructor_MoreCellsThanAQueryHolds_AreRejected()
    {
        ImmutableArray<CellGroup> groups = [.. Enumerable.Repeat(CellGroup.OfBins(0, [0]), (CellShape.MostCells / 3) + 1)];

        Assert.Throws<ArgumentException>(() => new CellShape(1, RandomModels.Schema(1).Digest, groups));
        Assert.Throws<ArgumentException>(() => new CellShape(1, RandomModels.Schema(1).Digest, []));
    }

    private static Model Model(string family) => family switch
    {
        "boosting" => TrainedModels.Trees,
        "additive" => TrainedModels.Additive,
        _ => TrainedModels.Logistic,
    };

    private static double Correlation(double[] left, double[] right)
    {
        double leftMean = left.Average(), rightMean = right.Average();
        double both = left.Zip(right, (a, b) => (a - leftMean) * (b - rightMean)).Sum();
        double leftSquares = left.Sum(a => (a - leftMean) * (a - leftMean));
        return both / Math.Sqrt(leftSquares * right.Sum(b => (b - rightMean) * (b - rightMean)));
    }
}

using Consortium.Learning.Binning;
using Consortium.Learning.Cells;
using Consortium.Learning.Tests.Models;
using CsCheck;

namespace Consortium.Learning.Tests.Cells;

public sealed class CellGroupTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(17)]
    public void OfBins_AnyValue_IsTheBinAndMissingIsTheLast(int count)
    {
        float[] edges = [.. Enumerable.Range(0, count).Select(i => (i * 0.5f) - 2)];
        var bins = new BinEdges([.. edges]);

        CellGroup group = CellGroup.OfBins(1, edges);

        Assert.Equal(count + 2, group.CellCount);
        float[] values =
        [
            .. edges, .. edges.Select(float.BitIncrement), .. edges.Select(float.BitDecrement), 0, -0f, float.NaN,
            float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue,
        ];
        Assert.All(values, value => Assert.Equal(bins.BinOf(value), group.CellOf([7, value])));
    }

    [Fact]
    public void Create_ArraysThatFormNoTree_AreRejected()
    {
        Assert.Throws<ArgumentException>(() => CellGroup.Create(1, [0], [1], [false], [0], [~1]));
        Assert.Throws<ArgumentException>(() => CellGroup.Create(1, [0], [1], [false], [~0], [~0]));
        Assert.Throws<ArgumentException>(() => CellGroup.Create(1, [0], [1], [false], [~0], [~2]));
        Assert.Throws<ArgumentException>(() => CellGroup.Create(1, [0], [1], [false], [~0], [int.MaxValue]));
        Assert.Throws<ArgumentException>(() => CellGroup.Create(1, [0], [1], [false], [~0], [int.MinValue]));
        Assert.Throws<ArgumentException>(() => CellGroup.Create(1, [1], [1], [false], [~0], [~1]));
        Assert.Throws<ArgumentException>(() => CellGroup.Create(1, [0], [float.NaN], [false], [~0], [~1]));
        Assert.Throws<ArgumentException>(() => CellGroup.Create(1, [0, 0], [1], [false], [~0], [~1]));
        Assert.Throws<ArgumentException>(() => CellGroup.Create(1, [0, 0], [1, 2], [false, true], [1, 0], [~0, ~1]));
    }

    [Fact]
    public void Cells_TreesOfAnyShape_HoldTheModelsLogOdds() => RandomModels.Ensemble
        .SelectMany(model => RandomModels.Rows(model.FeatureCount, most: 10).Select(rows => (model, rows)))
        .Sample(
            pair =>
            {
                CellTable? table = pair.model.Family.Cells(pair.model);
                if (table is null)
                {
                    Assert.All(pair.model.Trees, tree => Assert.Equal(0, tree.SplitCount));
                    return;
                }

                double[] expected = pair.model.LogOdds(pair.rows);
                var row = new float[pair.model.FeatureCount];
                var cells = new int[table.Shape.Groups.Length];
                for (int i = 0; i < expected.Length; i++)
                {
                    pair.rows.CopyRow(i, row);
                    table.Shape.Find(row, cells);
                    Assert.Equal(expected[i], table.Base + cells.Sum(cell => table.Values[cell]), 1e-9);
                }
            },
            iter: 200,
            threads: 1);
}

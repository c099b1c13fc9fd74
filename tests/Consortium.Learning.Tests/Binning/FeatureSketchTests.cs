#pragma warning disable RS0030 // A seeded generator for tests.
using Consortium.Learning.Binning;
using CsCheck;

namespace Consortium.Learning.Tests.Binning;

public sealed class FeatureSketchTests
{
    private static readonly Gen<float[]> Columns =
        from seed in Gen.Int[0, int.MaxValue]
        from count in Gen.Int[0, 3000]
        from shape in Gen.Int[0, 5]
        select Column(seed, count, shape);

    [Fact]
    public void Edges_AnyColumn_NoBinOfSeveralValuesExceedsTheBound() => Gen.Select(Columns, Gen.Int[2, 255]).Sample(
        (column, bins) =>
        {
            (FeatureSketch sketch, BinEdges edges) = Agree(bins, column);
            Assert.True(edges.BinCount <= bins);
            float[] present = [.. column.Where(value => !float.IsNaN(value))];
            IGrouping<int, float>[] filled = [.. present.GroupBy(edges.BinOf)];
            long heaviestTie = present.Length == 0 ? 0 : present.GroupBy(value => value).Max(tie => tie.Count());
            foreach (IGrouping<int, float> bin in filled.Where(bin => bin.Distinct().Count() > 1))
            {
                Assert.True(bin.Count() <= 2.0 * present.Length / bins);
                if (heaviestTie <= sketch.Tolerance)
                {
                    Assert.True(bin.Count() <= (present.Length / (bins - 1.0)) + sketch.Tolerance);
                }
            }
        },
        iter: 300,
        threads: 1);

    [Fact]
    public void Edges_AnySplitOverBanks_AreThoseOfThePool() => Gen.Select(Columns, Gen.Int[2, 255], Gen.Int[1, 12]).Sample(
        (column, bins, banks) =>
        {
            float[][] parts =
                [.. Enumerable.Range(0, banks).Select(bank => column.Where((_, row) => row * 7 % banks == bank).ToArray())];
            Assert.Equal(Agree(bins, column).Edges.UpperEdges, Agree(bins, parts).Edges.UpperEdges);
        },
        iter: 100,
        threads: 1);

    [Fact]
    public void Edges_ValueHeavierThanABin_HasABinOfItsOwn()
    {
        float[] column = [.. Enumerable.Repeat(1.5f, 5000), .. Enumerable.Range(0, 5000).Select(i => 1 + (i / 5000f))];
        BinEdges edges = Agree(bins: 16, column).Edges;
        int bin = edges.BinOf(1.5f);
        Assert.All(column, value => Assert.Equal(value == 1.5f, edges.BinOf(value) == bin));
    }

    [Fact]
    public void Edges_FewerValuesThanBins_TellEachApartWithAnEdgeInTheMiddle()
    {
        BinEdges edges = Agree(bins: 63, [3, 1, 1, 2, 2, 3, 3, float.NaN]).Edges;
        Assert.Equal([1.5f, 2.5f], edges.UpperEdges.ToArray());
        Assert.Equal(3, edges.MissingBin);
        Assert.Equal(3, edges.BinOf(float.NaN));
    }

    [Fact]
    public void Edges_ConstantOrNothing_HaveOneBin()
    {
        Assert.Equal(1, Agree(bins: 63, [7, 7, 7]).Edges.BinCount);
        Assert.Equal(1, Agree(bins: 63, []).Edges.BinCount);
        Assert.Equal(1, Agree(bins: 63, [float.NaN, float.NaN]).Edges.BinCount);
    }

    [Fact]
    public void Edges_InfinitiesAndZeros_AreOrderedAsNumbers()
    {
        BinEdges edges = Agree(bins: 63, [float.NegativeInfinity, -1, -0f, 0f, 1, float.PositiveInfinity]).Edges;
        Assert.Equal(
            [0, 1, 2, 2, 3, 4], new[] { float.NegativeInfinity, -1, -0f, 0f, 1, float.PositiveInfinity }.Select(edges.BinOf));
    }

    [Fact]
    public void Count_EveryRound_AsksForNothingThatEarlierRoundsTell()
    {
        float[] column = Column(seed: 5, count: 3000, shape: 0);
        var keys = new SortedKeys(column);
        FeatureSketch sketch = FeatureSketch.Empty(maximumBins: 63);
        int cells = 0;
        int asked = 0;
        while (sketch.RequestLength > 0)
        {
            var counts = new long[sketch.RequestLength];
            sketch.Count(keys, counts);
            asked += counts.Length;
            sketch = sketch.Refine(counts);
            cells = sketch.CellCount + 1;
        }

        // One count for each cell of the final partition, and the missing rows: no count is the sum or the difference of others.
        Assert.Equal(cells, asked);
    }

    [Fact]
    public void Refine_PartsHeavierThanTheirCell_Throws()
    {
        FeatureSketch sketch = FeatureSketch.Empty(maximumBins: 4);
        var first = new long[sketch.RequestLength];
        first[600] = 1000;
        sketch = sketch.Refine(first);
        var parts = new long[sketch.RequestLength];
        parts[0] = 1001;
        Assert.Throws<ArgumentException>(() => sketch.Refine(parts));
    }

    [Fact]
    public void CountBelow_AnyKeys_CountsThoseBelow() => Gen.Select(Columns, Gen.UInt).Sample(
        (column, bound) =>
        {
            var keys = new SortedKeys(column);
            uint[] expected = [.. column.Where(value => !float.IsNaN(value)).Select(FloatKey.Of)];
            Assert.Equal(expected.Count(key => key < bound), keys.CountBelow(bound));
            Assert.Equal(expected.Length, keys.CountBelow(1UL << 32));
            Assert.Equal(column.Length - expected.Length, keys.MissingCount);
        },
        iter: 300,
        threads: 1);

    [Fact]
    public void FloatKey_AnyTwoFloats_AreInTheirOrder() => Gen.Select(Gen.Float, Gen.Float).Sample(
        (left, right) =>
        {
            if (!float.IsNaN(left) && !float.IsNaN(right))
            {
                Assert.Equal(left.CompareTo(right), FloatKey.Of(left).CompareTo(FloatKey.Of(right)));
                Assert.Equal(left, FloatKey.Value(FloatKey.Of(left)));
            }
        });

    [Fact]
    public void Bin_AnyColumn_IsTheBinOfEachValue() => Gen.Select(Columns, Gen.Int[2, 255]).Sample(
        (column, bins) =>
        {
            BinEdges edges = Agree(bins, column).Edges;
            var layout = new BinLayout([edges], [true]);
            Assert.Equal(column.Select(value => (byte)edges.BinOf(value)), layout.Bin(0, column));
        },
        iter: 200,
        threads: 1);

    private static (FeatureSketch Sketch, BinEdges Edges) Agree(int bins, params float[][] banks)
    {
        SortedKeys[] keys = [.. banks.Select(bank => new SortedKeys(bank))];
        FeatureSketch sketch = FeatureSketch.Empty(bins);
        while (sketch.RequestLength > 0)
        {
            var sum = new long[sketch.RequestLength];
            var counts = new long[sketch.RequestLength];
            foreach (SortedKeys bank in keys)
            {
                sketch.Count(bank, counts);
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += counts[i];
                }
            }

            sketch = sketch.Refine(sum);
        }

        return (sketch, sketch.Edges());
    }

    private static float[] Column(int seed, int count, int shape)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => shape switch
        {
            0 => (float)((random.NextDouble() * 2) - 1),
            1 => random.Next(5),
            2 => random.NextDouble() < 0.8 ? 0 : random.Next(1000) - 500,
            3 => random.NextDouble() < 0.2 ? float.NaN : (float)(random.NextDouble() * (1 << random.Next(24))),
            4 => random.Next(10) switch
            {
                0 => float.PositiveInfinity,
                1 => float.NegativeInfinity,
                2 => -0f,
                3 => float.NaN,
                _ => random.NextSingle(),
            },
            _ => 1 + (random.Next(3000) * 1.1920929E-07f),
        })];
    }
}

#pragma warning disable RS0030 // A seeded generator for tests.
using Consortium.Learning.Binning;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using CsCheck;

namespace Consortium.Learning.Tests.Families.Boosting;

public sealed class HistogramTests
{
    private static readonly Gen<(int Seed, int Rows, int Features, int Largest)> Cases =
        from seed in Gen.Int[0, int.MaxValue]
        from rows in Gen.Int[0, 400]
        from features in Gen.Int[1, 20]
        from largest in Gen.Int[1, 1 << 30]
        select (seed, rows, features, largest);

    [Fact]
    public void Sum_AnyRows_IsTheSumRowByRow() => Cases.Sample(
        @case => AssertSumIsExact(@case.Seed, @case.Rows, @case.Features, @case.Largest, firstRow: 0), iter: 200, threads: 1);

    [Fact]
    public void Sum_RowsOfSeveralBlocks_IsTheSumRowByRow() =>
        AssertSumIsExact(seed: 1, rows: 70_000, features: 3, largest: 1 << 18, firstRow: 65_000);

    [Fact]
    public void Sum_MoreBinsThanSixteenBitsNumber_IsTheSumRowByRow() =>
        AssertSumIsExact(seed: 2, rows: 100, features: 900, largest: 1 << 18, firstRow: 0);

    private static void AssertSumIsExact(int seed, int rows, int features, int largest, int firstRow)
    {
        var random = new Random(seed);
        BinLayout layout = new(
            [.. Enumerable.Range(0, features).Select(
                _ => new BinEdges([.. Enumerable.Range(0, random.Next(0, 255)).Select(edge => (float)edge)]))],
            [.. Enumerable.Range(0, features).Select(_ => random.Next(2) == 0)]);
        byte[][] columns = [.. Enumerable.Range(0, features).Select(feature => Column(random, rows, layout.BinCount(feature)))];
        int[] wanted = [.. Enumerable.Range(0, features).Where(_ => random.Next(3) > 0)];
        int[] chosen = [.. Enumerable.Range(0, rows).Where(row => row >= firstRow && random.Next(2) == 0)];
        (int Gradient, uint Hessian)[] pairs =
            [.. chosen.Select(_ => (random.Next(-largest, largest), (uint)random.Next(largest)))];
        long[] packed = [.. pairs.Select(pair => Histogram.Pack(pair.Gradient, pair.Hessian))];

        var expected = new Dictionary<(int Feature, int Bin), (long Gradient, long Hessian)>();
        for (int i = 0; i < chosen.Length; i++)
        {
            foreach (int feature in wanted)
            {
                (long gradient, long hessian) = expected.GetValueOrDefault((feature, columns[feature][chosen[i]]));
                expected[(feature, columns[feature][chosen[i]])] = (gradient + pairs[i].Gradient, hessian + pairs[i].Hessian);
            }
        }

        var sums = new long[2 * wanted.Sum(layout.BinCount)];
        new BinnedRows(layout, columns, rows).Sum(chosen, packed, wanted, sums);
        int at = 0;
        foreach (int feature in wanted)
        {
            for (int bin = 0; bin < layout.BinCount(feature); bin++, at += 2)
            {
                Assert.Equal(expected.GetValueOrDefault((feature, bin)), (sums[at], sums[at + 1]));
            }
        }
    }

    private static byte[] Column(Random random, int rows, int bins)
    {
        int common = random.Next(bins);
        return [.. Enumerable.Range(0, rows).Select(_ => (byte)(random.Next(3) > 0 ? common : random.Next(bins)))];
    }
}

using System.Collections.Immutable;
using Consortium.Learning.Binning;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using CsCheck;

namespace Consortium.Learning.Tests.Families.Boosting;

public sealed class SplitSearchTests
{
    private const double L2 = 3;
    private const double MinimumChildWeight = 5;

    private static readonly Gen<(int[] Bins, bool[] Missing, long[] Values)> Nodes =
        from features in Gen.Int[1, 4]
        from bins in Gen.Int[1, 6].Array[features]
        from missing in Gen.Bool.Array[features]
        from values in Gen.Long[-20, 20].Array[200]
        select (bins, missing, values);

    [Fact]
    public void Best_AnyHistogram_IsTheFirstOfTheLargestGains() => Nodes.Sample(node =>
    {
        BinLayout layout = new(
            [.. node.Bins.Select(bins => new BinEdges([.. Enumerable.Range(0, bins - 1).Select(edge => (float)edge)]))],
            [.. node.Missing]);
        int[] features = [.. Enumerable.Range(0, node.Bins.Length)];
        long[][] histograms = [.. features.Select(feature => Histogram(node.Values, layout, feature))];
        long gradient = Sum(histograms[0], 0);
        long hessian = Sum(histograms[0], 1);
        // The first feature sets the node's sums; the others get what is left in their first bin, as real histograms have equal
        // sums.
        foreach (long[] histogram in histograms)
        {
            histogram[0] += gradient - Sum(histogram, 0);
            histogram[1] += hessian - Sum(histogram, 1);
        }

        SplitCandidate best = new SplitSearch(layout, L2, MinimumChildWeight)
            .Best(features, [.. histograms.SelectMany(h => h)], gradient, hessian);

        SplitCandidate expected = SplitCandidate.None;
        foreach ((int feature, int bin, bool missingLeft) in AllSplits(layout))
        {
            long leftGradient = 0;
            long leftHessian = 0;
            for (int b = 0; b < layout.BinCount(feature); b++)
            {
                if (b == layout.Edges[feature].MissingBin ? missingLeft : b <= bin)
                {
                    leftGradient += histograms[feature][2 * b];
                    leftHessian += histograms[feature][(2 * b) + 1];
                }
            }

            double gain = Score(leftGradient, leftHessian) + Score(gradient - leftGradient, hessian - leftHessian)
                - Score(gradient, hessian);
            if (leftHessian >= MinimumChildWeight && hessian - leftHessian >= MinimumChildWeight && gain > expected.Gain)
            {
                expected = new SplitCandidate(feature, bin, missingLeft, gain, leftGradient, leftHessian);
            }
        }

        Assert.Equal(expected.Gain, best.Gain);
        Assert.Equal(expected.Feature, best.Feature);
        Assert.Equal((expected.LeftGradient, expected.LeftHessian), (best.LeftGradient, best.LeftHessian));
    });

    /// <summary>Every split in the order that ties are broken.</summary>
    private static IEnumerable<(int Feature, int Bin, bool MissingLeft)> AllSplits(BinLayout layout)
    {
        for (int feature = 0; feature < layout.FeatureCount; feature++)
        {
            int present = layout.Edges[feature].BinCount;
            bool hasMissing = layout.HasMissing[feature];
            foreach (bool missingLeft in ImmutableArray.Create(false, true))
            {
                for (int bin = 0; bin < (hasMissing && !missingLeft ? present : present - 1); bin++)
                {
                    yield return (feature, bin, missingLeft);
                }
            }
        }
    }

    private static long[] Histogram(long[] values, BinLayout layout, int feature) =>
        [.. Enumerable.Range(0, 2 * layout.BinCount(feature)).Select(
            i => i % 2 == 0 ? values[(feature * 40) + i] : Math.Abs(values[(feature * 40) + i]))];

    private static long Sum(long[] histogram, int part) => histogram.Where((_, i) => i % 2 == part).Sum();

    private static double Score(long gradient, long hessian) => (double)gradient * gradient / (hessian + L2);
}

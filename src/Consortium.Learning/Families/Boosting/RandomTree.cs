using System.Collections.Immutable;
using Consortium.Learning.Binning;

namespace Consortium.Learning.Families.Boosting;

/// <summary>
/// A tree whose splits are drawn from the plan's public seed, before any payment is looked at; only its leaves' sums are asked
/// for (Maddock and others, CCS 2022). Splits are numbered as in a heap: the children of split i are 2i + 1 and 2i + 2, and
/// numbers from the count of splits on are leaves.
/// </summary>
internal sealed class RandomTree
{
    private readonly ImmutableArray<SplitCandidate> _splits;

    private RandomTree(ImmutableArray<SplitCandidate> splits) => _splits = splits;

    public int LeafCount => _splits.Length + 1;

    /// <param name="key">Of the tree's number.</param>
    /// <param name="splittable">Features of two bins or more.</param>
    public static RandomTree Draw(BoostingContext frame, ulong key, ImmutableArray<int> splittable)
    {
        var splits = new SplitCandidate[frame.Settings.Leaves - 1];
        for (int i = 0; i < splits.Length; i++)
        {
            int feature = splittable[Below(key, 3UL * (uint)i, splittable.Length)];
            int bin = Below(key, (3UL * (uint)i) + 1, frame.Layout.BinCount(feature) - 1);

            // The last bin of values goes left with all others: then what is missing goes right, or nothing would be split.
            bool missingLeft = bin < frame.Layout.Edges[feature].BinCount - 1
                && frame.Layout.HasMissing[feature]
                && Below(key, (3UL * (uint)i) + 2, 2) == 0;
            splits[i] = new SplitCandidate(feature, bin, missingLeft, 0, 0, 0);
        }

        return new RandomTree([.. splits]);
    }

    /// <summary>Adds each row's gradient and hessian to those of its leaf.</summary>
    /// <param name="binned">Columns of bins.</param>
    /// <param name="rows">Row numbers.</param>
    /// <param name="packed">Their packed pairs.</param>
    /// <param name="destination">Two entries a leaf.</param>
    public void Sum(
        BinnedRows binned, BinLayout layout, ReadOnlySpan<int> rows, ReadOnlySpan<long> packed, Span<long> destination)
    {
        byte[][] columns = [.. _splits.Select(split => binned.Column(split.Feature))];
        int[] bins = [.. _splits.Select(split => split.Bin)];
        int[] missingLeft =
            [.. _splits.Select(split => split.MissingLeft ? layout.Edges[split.Feature].MissingBin : -1)];
        for (int i = 0; i < rows.Length; i++)
        {
            int node = 0;
            while (node < columns.Length)
            {
                int bin = columns[node][rows[i]];
                node = (2 * node) + (bin <= bins[node] || bin == missingLeft[node] ? 1 : 2);
            }

            int leaf = 2 * (node - columns.Length);
            destination[leaf] += Histogram.GradientOf(packed[i]);
            destination[leaf + 1] += Histogram.HessianOf(packed[i]);
        }
    }

    /// <summary>The finished tree, leaves shrunk.</summary>
    /// <param name="sums">Gradient and hessian of each leaf.</param>
    public Tree ToTree(BoostingContext frame, ReadOnlySpan<long> sums)
    {
        int count = _splits.Length;
        var gradients = new long[count + LeafCount];
        var hessians = new long[count + LeafCount];
        for (int leaf = 0; leaf < LeafCount; leaf++)
        {
            gradients[count + leaf] = sums[2 * leaf];
            hessians[count + leaf] = sums[(2 * leaf) + 1];
        }

        for (int node = count - 1; node >= 0; node--)
        {
            gradients[node] = gradients[(2 * node) + 1] + gradients[(2 * node) + 2];
            hessians[node] = hessians[(2 * node) + 1] + hessians[(2 * node) + 2];
        }

        double Score(int node) => frame.Score(gradients[node], hessians[node]);
        int Number(int node) => node < count ? node : ~(node - count);
        return Tree.Create(
            frame.Layout.FeatureCount,
            [.. _splits.Select(split => split.Feature)],
            [.. _splits.Select(split => split.Bin)],
            [.. _splits.Select(frame.Threshold)],
            [.. _splits.Select(split => split.MissingLeft)],
            [.. Enumerable.Range(0, count).Select(node => Number((2 * node) + 1))],
            [.. Enumerable.Range(0, count).Select(node => Number((2 * node) + 2))],
            [.. Enumerable.Range(0, count).Select(
                node => Math.Max(0, Score((2 * node) + 1) + Score((2 * node) + 2) - Score(node)) / frame.Scale)],
            [.. Enumerable.Range(0, count).Select(node => hessians[node] / frame.Scale)],
            [.. Enumerable.Range(count, LeafCount).Select(node => frame.LeafValue(gradients[node], hessians[node]))],
            [.. Enumerable.Range(count, LeafCount).Select(node => hessians[node] / frame.Scale)]);
    }

    /// <summary>A number from 0 on; of so few, that 64 bits by remainder are even enough.</summary>
    private static int Below(ulong key, ulong subject, int count) =>
        (int)(SeededChoice.Mix(key ^ SeededChoice.Mix(subject)) % (uint)count);
}

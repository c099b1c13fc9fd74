using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Consortium.Learning.Features;

namespace Consortium.Learning.Families.Boosting;

/// <summary>Adds trees' leaves to many rows' log-odds, to the bit as <see cref="AddScalar"/> does.</summary>
/// <remarks>
/// Sixteen rows at a time, every split of a tree is decided, from the last to the first: each split then selects one of its
/// children's leaves, which are known by then. There is no walk, hence no branch to mispredict and no load that waits for
/// another; up to some hundreds of leaves this beats walking. Rows come in tiles whose values stay in the second-level cache for
/// all trees.
/// </remarks>
internal static class TreeScoring
{
    private const int TileRows = 256;

    /// <summary>Beyond this many splits deciding all of them costs more than walking past most.</summary>
    private const int MaximumSplits = 512;

    private static readonly int Lanes = Vector512<float>.Count;

    /// <param name="features">As many rows as <paramref name="logOdds"/>.</param>
    public static void Add(ReadOnlySpan<Tree> trees, FeatureMatrix features, Span<double> logOdds)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(logOdds.Length, features.RowCount);
        int[] columns = UsedColumns(trees, features.ColumnCount, out int used, out int splits);
        float[] tile = ArrayPool<float>.Shared.Rent(used * TileRows);
        int[] leaves = ArrayPool<int>.Shared.Rent((2 * splits + 1) * Lanes);
        for (int start = 0; start < logOdds.Length; start += TileRows)
        {
            Span<double> sums = logOdds.Slice(start, Math.Min(TileRows, logOdds.Length - start));
            for (int column = 0; column < columns.Length; column++)
            {
                if (columns[column] >= 0)
                {
                    Span<float> values = tile.AsSpan(columns[column] * TileRows, TileRows);
                    features.Column(column).Slice(start, sums.Length).CopyTo(values);
                    values[sums.Length..].Clear();
                }
            }

            foreach (Tree tree in trees)
            {
                if (tree.SplitCount is 0 or > MaximumSplits)
                {
                    AddWalking(tree, tile, columns, sums);
                }
                else
                {
                    AddDeciding(tree, tile, columns, sums, leaves);
                }
            }
        }

        ArrayPool<int>.Shared.Return(leaves);
        ArrayPool<float>.Shared.Return(tile);
    }

    /// <summary>Adds the leaf of each tree that one row falls into: the reference, and the way to score a single row.</summary>
    public static double AddScalar(ReadOnlySpan<Tree> trees, ReadOnlySpan<float> row, double logOdds)
    {
        foreach (Tree tree in trees)
        {
            int node = tree.SplitCount == 0 ? ~0 : 0;
            while (node >= 0)
            {
                float value = row[tree.Features[node]];
                bool goesLeft = float.IsNaN(value) ? tree.MissingLeft[node] : value <= tree.Thresholds[node];
                node = goesLeft ? tree.Left[node] : tree.Right[node];
            }

            logOdds += tree.LeafValues[~node];
        }

        return logOdds;
    }

    /// <summary>Numbers the columns that some split looks at, in order; -1 for the others.</summary>
    private static int[] UsedColumns(ReadOnlySpan<Tree> trees, int columnCount, out int used, out int splits)
    {
        var columns = new int[columnCount];
        splits = 0;
        foreach (Tree tree in trees)
        {
            if (tree.SplitCount <= MaximumSplits)
            {
                splits = Math.Max(splits, tree.SplitCount);
            }

            foreach (int feature in tree.Features)
            {
                columns[feature] = 1;
            }
        }

        used = 0;
        for (int column = 0; column < columns.Length; column++)
        {
            columns[column] = columns[column] == 0 ? -1 : used++;
        }

        return columns;
    }

    private static void AddWalking(Tree tree, ReadOnlySpan<float> tile, ReadOnlySpan<int> columns, Span<double> sums)
    {
        for (int row = 0; row < sums.Length; row++)
        {
            int node = tree.SplitCount == 0 ? ~0 : 0;
            while (node >= 0)
            {
                float value = tile[columns[tree.Features[node]] * TileRows + row];
                bool goesLeft = float.IsNaN(value) ? tree.MissingLeft[node] : value <= tree.Thresholds[node];
                node = goesLeft ? tree.Left[node] : tree.Right[node];
            }

            sums[row] += tree.LeafValues[~node];
        }
    }

    /// <param name="scratch">A vector of leaf numbers for each split, then for each leaf.</param>
    private static void AddDeciding(
        Tree tree, ReadOnlySpan<float> tile, ReadOnlySpan<int> columns, Span<double> sums, Span<int> scratch)
    {
        ReadOnlySpan<Decision> decisions = Decide(tree, columns, stackalloc Decision[tree.SplitCount]);
        Span<Vector512<int>> leaves = MemoryMarshal.Cast<int, Vector512<int>>(scratch)[..(tree.SplitCount + tree.LeafCount)];
        for (int leaf = 0; leaf < tree.LeafCount; leaf++)
        {
            leaves[tree.SplitCount + leaf] = Vector512.Create(leaf);
        }

        ReadOnlySpan<double> leafValues = tree.LeafValues.AsSpan();
        Span<int> reached = scratch[..Lanes];
        for (int row = 0; row < sums.Length; row += Lanes)
        {
            for (int split = decisions.Length - 1; split >= 0; split--)
            {
                ref readonly Decision decision = ref decisions[split];
                Vector512<float> values = Vector512.LoadUnsafe(in tile[decision.TileStart + row]);
                Vector512<float> threshold = Vector512.Create(decision.Threshold);

                // NaN compares false, so the comparison chosen is the one whose false sends it the right way.
                leaves[split] = decision.MissingLeft
                    ? Vector512.ConditionalSelect(
                        Vector512.GreaterThan(values, threshold).AsInt32(), leaves[decision.Right], leaves[decision.Left])
                    : Vector512.ConditionalSelect(
                        Vector512.LessThanOrEqual(values, threshold).AsInt32(), leaves[decision.Left], leaves[decision.Right]);
            }

            Span<double> block = sums.Slice(row, Math.Min(Lanes, sums.Length - row));
            for (int lane = 0; lane < block.Length; lane++)
            {
                block[lane] += leafValues[reached[lane]];
            }
        }
    }

    private static ReadOnlySpan<Decision> Decide(Tree tree, ReadOnlySpan<int> columns, Span<Decision> decisions)
    {
        for (int split = 0; split < decisions.Length; split++)
        {
            decisions[split] = new Decision(
                columns[tree.Features[split]] * TileRows,
                tree.Thresholds[split],
                Slot(tree, tree.Left[split]),
                Slot(tree, tree.Right[split]),
                tree.MissingLeft[split]);
        }

        return decisions;
    }

    /// <summary>Where a child's leaves stand: splits first, then leaves.</summary>
    private static int Slot(Tree tree, int child) => child >= 0 ? child : tree.SplitCount + ~child;

    private readonly record struct Decision(int TileStart, float Threshold, int Left, int Right, bool MissingLeft);
}

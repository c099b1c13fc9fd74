using System.Collections.Immutable;
using Consortium.Primitives;

namespace Consortium.Learning.Cells;

/// <summary>
/// One group of cells: a decision tree whose leaves are cells, so that every row falls into one of them. Splits are numbered from
/// 0, the root, and each comes before its children; a child is a split's number, or <c>~cell</c> (negative). Immutable.
/// </summary>
/// <remarks>
/// A row goes left where its value is at most the threshold, or where it is missing (NaN) and the split says so. -0 and 0 are the
/// same value.
/// </remarks>
public sealed class CellGroup
{
    private CellGroup(
        ImmutableArray<int> features, ImmutableArray<float> thresholds, ImmutableArray<bool> missingLeft,
        ImmutableArray<int> left, ImmutableArray<int> right)
    {
        (Features, Thresholds, MissingLeft, Left, Right) = (features, thresholds, missingLeft, left, right);
    }

    /// <summary>Column that each split looks at.</summary>
    public ImmutableArray<int> Features { get; }

    /// <summary>Largest value that goes left.</summary>
    public ImmutableArray<float> Thresholds { get; }

    public ImmutableArray<bool> MissingLeft { get; }

    public ImmutableArray<int> Left { get; }

    public ImmutableArray<int> Right { get; }

    /// <summary>Cells of the group: one more than splits.</summary>
    public int CellCount => Features.Length + 1;

    /// <exception cref="ArgumentException">The arrays form no tree over that many features.</exception>
    public static CellGroup Create(
        int featureCount, ImmutableArray<int> features, ImmutableArray<float> thresholds, ImmutableArray<bool> missingLeft,
        ImmutableArray<int> left, ImmutableArray<int> right)
    {
        if (Fault(featureCount, features.AsSpan(), thresholds.AsSpan(), missingLeft.Length, left.AsSpan(), right.AsSpan())
            is { } fault)
        {
            throw new ArgumentException(fault);
        }

        return new CellGroup(features, thresholds, missingLeft, left, right);
    }

    /// <summary>
    /// The bins of one feature: cell b holds values at most <c>edges[b]</c> and above the edge before it, the next one what is
    /// above the last edge, and the last cell what is missing.
    /// </summary>
    /// <param name="feature">The column.</param>
    /// <param name="edges">Strictly increasing, no NaN.</param>
    public static CellGroup OfBins(int feature, ReadOnlySpan<float> edges)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(feature);
        var thresholds = new List<float> { float.PositiveInfinity };
        var left = new List<int> { 0 };
        var right = new List<int> { ~(edges.Length + 1) };
        left[0] = Halve(edges, 0, edges.Length, thresholds, left, right);
        int splits = thresholds.Count;
        return Create(
            feature + 1, [.. Enumerable.Repeat(feature, splits)], [.. thresholds], [.. new bool[splits]], [.. left], [.. right]);
    }

    /// <summary>The cell that a row falls into, from 0.</summary>
    public int CellOf(ReadOnlySpan<float> row)
    {
        int node = Features.IsEmpty ? ~0 : 0;
        while (node >= 0)
        {
            float value = row[Features[node]];
            bool goesLeft = float.IsNaN(value) ? MissingLeft[node] : value <= Thresholds[node];
            node = goesLeft ? Left[node] : Right[node];
        }

        return ~node;
    }

    internal static CellGroup Read(ref CanonicalReader reader, int featureCount)
    {
        int[] features = reader.Int32s();
        float[] thresholds = reader.Singles();
        bool[] missingLeft = reader.Bools();
        int[] left = reader.Int32s(), right = reader.Int32s();
        return Fault(featureCount, features, thresholds, missingLeft.Length, left, right) is { } fault
            ? throw reader.Malformed("a group of cells", fault)
            : new CellGroup([.. features], [.. thresholds], [.. missingLeft], [.. left], [.. right]);
    }

    internal void Write(CanonicalWriter writer)
    {
        writer.Int32s(Features.AsSpan());
        writer.Singles(Thresholds.AsSpan());
        writer.Bools(MissingLeft.AsSpan());
        writer.Int32s(Left.AsSpan());
        writer.Int32s(Right.AsSpan());
    }

    /// <summary>
    /// A balanced tree over the bins from <paramref name="first"/> to <paramref name="last"/>; its root's number.
    /// </summary>
    private static int Halve(
        ReadOnlySpan<float> edges, int first, int last, List<float> thresholds, List<int> left, List<int> right)
    {
        if (first == last)
        {
            return ~first;
        }

        int middle = (first + last) / 2, split = thresholds.Count;
        thresholds.Add(edges[middle]);
        left.Add(0);
        right.Add(0);
        left[split] = Halve(edges, first, middle, thresholds, left, right);
        right[split] = Halve(edges, middle + 1, last, thresholds, left, right);
        return split;
    }

    /// <summary>What is wrong, or null. Children come after their parent, so every walk ends.</summary>
    private static string? Fault(
        int featureCount, ReadOnlySpan<int> features, ReadOnlySpan<float> thresholds, int flags, ReadOnlySpan<int> left,
        ReadOnlySpan<int> right)
    {
        int splits = features.Length;
        if (thresholds.Length != splits || flags != splits || left.Length != splits || right.Length != splits)
        {
            return "arrays of different lengths";
        }

        var seen = new bool[(2 * splits) + 1];
        for (int i = 0; i < splits; i++)
        {
            if ((uint)features[i] >= (uint)featureCount || float.IsNaN(thresholds[i]))
            {
                return "a split on a feature that is not there, or at no number";
            }

            foreach (int child in (ReadOnlySpan<int>)[left[i], right[i]])
            {
                int place = child >= 0 ? child : splits + ~child;
                if (child >= splits || (uint)place >= (uint)seen.Length || seen[place] || (child >= 0 && child <= i))
                {
                    return "children that form no tree";
                }

                seen[place] = true;
            }
        }

        return null;
    }
}

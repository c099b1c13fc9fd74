using System.Collections.Immutable;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Boosting;

/// <summary>
/// One regression tree in flat arrays. Splits are numbered from 0, the root, and each comes before its children. A child is a
/// split's number, or <c>~leaf</c> (negative) for a leaf. A tree of one leaf has no splits.
/// </summary>
/// <remarks>
/// A row goes left where its value is at most <see cref="Thresholds"/>, or where it is missing (NaN) and
/// <see cref="MissingLeft"/>. -0 and 0 are the same value.
/// </remarks>
public sealed class Tree
{
    private Tree()
    {
    }

    /// <summary>Column that each split looks at.</summary>
    public required ImmutableArray<int> Features { get; init; }

    /// <summary>Largest bin that goes left, in the agreed edges: the bin of <see cref="Thresholds"/>.</summary>
    public required ImmutableArray<int> Bins { get; init; }

    /// <summary>Largest value that goes left.</summary>
    public required ImmutableArray<float> Thresholds { get; init; }

    public required ImmutableArray<bool> MissingLeft { get; init; }

    public required ImmutableArray<int> Left { get; init; }

    public required ImmutableArray<int> Right { get; init; }

    /// <summary>What each split lowered the training loss by, in units of the loss's second-order approximation.</summary>
    public required ImmutableArray<double> Gains { get; init; }

    /// <summary>Summed second derivatives of the training rows at each split.</summary>
    public required ImmutableArray<double> SplitWeights { get; init; }

    /// <summary>Log-odds that each leaf adds, shrinkage included.</summary>
    public required ImmutableArray<double> LeafValues { get; init; }

    /// <summary>Summed second derivatives of the training rows at each leaf.</summary>
    public required ImmutableArray<double> LeafWeights { get; init; }

    public int SplitCount => Features.Length;

    public int LeafCount => LeafValues.Length;

    internal static Tree Create(
        int featureCount,
        int[] features,
        int[] bins,
        float[] thresholds,
        bool[] missingLeft,
        int[] left,
        int[] right,
        double[] gains,
        double[] splitWeights,
        double[] leafValues,
        double[] leafWeights)
    {
        if (Fault(
            featureCount, features, bins, thresholds, missingLeft, left, right, gains, splitWeights, leafValues, leafWeights)
                is { } fault)
        {
            throw new ArgumentException(fault);
        }

        return new Tree
        {
            Features = [.. features],
            Bins = [.. bins],
            Thresholds = [.. thresholds],
            MissingLeft = [.. missingLeft],
            Left = [.. left],
            Right = [.. right],
            Gains = [.. gains],
            SplitWeights = [.. splitWeights],
            LeafValues = [.. leafValues],
            LeafWeights = [.. leafWeights],
        };
    }

    internal static Tree Read(ref CanonicalReader reader, int featureCount)
    {
        int[] features = reader.Int32s();
        int[] bins = reader.Int32s();
        float[] thresholds = reader.Singles();
        bool[] missingLeft = reader.Bools();
        int[] left = reader.Int32s();
        int[] right = reader.Int32s();
        double[] gains = reader.Doubles();
        double[] splitWeights = reader.Doubles();
        double[] leafValues = reader.Doubles();
        double[] leafWeights = reader.Doubles();
        if (Fault(
            featureCount, features, bins, thresholds, missingLeft, left, right, gains, splitWeights, leafValues, leafWeights)
                is { } fault)
        {
            throw reader.Malformed("a well-formed tree", fault);
        }

        return Create(
            featureCount, features, bins, thresholds, missingLeft, left, right, gains, splitWeights, leafValues, leafWeights);
    }

    /// <summary>Whether both send every row to the same value.</summary>
    internal bool IsSameAs(Tree other) =>
        ReferenceEquals(this, other)
        || (Features.SequenceEqual(other.Features) && Bins.SequenceEqual(other.Bins) && Thresholds.SequenceEqual(other.Thresholds)
            && MissingLeft.SequenceEqual(other.MissingLeft) && Left.SequenceEqual(other.Left) && Right.SequenceEqual(other.Right)
            && LeafValues.SequenceEqual(other.LeafValues));

    internal void Write(CanonicalWriter writer)
    {
        writer.Int32s(Features.AsSpan());
        writer.Int32s(Bins.AsSpan());
        writer.Singles(Thresholds.AsSpan());
        writer.Bools(MissingLeft.AsSpan());
        writer.Int32s(Left.AsSpan());
        writer.Int32s(Right.AsSpan());
        writer.Doubles(Gains.AsSpan());
        writer.Doubles(SplitWeights.AsSpan());
        writer.Doubles(LeafValues.AsSpan());
        writer.Doubles(LeafWeights.AsSpan());
    }

    /// <summary>What is wrong with these arrays, or null. Children come after their parent, so every walk ends.</summary>
    private static string? Fault(
        int featureCount,
        int[] features,
        int[] bins,
        float[] thresholds,
        bool[] missingLeft,
        int[] left,
        int[] right,
        double[] gains,
        double[] splitWeights,
        double[] leafValues,
        double[] leafWeights)
    {
        int splits = features.Length;
        int leaves = leafValues.Length;
        if (bins.Length != splits || thresholds.Length != splits || missingLeft.Length != splits || left.Length != splits
            || right.Length != splits || gains.Length != splits || splitWeights.Length != splits || leafWeights.Length != leaves
            || leaves != splits + 1)
        {
            return "arrays of different lengths";
        }

        if (features.Any(feature => feature < 0 || feature >= featureCount) || bins.Any(bin => bin is < 0 or > byte.MaxValue))
        {
            return "a split on a feature or bin that is not there";
        }

        if (thresholds.Any(float.IsNaN))
        {
            return "a threshold that is not a number";
        }

        var splitSeen = new bool[splits];
        var leafSeen = new bool[leaves];
        for (int i = 0; i < splits; i++)
        {
            if (!Claim(i, left[i]) || !Claim(i, right[i]))
            {
                return "children that do not form a tree";
            }
        }

        return null;

        bool Claim(int parent, int child)
        {
            bool[] seen = child >= 0 ? splitSeen : leafSeen;
            int index = child >= 0 ? child : ~child;
            if (index >= seen.Length || seen[index] || (child >= 0 && child <= parent))
            {
                return false;
            }

            seen[index] = true;
            return true;
        }
    }
}

using System.Collections.Immutable;
using Consortium.Learning.Features;
using Consortium.Primitives;

namespace Consortium.Learning.Binning;

/// <summary>
/// The agreed bins of one feature: bin b holds values at most <c>UpperEdges[b]</c> and above the edge before it; one more bin
/// holds what is above the last edge, and the bin after that, <see cref="MissingBin"/>, what is missing.
/// </summary>
public sealed class BinEdges
{
    /// <summary>Bins of present values; with the missing bin they fit a byte.</summary>
    public const int MaximumBins = 255;

    /// <param name="upperEdges">Strictly increasing, no NaN; at most <see cref="MaximumBins"/> − 1 of them.</param>
    public BinEdges(ImmutableArray<float> upperEdges)
    {
        if (!AreValid(upperEdges.AsSpan()))
        {
            throw new ArgumentException(
                $"Edges must be at most {MaximumBins - 1} strictly increasing numbers.", nameof(upperEdges));
        }

        UpperEdges = upperEdges;
    }

    public ImmutableArray<float> UpperEdges { get; }

    /// <summary>Bins of present values.</summary>
    public int BinCount => UpperEdges.Length + 1;

    /// <summary>Number of the bin that missing values have.</summary>
    public int MissingBin => BinCount;

    /// <summary>The bin of a value: how many edges lie below it.</summary>
    public int BinOf(float value)
    {
        if (float.IsNaN(value))
        {
            return MissingBin;
        }

        ReadOnlySpan<float> edges = UpperEdges.AsSpan();
        int low = 0;
        int high = edges.Length;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (value <= edges[middle])
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    internal static BinEdges Read(ref CanonicalReader reader)
    {
        float[] edges = reader.Singles();
        if (!AreValid(edges))
        {
            throw reader.Malformed($"at most {MaximumBins - 1} strictly increasing numbers", "others");
        }

        return new BinEdges([.. edges]);
    }

    internal void Write(CanonicalWriter writer) => writer.Singles(UpperEdges.AsSpan());

    private static bool AreValid(ReadOnlySpan<float> edges)
    {
        if (edges.Length >= MaximumBins || (edges.Length > 0 && float.IsNaN(edges[0])))
        {
            return false;
        }

        for (int i = 1; i < edges.Length; i++)
        {
            if (!(edges[i - 1] < edges[i]))
            {
                return false;
            }
        }

        return true;
    }
}

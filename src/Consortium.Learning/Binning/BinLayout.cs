using System.Collections.Immutable;
using Consortium.Learning.Features;
using Consortium.Primitives;

namespace Consortium.Learning.Binning;

/// <summary>
/// The agreed bins of all features, numbered in one row: feature by feature, each feature's missing bin last if any row misses
/// it.
/// </summary>
internal sealed class BinLayout
{
    private readonly ImmutableArray<int> _offsets;

    public BinLayout(ImmutableArray<BinEdges> edges, ImmutableArray<bool> hasMissing)
    {
        Edges = edges;
        HasMissing = hasMissing;
        ImmutableArray<int>.Builder offsets = ImmutableArray.CreateBuilder<int>(edges.Length);
        for (int feature = 0; feature < edges.Length; feature++)
        {
            offsets.Add(TotalBins);
            TotalBins += BinCount(feature);
        }

        _offsets = offsets.MoveToImmutable();
    }

    public ImmutableArray<BinEdges> Edges { get; }

    /// <summary>Whether any row of the cohort misses the feature, so that it has a bin for that.</summary>
    public ImmutableArray<bool> HasMissing { get; }

    public int FeatureCount => Edges.Length;

    public int TotalBins { get; }

    /// <summary>Number of the feature's first bin.</summary>
    public int Offset(int feature) => _offsets[feature];

    /// <summary>The feature's bins, the missing bin counted.</summary>
    public int BinCount(int feature) => Edges[feature].BinCount + (HasMissing[feature] ? 1 : 0);

    /// <summary>
    /// The bins that follow from the features' units alone. Every feature has a bin for what is missing, for nobody counts
    /// whether a row misses it.
    /// </summary>
    public static BinLayout Public(ImmutableArray<FeatureUnit> units, int bins)
    {
        var edges = new Dictionary<FeatureUnit, BinEdges>();
        foreach (FeatureUnit unit in units)
        {
            edges.TryAdd(unit, PublicEdges.Of(unit, bins));
        }

        return new BinLayout([.. units.Select(unit => edges[unit])], [.. units.Select(_ => true)]);
    }

    public static BinLayout Read(ref CanonicalReader reader, int featureCount)
    {
        ImmutableArray<BinEdges>.Builder edges = ImmutableArray.CreateBuilder<BinEdges>(featureCount);
        for (int feature = 0; feature < featureCount; feature++)
        {
            edges.Add(BinEdges.Read(ref reader));
        }

        bool[] hasMissing = reader.Bools();
        reader.Require(hasMissing.Length == featureCount, "a flag for each feature", hasMissing.Length);
        return new BinLayout(edges.MoveToImmutable(), [.. hasMissing]);
    }

    public void Write(CanonicalWriter writer)
    {
        foreach (BinEdges edges in Edges)
        {
            edges.Write(writer);
        }

        writer.Bools(HasMissing.AsSpan());
    }

    /// <summary>The bins of every feature's values, feature by feature.</summary>
    public byte[][] Bin(FeatureMatrix features)
    {
        var columns = new byte[FeatureCount][];
        for (int feature = 0; feature < columns.Length; feature++)
        {
            columns[feature] = Bin(feature, features.Column(feature));
        }

        return columns;
    }

    /// <summary>The bins, from 0, of one feature's values.</summary>
    public byte[] Bin(int feature, ReadOnlySpan<float> column)
    {
        const int PrefixShift = 20;
        BinEdges edges = Edges[feature];
        ReadOnlySpan<float> upper = edges.UpperEdges.AsSpan();
        var firstBin = new byte[1 << (32 - PrefixShift)];
        for (uint prefix = 0; prefix < firstBin.Length; prefix++)
        {
            firstBin[prefix] = (byte)edges.BinOf(FloatKey.Value(prefix << PrefixShift));
        }

        var bins = new byte[column.Length];
        for (int row = 0; row < bins.Length; row++)
        {
            float value = column[row];
            if (float.IsNaN(value))
            {
                bins[row] = (byte)edges.MissingBin;
                continue;
            }

            int bin = firstBin[FloatKey.Of(value) >> PrefixShift];
            while (bin < upper.Length && value > upper[bin])
            {
                bin++;
            }

            bins[row] = (byte)bin;
        }

        return bins;
    }
}

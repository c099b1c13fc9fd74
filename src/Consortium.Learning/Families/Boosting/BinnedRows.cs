using Consortium.Learning.Binning;

namespace Consortium.Learning.Families.Boosting;

/// <summary>A bank's training rows in bins, twice: by column to send rows left or right, and by row to sum histograms.</summary>
/// <remarks>
/// By row, a feature's most frequent bin is left out: its sums are the node's less those of the feature's other bins, exactly,
/// for they are integers. Most money flows are zero over most windows, so this halves the work, or better.
/// </remarks>
internal sealed class BinnedRows
{
    /// <summary>So few that reading their columns is faster than reading all entries of each row.</summary>
    private const int FewFeatures = 4;

    private readonly BinLayout _layout;
    private readonly byte[][] _columns;
    private readonly int[] _commonBins;
    private readonly Lazy<List<BinEntries>> _entries;
    private readonly long[] _sums;

    public BinnedRows(BinLayout layout, byte[][] columns, int rowCount)
    {
        _layout = layout;
        RowCount = rowCount;
        _columns = columns;
        _commonBins = [.. Enumerable.Range(0, layout.FeatureCount).Select(CommonBin)];
        _entries = new(() =>
        {
            var entries = new List<BinEntries>();
            for (int feature = 0; feature < layout.FeatureCount; feature = entries[^1].End)
            {
                entries.Add(new BinEntries(layout, columns, _commonBins, rowCount, feature));
            }

            return entries;
        });
        _sums = new long[layout.TotalBins];
    }

    public int RowCount { get; }

    public byte[] Column(int feature) => _columns[feature];

    /// <summary>Sums the gradients and hessians of a node's rows, bin by bin, for some features.</summary>
    /// <param name="rows">The node's rows, ascending.</param>
    /// <param name="packed">Their pairs (<see cref="Histogram.Pack"/>).</param>
    /// <param name="features">The features wanted, ascending.</param>
    /// <param name="destination">Gradient and hessian of each of their bins.</param>
    public void Sum(ReadOnlySpan<int> rows, ReadOnlySpan<long> packed, ReadOnlySpan<int> features, Span<long> destination)
    {
        destination.Clear();
        while (!rows.IsEmpty)
        {
            int count = PackedCapacity(packed, out long gradient, out long hessian);
            if (features.Length <= FewFeatures)
            {
                SumByColumn(rows[..count], packed[..count], features, destination);
                rows = rows[count..];
                packed = packed[count..];
                continue;
            }

            Array.Clear(_sums);
            foreach (BinEntries entries in _entries.Value)
            {
                entries.Add(rows[..count], packed[..count], _sums);
            }

            Unpack(features, gradient, hessian, destination);
            rows = rows[count..];
            packed = packed[count..];
        }
    }

    private void SumByColumn(
        ReadOnlySpan<int> rows, ReadOnlySpan<long> packed, ReadOnlySpan<int> features, Span<long> destination)
    {
        Span<long> sums = stackalloc long[byte.MaxValue + 1];
        foreach (int feature in features)
        {
            byte[] column = _columns[feature];
            sums.Clear();
            for (int i = 0; i < rows.Length; i++)
            {
                sums[column[rows[i]]] += packed[i];
            }

            int bins = _layout.BinCount(feature);
            for (int bin = 0; bin < bins; bin++)
            {
                // Hessians are in the low half, without a sign.
                destination[2 * bin] += Histogram.GradientOf(sums[bin]);
                destination[(2 * bin) + 1] += Histogram.HessianOf(sums[bin]);
            }

            destination = destination[(2 * bins)..];
        }
    }

    /// <summary>How many of the first pairs are sure to sum without overflow, and what they sum to.</summary>
    private static int PackedCapacity(ReadOnlySpan<long> packed, out long gradient, out long hessian)
    {
        long magnitude = 0;
        gradient = 0;
        hessian = 0;
        for (int i = 0; i < packed.Length; i++)
        {
            long g = Histogram.GradientOf(packed[i]);
            long h = Histogram.HessianOf(packed[i]);
            if (magnitude + Math.Abs(g) > int.MaxValue || hessian + h > uint.MaxValue)
            {
                return i;
            }

            magnitude += Math.Abs(g);
            gradient += g;
            hessian += h;
        }

        return packed.Length;
    }

    private void Unpack(ReadOnlySpan<int> features, long gradient, long hessian, Span<long> destination)
    {
        int at = 0;
        foreach (int feature in features)
        {
            int bins = _layout.BinCount(feature);
            ReadOnlySpan<long> sums = _sums.AsSpan(_layout.Offset(feature), bins);
            Span<long> pairs = destination.Slice(at, 2 * bins);
            long restGradient = gradient;
            long restHessian = hessian;
            for (int bin = 0; bin < bins; bin++)
            {
                long g = Histogram.GradientOf(sums[bin]);
                long h = Histogram.HessianOf(sums[bin]);
                pairs[2 * bin] += g;
                pairs[(2 * bin) + 1] += h;
                restGradient -= g;
                restHessian -= h;
            }

            int common = _commonBins[feature];
            pairs[2 * common] += restGradient;
            pairs[(2 * common) + 1] += restHessian;
            at += 2 * bins;
        }
    }

    private int CommonBin(int feature)
    {
        Span<int> counts = stackalloc int[BinEdges.MaximumBins + 1];
        counts.Clear();
        foreach (byte bin in _columns[feature])
        {
            counts[bin]++;
        }

        int common = 0;
        for (int bin = 1; bin < _layout.BinCount(feature); bin++)
        {
            common = counts[bin] > counts[common] ? bin : common;
        }

        for (int bin = _layout.BinCount(feature); bin < counts.Length; bin++)
        {
            if (counts[bin] > 0)
            {
                throw new ArgumentException(
                    $"Feature {feature} is missing in a training row, though no row missed it when bins were agreed.");
            }
        }

        return common;
    }
}

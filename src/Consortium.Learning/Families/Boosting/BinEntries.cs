using Consortium.Learning.Binning;

namespace Consortium.Learning.Families.Boosting;

/// <summary>
/// Rows as lists of the bins they are in, each feature's most frequent bin left out, for a run of features whose bins number at
/// most 2^16.
/// </summary>
internal sealed unsafe class BinEntries
{
    private const int MaximumBins = 1 << 16;
    private const int BlockBits = 16;
    private const int BlockRows = 1 << BlockBits;

    private readonly int _offset;
    private readonly int _bins;
    private readonly ushort[][] _entries;
    private readonly uint[][] _starts;

    /// <summary>Takes as many features from <paramref name="first"/> on as fit.</summary>
    public BinEntries(BinLayout layout, byte[][] columns, ReadOnlySpan<int> commonBins, int rowCount, int first)
    {
        _offset = layout.Offset(first);
        End = first;
        while (End < layout.FeatureCount && _bins + layout.BinCount(End) <= MaximumBins)
        {
            _bins += layout.BinCount(End++);
        }

        int blocks = (rowCount + BlockRows - 1) >> BlockBits;
        _entries = new ushort[blocks][];
        _starts = new uint[blocks][];
        for (int block = 0; block < blocks; block++)
        {
            int firstRow = block << BlockBits;
            FillBlock(layout, columns, commonBins, first, firstRow, Math.Min(BlockRows, rowCount - firstRow));
        }
    }

    /// <summary>The feature after the last one taken.</summary>
    public int End { get; }

    /// <summary>Adds each row's packed pair to the packed sums of the bins it is in, the left-out ones apart.</summary>
    /// <param name="rows">Ascending.</param>
    /// <param name="packed">One pair for each of <paramref name="rows"/>.</param>
    /// <param name="sums">One for each bin of the layout.</param>
    public void Add(ReadOnlySpan<int> rows, ReadOnlySpan<long> packed, Span<long> sums)
    {
        fixed (long* first = sums.Slice(_offset, _bins))
        {
            while (!rows.IsEmpty)
            {
                int block = rows[0] >> BlockBits;
                int firstRow = block << BlockBits;
                int count = CountBelow(rows, firstRow + BlockRows);
                fixed (ushort* entries = _entries[block])
                fixed (uint* starts = _starts[block])
                {
                    Histogram.Add(entries, starts, rows[..count], firstRow, packed[..count], first);
                }

                rows = rows[count..];
                packed = packed[count..];
            }
        }
    }

    private static int CountBelow(ReadOnlySpan<int> ascending, int bound)
    {
        int found = ascending.BinarySearch(bound);
        return found >= 0 ? found : ~found;
    }

    private void FillBlock(BinLayout layout, byte[][] columns, ReadOnlySpan<int> commonBins, int first, int firstRow, int rows)
    {
        var starts = new uint[rows + 1];
        for (int feature = first; feature < End; feature++)
        {
            ReadOnlySpan<byte> column = columns[feature].AsSpan(firstRow, rows);
            int common = commonBins[feature];
            for (int row = 0; row < rows; row++)
            {
                starts[row + 1] += column[row] == common ? 0u : 1u;
            }
        }

        for (int row = 0; row < rows; row++)
        {
            starts[row + 1] += starts[row];
        }

        var entries = new ushort[starts[rows]];
        uint[] next = starts.AsSpan(0, rows).ToArray();
        for (int feature = first; feature < End; feature++)
        {
            ReadOnlySpan<byte> column = columns[feature].AsSpan(firstRow, rows);
            int common = commonBins[feature];
            int offset = layout.Offset(feature) - _offset;
            for (int row = 0; row < rows; row++)
            {
                if (column[row] != common)
                {
                    entries[next[row]++] = (ushort)(offset + column[row]);
                }
            }
        }

        _entries[firstRow >> BlockBits] = entries;
        _starts[firstRow >> BlockBits] = starts;
    }
}

using Consortium.Primitives;

namespace Consortium.Learning.Binning;

/// <summary>
/// What a cohort knows of one feature's distribution: how many rows lie in each cell of a partition of all floats, finer where
/// rows are. Immutable; <see cref="Refine"/> gives the next one.
/// </summary>
/// <remarks>
/// Cells are ranges of <see cref="FloatKey"/>s of a power-of-two width. The first round counts 2^10 equal cells. Each later round
/// cuts every cell that holds more than <see cref="Tolerance"/> rows into equal parts and asks for the parts' counts but the
/// last, which subtraction gives: so no round asks for anything that an earlier one told. It ends when every heavy cell is a
/// single value.
/// </remarks>
internal sealed class FeatureSketch
{
    private const int FirstBits = 10;
    private const int KeyBits = 32;
    private const int LeastSplitBits = 2;
    private const int CellsPerRound = 1 << FirstBits;
    private const long LargestCount = 1L << 40;

    private readonly uint[] _starts;
    private readonly byte[] _widths;
    private readonly long[] _counts;
    private readonly int _maximumBins;

    private FeatureSketch(int maximumBins, uint[] starts, byte[] widths, long[] counts, long missing)
    {
        _maximumBins = maximumBins;
        _starts = starts;
        _widths = widths;
        _counts = counts;
        MissingCount = missing;
        PresentCount = counts.Sum();
        Tolerance = Math.Max(1, PresentCount / (4L * maximumBins));
        int heavy = counts.Where((count, cell) => count > Tolerance && widths[cell] > 0).Count();
        SplitBits = heavy == 0 ? 0 : Math.Max(LeastSplitBits, FirstBits - (int)Math.Ceiling(Math.Log2(heavy)));
        RequestLength = starts.Length == 0 ? CellsPerRound + 1 : Enumerable.Range(0, starts.Length).Sum(PartsAsked);
    }

    public long PresentCount { get; }

    public long MissingCount { get; }

    /// <summary>Cells with more rows than this are cut further: a quarter of an even bin.</summary>
    public long Tolerance { get; }

    /// <summary>Counts that the next round asks for; 0 when the sketch is fine enough.</summary>
    public int RequestLength { get; }

    /// <summary>Cells of the partition so far.</summary>
    public int CellCount => _starts.Length;

    private int SplitBits { get; }

    /// <summary>
    /// No round asks for more counts of a feature. Fewer than 4 × <paramref name="maximumBins"/> cells can be heavy, and they are
    /// cut into at most 4 parts each, or, where they are few, into 2^10 in all.
    /// </summary>
    public static int LargestRequest(int maximumBins) =>
        Math.Max(CellsPerRound + 1, 4 * maximumBins * ((1 << LeastSplitBits) - 1));

    public static FeatureSketch Empty(int maximumBins) => new(maximumBins, [], [], [], 0);

    public static FeatureSketch Read(ref CanonicalReader reader, int maximumBins)
    {
        long missing = reader.Int64();
        byte[] widths = reader.Span(reader.Int32(0, int.MaxValue, "a number of cells")).ToArray();
        long[] counts = reader.Int64s();
        reader.Require(counts.Length == widths.Length, "as many counts as cells", counts.Length);
        reader.Require(
            missing is >= 0 and <= LargestCount && counts.All(count => count is >= 0 and <= LargestCount), "counts within bounds",
            missing);
        var starts = new uint[widths.Length];
        ulong start = 0;
        for (int cell = 0; cell < starts.Length; cell++)
        {
            reader.Require(start < 1UL << KeyBits && widths[cell] <= KeyBits, "cells within 32 bits", cell);
            starts[cell] = (uint)start;
            start += 1UL << widths[cell];
        }

        reader.Require(start == 1UL << KeyBits || widths.Length == 0, "cells that cover 32 bits", widths.Length);
        return new FeatureSketch(maximumBins, starts, widths, counts, missing);
    }

    public void Write(CanonicalWriter writer)
    {
        writer.Int64(MissingCount);
        writer.Int32(_widths.Length);
        writer.Raw(_widths);
        writer.Int64s(_counts);
    }

    /// <summary>One bank's counts for the next round.</summary>
    public void Count(SortedKeys keys, Span<long> destination)
    {
        int next = 0;
        if (_starts.Length == 0)
        {
            int below = 0;
            for (ulong cell = 1; cell <= CellsPerRound; cell++)
            {
                int bound = keys.CountBelow(cell << (KeyBits - FirstBits));
                destination[next++] = bound - below;
                below = bound;
            }

            destination[next] = keys.MissingCount;
            return;
        }

        for (int cell = 0; cell < _starts.Length; cell++)
        {
            int parts = PartsAsked(cell);
            int below = parts == 0 ? 0 : keys.CountBelow(_starts[cell]);
            for (int part = 1; part <= parts; part++)
            {
                int bound = keys.CountBelow(_starts[cell] + ((ulong)part << (_widths[cell] - BitsOf(cell))));
                destination[next++] = bound - below;
                below = bound;
            }
        }
    }

    /// <summary>The sketch that also knows the cohort's counts.</summary>
    /// <exception cref="ArgumentException">Parts of a cell hold more rows than the cell.</exception>
    public FeatureSketch Refine(ReadOnlySpan<long> sum)
    {
        var starts = new List<uint>();
        var widths = new List<byte>();
        var counts = new List<long>();
        if (_starts.Length == 0)
        {
            for (uint cell = 0; cell < CellsPerRound; cell++)
            {
                starts.Add(cell << (KeyBits - FirstBits));
                widths.Add(KeyBits - FirstBits);
                counts.Add(sum[(int)cell]);
            }

            return new FeatureSketch(_maximumBins, [.. starts], [.. widths], [.. counts], sum[CellsPerRound]);
        }

        int next = 0;
        for (int cell = 0; cell < _starts.Length; cell++)
        {
            int asked = PartsAsked(cell);
            byte width = (byte)(_widths[cell] - BitsOf(cell));
            long rest = _counts[cell];
            for (int part = 0; part <= asked; part++)
            {
                long count = part < asked ? sum[next++] : rest;
                rest -= count;
                if (rest < 0)
                {
                    throw new ArgumentException("The parts of a sketch's cell hold more rows than the cell.", nameof(sum));
                }

                starts.Add(_starts[cell] + ((uint)part << width));
                widths.Add(width);
                counts.Add(count);
            }
        }

        return new FeatureSketch(_maximumBins, [.. starts], [.. widths], [.. counts], MissingCount);
    }

    /// <summary>
    /// The edges whose fullest bin is as small as these cells allow. A bin of more than one value holds at most 2n/B rows; and at
    /// most n/(B-1) + <see cref="Tolerance"/> where no single value has more rows than that tolerance (n present rows, B bins).
    /// </summary>
    public BinEdges Edges()
    {
        int[] filled = [.. Enumerable.Range(0, _counts.Length).Where(cell => _counts[cell] > 0)];
        long low = 0;
        long high = PresentCount;
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            if (BinsAt(filled, middle) <= _maximumBins)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        var edges = new List<float>();
        long inBin = 0;
        for (int i = 0; i < filled.Length; i++)
        {
            long count = _counts[filled[i]];
            if (i > 0 && inBin + count > low)
            {
                edges.Add(Between(filled[i - 1], filled[i]));
                inBin = 0;
            }

            inBin += count;
        }

        return new BinEdges([.. edges]);
    }

    private int BinsAt(int[] filled, long capacity)
    {
        int bins = 1;
        long inBin = 0;
        for (int i = 0; i < filled.Length; i++)
        {
            long count = _counts[filled[i]];
            if (i > 0 && inBin + count > capacity)
            {
                bins++;
                inBin = 0;
            }

            inBin += count;
        }

        return bins;
    }

    /// <summary>An edge in the middle between two cells, so that values never seen fall on the nearer side.</summary>
    private float Between(int cell, int nextCell)
    {
        float below = FloatKey.Value((uint)(_starts[cell] + (1UL << _widths[cell]) - 1));
        float above = FloatKey.Value(_starts[nextCell]);
        float middle = (float)(((double)below + above) / 2);
        return middle >= below && middle < above ? middle : below;
    }

    private int BitsOf(int cell) => _counts[cell] > Tolerance ? Math.Min(SplitBits, _widths[cell]) : 0;

    private int PartsAsked(int cell) => (1 << BitsOf(cell)) - 1;
}

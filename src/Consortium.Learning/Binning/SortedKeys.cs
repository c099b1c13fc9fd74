namespace Consortium.Learning.Binning;

/// <summary>One bank's values of one feature in order, so that any range of keys is counted in two binary searches.</summary>
internal sealed class SortedKeys
{
    private const int DigitBits = 11;
    private const int Digits = 1 << DigitBits;
    private const int Passes = 3;

    private readonly uint[] _keys;

    public SortedKeys(ReadOnlySpan<float> column)
    {
        var keys = new uint[column.Length];
        int present = 0;
        foreach (float value in column)
        {
            if (!float.IsNaN(value))
            {
                keys[present++] = FloatKey.Of(value);
            }
        }

        MissingCount = column.Length - present;
        _keys = Sort(keys, present);
        PresentCount = present;
    }

    public int PresentCount { get; }

    public int MissingCount { get; }

    /// <summary>How many keys are below <paramref name="bound"/>, which may be 2^32.</summary>
    public int CountBelow(ulong bound)
    {
        int low = 0;
        int high = PresentCount;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_keys[middle] < bound)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    /// <summary>Least significant digit first; a digit that all keys share costs no pass.</summary>
    private static uint[] Sort(uint[] keys, int count)
    {
        var counts = new int[Passes][];
        for (int pass = 0; pass < Passes; pass++)
        {
            counts[pass] = new int[Digits];
        }

        for (int i = 0; i < count; i++)
        {
            uint key = keys[i];
            counts[0][key & (Digits - 1)]++;
            counts[1][(key >> DigitBits) & (Digits - 1)]++;
            counts[2][key >> (2 * DigitBits)]++;
        }

        uint[] from = keys;
        uint[]? to = null;
        for (int pass = 0; pass < Passes; pass++)
        {
            int[] next = counts[pass];
            int shift = pass * DigitBits;
            if (count == 0 || next[(from[0] >> shift) & (Digits - 1)] == count)
            {
                continue;
            }

            int start = 0;
            for (int digit = 0; digit < Digits; digit++)
            {
                int size = next[digit];
                next[digit] = start;
                start += size;
            }

            to ??= new uint[count];
            for (int i = 0; i < count; i++)
            {
                uint key = from[i];
                to[next[(key >> shift) & (Digits - 1)]++] = key;
            }

            (from, to) = (to, from.Length == count ? from : new uint[count]);
        }

        return from;
    }
}

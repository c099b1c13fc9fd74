namespace Consortium.Cryptography.Scoring;

/// <summary>Words of a fixed number of bits, least significant first, without gaps; the last byte is filled with zeros.</summary>
internal static class BitPacking
{
    /// <param name="words">Each below 2^bits.</param>
    /// <param name="bits">1 to 32.</param>
    /// <param name="destination">The words' bits, rounded up to bytes.</param>
    public static void Pack(ReadOnlySpan<uint> words, int bits, Span<byte> destination)
    {
        ulong pending = 0;
        int filled = 0, at = 0;
        foreach (uint word in words)
        {
            pending |= (ulong)word << filled;
            for (filled += bits; filled >= 8; filled -= 8, pending >>= 8)
            {
                destination[at++] = (byte)pending;
            }
        }

        if (filled > 0)
        {
            destination[at] = (byte)pending;
        }
    }

    /// <returns>False when bits after the last word are not zero.</returns>
    public static bool Unpack(ReadOnlySpan<byte> source, int bits, Span<uint> words)
    {
        ulong pending = 0, mask = (1ul << bits) - 1;
        int filled = 0, at = 0;
        foreach (ref uint word in words)
        {
            for (; filled < bits; filled += 8)
            {
                pending |= (ulong)source[at++] << filled;
            }

            word = (uint)(pending & mask);
            pending >>= bits;
            filled -= bits;
        }

        return pending == 0;
    }
}

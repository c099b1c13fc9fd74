using System.Buffers.Binary;

namespace Consortium.Cryptography.Scoring;

/// <summary>Words of a fixed number of bits, least significant first, without gaps; the last byte is filled with zeros.</summary>
internal static class BitPacking
{
    private const int LargestPaired = 28;

    /// <param name="words">Each below 2^bits.</param>
    /// <param name="bits">1 to 32.</param>
    /// <param name="destination">The words' bits, rounded up to bytes.</param>
    public static void Pack(ReadOnlySpan<uint> words, int bits, Span<byte> destination)
    {
        int done = PackPairs(words, bits, destination, out int at, out ulong pending, out int filled);
        foreach (uint word in words[done..])
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

    /// <summary>
    /// Two words a step, eight bytes a store; what a store writes beyond the pair's bits, the next one writes again. A pair and
    /// the seven bits before it fit a 64-bit word.
    /// </summary>
    /// <returns>
    /// Words packed, all but the last few; their whole bytes are written, and the bits that remain are pending.
    /// </returns>
    private static int PackPairs(
        ReadOnlySpan<uint> words, int bits, Span<byte> destination, out int at, out ulong pending, out int filled)
    {
        (at, pending, filled) = (0, 0, 0);
        if (bits > LargestPaired)
        {
            return 0;
        }

        int done = 0;
        for (; done + 2 <= words.Length && at + sizeof(ulong) <= destination.Length; done += 2)
        {
            pending |= (words[done] | ((ulong)words[done + 1] << bits)) << filled;
            BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], pending);
            filled += 2 * bits;
            at += filled >> 3;
            pending = pending >> (filled & 56);
            filled &= 7;
        }

        return done;
    }

    /// <returns>False when bits after the last word are not zero.</returns>
    public static bool Unpack(ReadOnlySpan<byte> source, int bits, Span<uint> words)
    {
        ulong mask = (1ul << bits) - 1;
        int done = 0;
        long position = 0;
        for (; done < words.Length && (position >> 3) + sizeof(ulong) <= source.Length; done++, position += bits)
        {
            ulong at = BinaryPrimitives.ReadUInt64LittleEndian(source[(int)(position >> 3)..]);
            words[done] = (uint)((at >> (int)(position & 7)) & mask);
        }

        ulong pending = 0;
        int next = (int)(position >> 3), filled = 0;
        if ((position & 7) != 0 && next < source.Length)
        {
            filled = 8 - (int)(position & 7);
            pending = (ulong)source[next++] >> (8 - filled);
        }

        foreach (ref uint word in words[done..])
        {
            for (; filled < bits; filled += 8)
            {
                pending |= (ulong)source[next++] << filled;
            }

            word = (uint)(pending & mask);
            pending >>= bits;
            filled -= bits;
        }

        return pending == 0;
    }
}

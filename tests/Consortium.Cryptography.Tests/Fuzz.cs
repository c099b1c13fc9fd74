using Consortium.Primitives;

namespace Consortium.Cryptography.Tests;

/// <summary>
/// Feeds a parser mutated inputs: it may reject with <see cref="MalformedDataException"/> and nothing else, and may not allocate
/// more than its bound, whatever the input claims.
/// </summary>
internal static class Fuzz
{
    public const int Inputs = 200_000;

    /// <summary>
    /// What may add to a parser's own bound: an exception with its message and trace, and the rest of a thread's allocation space
    /// (8 KiB), which the runtime counts as allocated when a collection retires it.
    /// </summary>
    private const long RejectionBytes = 32 * 1024;

    /// <param name="parse">True when it took the input.</param>
    /// <returns>How many inputs it took.</returns>
    public static int Run(string label, int inputs, Func<SeededRandom, byte[]> mutate, long boundBytes, Func<byte[], bool> parse)
    {
        using var random = new SeededRandom(label);
        int taken = 0;
        for (int i = 0; i < inputs; i++)
        {
            byte[] input = mutate(random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                taken += parse(input) ? 1 : 0;
            }
            catch (MalformedDataException)
            {
            }
            catch (Exception unexpected)
            {
                Assert.Fail($"{label}, input {i}: {unexpected}\n{Convert.ToHexString(input)}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > boundBytes + RejectionBytes)
            {
                Assert.Fail(
                    $"{label}, input {i}: allocated {allocated} bytes, bound {boundBytes}.\n{Convert.ToHexString(input)}");
            }
        }

        return taken;
    }

    /// <summary>
    /// One of: bits flipped, bytes replaced by telling ones, cut, extended, a piece moved; in <paramref name="region"/>. Never
    /// <paramref name="valid"/> itself.
    /// </summary>
    public static byte[] Mutate(ReadOnlySpan<byte> valid, SeededRandom random, Range region)
    {
        byte[] mutated;
        do
        {
            mutated = MutateOnce(valid, random, region);
        }
        while (valid.SequenceEqual(mutated));
        return mutated;
    }

    private static byte[] MutateOnce(ReadOnlySpan<byte> valid, SeededRandom random, Range region)
    {
        (int start, int length) = region.GetOffsetAndLength(valid.Length);
        byte[] mutated = valid.ToArray();
        switch (random.Next(6))
        {
            case 0:
                int at = start + random.Next(length);
                mutated[at] ^= (byte)(1 << random.Next(8));
                return mutated;
            case 1:
                for (int i = 0; i <= random.Next(8); i++)
                {
                    mutated[start + random.Next(length)] = (byte)random.Next(256);
                }

                return mutated;
            case 2:
                ReadOnlySpan<byte> telling = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF];
                int run = 1 + random.Next(Math.Min(8, length));
                mutated.AsSpan(start + random.Next(length - run + 1), run).Fill(telling[random.Next(telling.Length)]);
                return mutated;
            case 3:
                return mutated[..(start + random.Next(length))];
            case 4:
                return [.. mutated, .. random.Bytes(1 + random.Next(64))];
            default:
                int piece = 1 + random.Next(Math.Min(16, length));
                int from = start + random.Next(length - piece + 1);
                int to = start + random.Next(length - piece + 1);
                valid.Slice(from, piece).CopyTo(mutated.AsSpan(to));
                return mutated;
        }
    }
}

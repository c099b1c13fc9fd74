using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Tests;

/// <summary>Reproducible randomness for tests.</summary>
internal static class Seeded
{
    public static SeededRandomSource Source(int seed)
    {
        Span<byte> bytes = stackalloc byte[32];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, seed);
        return new SeededRandomSource(bytes);
    }

    public static uint[] Words(int seed, int count, uint below)
    {
        using SeededRandomSource source = Source(seed);
        var words = new uint[count];
        source.Fill(MemoryMarshal.AsBytes(words.AsSpan()));
        for (int i = 0; i < count; i++)
        {
            words[i] %= below;
        }

        return words;
    }

    public static ulong[] Values(int seed, int count, ulong levels)
    {
        using SeededRandomSource source = Source(seed);
        var values = new ulong[count];
        source.Fill(MemoryMarshal.AsBytes(values.AsSpan()));
        for (int i = 0; i < count; i++)
        {
            values[i] %= levels;
        }

        return values;
    }
}

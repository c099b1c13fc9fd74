using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Tests.Encryption;

/// <summary>Banks that encrypt a vector each under fresh keys of their own, and the sum of those keys.</summary>
internal sealed class Cohort : IDisposable
{
    public static readonly PublicSeed Seed = PublicSeed.Derive(new byte[32], new byte[32], 1, 1);
    private readonly short[] _keySum = new short[RnsBasis.Degree];

    public Cohort(SlotLayout layout, IReadOnlyList<ulong[]> vectors, int seed, InstructionSet? set = null)
    {
        Layout = layout;
        using SeededRandomSource randomness = Seeded.Source(seed);
        var coefficients = new short[RnsBasis.Degree];
        foreach (ulong[] vector in vectors)
        {
            using SecretKey key = SecretKey.Generate(randomness);
            key.CopyCoefficients(coefficients);
            for (int i = 0; i < coefficients.Length; i++)
            {
                _keySum[i] += coefficients[i];
            }

            using var encryptor = new Encryptor(key, layout, Seed, randomness, set ?? InstructionSets.Best);
            var chunks = new byte[layout.ChunkCount(vector.Length)][];
            for (int chunk = 0; chunk < chunks.Length; chunk++)
            {
                chunks[chunk] = new byte[WireChunk.Size];
                int start = chunk * layout.ValuesPerChunk;
                encryptor.Encrypt(vector.AsSpan(start, Math.Min(layout.ValuesPerChunk, vector.Length - start)), chunks[chunk]);
            }

            Chunks.Add(chunks);
        }

        KeySum = new KeySum(_keySum, vectors.Count);
    }

    public SlotLayout Layout { get; }

    /// <summary>Per bank, its chunks.</summary>
    public List<byte[][]> Chunks { get; } = [];

    public KeySum KeySum { get; }

    public byte[] Sum(int chunk, InstructionSet? set = null)
    {
        var sum = new ChunkSum(Layout, chunk, set ?? InstructionSets.Best);
        foreach (byte[][] bank in Chunks)
        {
            sum.Add(bank[chunk]);
        }

        var wire = new byte[WireChunk.Size];
        sum.WriteTo(wire);
        return wire;
    }

    public (ChunkOpening Outcome, ulong[] Sums) Open(ReadOnlySpan<byte> wire, int chunk = 0, InstructionSet? set = null)
    {
        using var opener = new Opener(KeySum, Layout, Seed, set ?? InstructionSets.Best);
        var sums = new ulong[Layout.ValuesPerChunk];
        return (opener.Open(wire, chunk, sums), sums);
    }

    public void Dispose() => KeySum.Dispose();
}

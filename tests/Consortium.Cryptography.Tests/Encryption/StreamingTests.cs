using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Tests.Encryption;

public sealed class StreamingTests
{
    [Fact]
    public void EncryptSumOpen_AHundredMillionValues_TakesTheMemoryOfAFewChunks()
    {
        long values = InstructionSets.Best == InstructionSet.Scalar ? 1_000_000 : 100_000_000;
        SlotLayout layout = SlotLayout.For(10, 65536);
        using SecretKey first = SecretKey.Generate(RandomSource.OperatingSystem),
            second = SecretKey.Generate(RandomSource.OperatingSystem);
        short[] keys = new short[RnsBasis.Degree], other = new short[RnsBasis.Degree];
        first.CopyCoefficients(keys);
        second.CopyCoefficients(other);
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] += other[i];
        }

        using var keySum = new KeySum(keys, 2);
        using var one = new Encryptor(first, layout, Cohort.Seed, RandomSource.OperatingSystem);
        using var two = new Encryptor(second, layout, Cohort.Seed, RandomSource.OperatingSystem);
        using var opener = new Opener(keySum, layout, Cohort.Seed);
        var sum = new ChunkSum(layout, 0);
        var chunk = new ushort[layout.ValuesPerChunk];
        var sums = new ulong[layout.ValuesPerChunk];
        var wire = new byte[WireChunk.Size];

        long allocated = 0;
        for (int k = 0; k < layout.ChunkCount(values); k++)
        {
            int count = (int)Math.Min(layout.ValuesPerChunk, values - ((long)k * layout.ValuesPerChunk));
            chunk.AsSpan().Fill((ushort)k);
            long before = GC.GetAllocatedBytesForCurrentThread();
            sum.Restart(k);
            one.Encrypt(chunk.AsSpan(0, count), wire);
            sum.Add(wire);
            two.Encrypt(chunk.AsSpan(0, count), wire);
            sum.Add(wire);
            sum.WriteTo(wire);
            ChunkOpening outcome = opener.Open(wire, k, sums);
            allocated = Math.Max(allocated, GC.GetAllocatedBytesForCurrentThread() - before);

            Assert.IsType<ChunkOpening.Opened>(outcome);
            Assert.False(sums.AsSpan(0, count).ContainsAnyExcept(2ul * (ushort)k));
            Assert.False(sums.AsSpan(count).ContainsAnyExcept(0ul));
        }

        // The cipher's call contexts, some hundred bytes a call, and what the runtime counts when it retires a thread's 8 KiB of
        // allocation space; nothing per value.
        Assert.True(allocated < 65_536, $"{allocated} bytes were allocated for one chunk.");
    }
}

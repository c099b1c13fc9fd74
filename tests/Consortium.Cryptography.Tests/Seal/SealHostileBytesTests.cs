using System.Buffers.Binary;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>Bytes from elsewhere: each lie is rejected where it stands, before memory is given to it.</summary>
public sealed class SealHostileBytesTests
{
    private const int Mutations = 200_000;

    /// <summary>
    /// Beyond the input's own length: the objects around the words, an exception with its text, and the rest of a thread's
    /// allocation space (8 KiB), which the runtime counts as allocated when a collection retires it.
    /// </summary>
    private const long SmallObjects = 32 * 1024;

    [Theory]
    [InlineData(0, 0x5F, "SEAL's mark")]
    [InlineData(2, 8, "a header of 16 bytes")]
    [InlineData(3, 3, "format 4")]
    [InlineData(4, 5, "minor version")]
    [InlineData(5, 2, "no compression")]
    [InlineData(6, 1, "zero")]
    [InlineData(8, 0, "369 bytes")]
    [InlineData(48, 2, "0 or 1")]
    [InlineData(49, 1, "a number of polynomials from 2 to 16")]
    [InlineData(57, 7, "a power of two")]
    [InlineData(65, 0, "a number of primes from 1 to 64")]
    [InlineData(80, 0xFF, "a finite scale above zero")]
    [InlineData(81, 0, "a correction factor above zero")]
    [InlineData(97, 0, "280 bytes")]
    [InlineData(105, 33, "a count of 32 words")]
    public void Read_CiphertextWithOneByteBent_IsRejectedThere(int offset, byte value, string expected)
    {
        byte[] bytes = MicrosoftSeal.Bytes(SealSamples.Ciphertext);
        bytes[offset] = value;

        var rejected = Assert.Throws<MalformedDataException>(() => SealCiphertext.Read(bytes, SealLimits.Default));

        Assert.Contains(expected, rejected.Expected, StringComparison.Ordinal);
        Assert.InRange(rejected.Offset, offset - 7, offset);
    }

    [Theory]
    [InlineData(16, 0, "BFV (1), CKKS (2) or BGV (3)")]
    [InlineData(17, 9, "a power of two")]
    [InlineData(25, 65, "a number of primes from 1 to 64")]
    [InlineData(41, 25, "24 bytes")]
    [InlineData(49, 0, "a modulus from 2")]
    [InlineData(56, 0x20, "a modulus from 2")]
    [InlineData(97, 1, "no plain modulus")]
    public void Read_ParametersWithOneByteBent_AreRejectedThere(int offset, byte value, string expected)
    {
        byte[] bytes = MicrosoftSeal.Bytes(SealSamples.Parameters);
        bytes[offset] = value;

        var rejected = Assert.Throws<MalformedDataException>(() => SealParameters.Read(bytes, SealLimits.Default));

        Assert.Contains(expected, rejected.Expected, StringComparison.Ordinal);
        Assert.InRange(rejected.Offset, offset - 8, offset);
    }

    [Fact]
    public void ThrowIfNotOf_WordNotBelowItsPrime_IsRejectedWithItsOffset()
    {
        byte[] bytes = MicrosoftSeal.Bytes(SealSamples.Ciphertext);
        int second = bytes.Length - 32 * 8 + 8 * 8; // the first word of the second prime, 113
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(second), 112);
        SealCiphertext.Read(bytes, SealLimits.Default).ThrowIfNotOf(SealSamples.Parameters);

        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(second), 113);
        SealCiphertext read = SealCiphertext.Read(bytes, SealLimits.Default);

        var rejected = Assert.Throws<MalformedDataException>(() => read.ThrowIfNotOf(SealSamples.Parameters));
        Assert.Equal(second, rejected.Offset);
        Assert.Throws<MalformedDataException>(() => SealSamples.Ciphertext.ThrowIfNotOf(SealSamples.BfvParameters));
    }

    [Fact]
    public void Read_ClaimsOfHugeSizes_AllocateNothingForThem()
    {
        byte[] bytes = MicrosoftSeal.Bytes(SealSamples.Ciphertext)[..120];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), (ulong)bytes.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(49), 16);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(57), 32768);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(65), 64);

        long allocated = Allocated(
            () => Assert.Throws<MalformedDataException>(() => SealCiphertext.Read(bytes, SealLimits.Default)));

        Assert.InRange(allocated, 0, 64 * 1024);
    }

    [Fact]
    public void StreamRead_ClaimOfAHugeObjectThatEndsEarly_AllocatesInProportionToWhatCame()
    {
        byte[] bytes = MicrosoftSeal.Bytes(SealSamples.Ciphertext);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), (ulong)SealLimits.Default.Bytes);

        long allocated = Allocated(() => Assert.Throws<MalformedDataException>(
            () => SealStream.Read<SealCiphertext>(new MemoryStream(bytes), SealLimits.Default)));

        Assert.InRange(allocated, 0, 256 * 1024);
    }

    [Fact]
    public void StreamRead_ObjectBeyondTheLimit_IsRejectedAtItsHeader()
    {
        using var stream = new MemoryStream(MicrosoftSeal.Bytes(SealSamples.Ciphertext));
        var rejected = Assert.Throws<MalformedDataException>(
            () => SealStream.Read<SealCiphertext>(stream, new SealLimits { Bytes = 368 }));
        Assert.Equal(8, rejected.Offset);
        Assert.Equal(16, stream.Position);
    }

    [Fact]
    public void Read_MutatedParameters_AreRejectedOrReadAndNothingElse() =>
        Fuzz<SealParameters>([MicrosoftSeal.Bytes(SealSamples.Parameters), MicrosoftSeal.Bytes(SealSamples.BfvParameters)]);

    [Fact]
    public void Read_MutatedCiphertexts_AreRejectedOrReadAndNothingElse() =>
        Fuzz<SealCiphertext>([MicrosoftSeal.Bytes(SealSamples.Ciphertext)]);

    [Fact]
    public void Read_MutatedPlaintexts_AreRejectedOrReadAndNothingElse() =>
        Fuzz<SealPlaintext>([MicrosoftSeal.Bytes(SealSamples.Plaintext)]);

    [Fact]
    public void Read_MutatedSecretKeys_AreRejectedOrReadAndNothingElse()
    {
        using SealSecretKey key = SealSamples.SecretKey();
        Fuzz<SealSecretKey>([MicrosoftSeal.Bytes(key)]);
    }

    /// <summary>
    /// What is read is written and read again to the same bytes; what is not read is rejected by the one typed error.
    /// </summary>
    private static void Fuzz<T>(byte[][] seeds)
        where T : ISealObject<T>
    {
        var mutator = new ByteMutator(seed: 20260801);
        int read = 0, rejected = 0;
        byte[] again = new byte[4096];
        for (int i = 0; i < Mutations; i++)
        {
            ReadOnlySpan<byte> input = mutator.Mutate(seeds[i % seeds.Length]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            T? value = default;
            try
            {
                value = T.Read(input, SealLimits.Default);
            }
            catch (MalformedDataException)
            {
                rejected++;
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(
                allocated <= input.Length + SmallObjects, $"Input {i}: {allocated} bytes were allocated for {input.Length}.");
            if (value is not null)
            {
                read++;
                value.Write(again.AsSpan(0, value.ByteLength));
                AssertSameButForMinorVersions(input, again.AsSpan(0, value.ByteLength));
                (value as IDisposable)?.Dispose();
            }
        }

        // Both happen, or the mutations are too mild or too wild to find anything.
        Assert.InRange(read, Mutations / 100, Mutations);
        Assert.InRange(rejected, Mutations / 10, Mutations);
    }

    /// <summary>Headers of other minor versions are read, and written again as 4.1.</summary>
    private static void AssertSameButForMinorVersions(ReadOnlySpan<byte> read, ReadOnlySpan<byte> written)
    {
        Assert.Equal(read.Length, written.Length);
        ReadOnlySpan<byte> header = [0x5E, 0xA1, 16, 4];
        for (int i = read.CommonPrefixLength(written);
            i < read.Length;
            i += 1 + read[(i + 1)..].CommonPrefixLength(written[(i + 1)..]))
        {
            Assert.True(
                i >= 4 && read[(i - 4)..i].SequenceEqual(header) && written[i] == 1, $"Byte {i} was not written as it was read.");
        }
    }

    private static long Allocated(Action action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

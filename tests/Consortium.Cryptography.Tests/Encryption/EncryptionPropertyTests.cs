using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using CsCheck;

namespace Consortium.Cryptography.Tests.Encryption;

public sealed class EncryptionPropertyTests
{
    /// <summary>Banks, levels and length such that three chunks are never exceeded; levels up to 2^52.</summary>
    private static readonly Gen<(int Banks, int Cohort, ulong Levels, double Fill, int Seed)> Cases =
        from banks in Gen.Int[1, 8]
        from spare in Gen.Int[0, 300]
        from bits in Gen.Double[1, 52]
        from fill in Gen.Double[0.01, 2.5]
        from seed in Gen.Int[0, int.MaxValue]
        select (banks, banks + spare, (ulong)Math.Ceiling(Math.Pow(2, bits)), fill, seed);

    [Fact]
    public void Open_SumOfRandomVectors_IsTheSumOfTheVectors() =>
        Cases.Sample(
            test =>
            {
                SlotLayout layout = SlotLayout.For(test.Cohort, test.Levels);
                int length = Math.Max(1, (int)(layout.ValuesPerChunk * test.Fill));
                ulong[][] vectors =
                    [.. Enumerable.Range(0, test.Banks).Select(bank => Seeded.Values(test.Seed ^ bank, length, test.Levels))];

                AssertOpensToSum(layout, vectors, test.Seed);
            },
            iter: InstructionSets.Best == InstructionSet.Scalar ? 8 : 60);

    [Theory]
    [InlineData(1, 65536, 1)]
    [InlineData(10, 65536, 10)]
    [InlineData(10, 65536, 3)]
    [InlineData(256, 65536, 256)]
    [InlineData(12, 1ul << 32, 12)]
    [InlineData(100, 1ul << 42, 100)]
    [InlineData(3, 2, 3)]
    [InlineData(12, 1ul << 56, 12)]
    public void Open_AllValuesAtTheirLimits_IsExact(int largestCohort, ulong levels, int banks)
    {
        SlotLayout layout = SlotLayout.For(largestCohort, levels);
        var largest = new ulong[layout.ValuesPerChunk];
        Array.Fill(largest, levels - 1);

        AssertOpensToSum(layout, [.. Enumerable.Repeat(largest, banks)], seed: 1);
        AssertOpensToSum(layout, [.. Enumerable.Repeat(new ulong[layout.ValuesPerChunk], banks)], seed: 2);
    }

    [Fact]
    public void Open_LargestCohortOfAll_IsExact()
    {
        int banks = InstructionSets.Best == InstructionSet.Scalar ? 64 : SlotLayout.MostBanks;
        SlotLayout layout = SlotLayout.For(SlotLayout.MostBanks, 65536);
        var largest = new ulong[layout.ValuesPerChunk];
        Array.Fill(largest, 65535ul);

        AssertOpensToSum(layout, [.. Enumerable.Repeat(largest, banks)], seed: 3);
    }

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Encrypt_EveryPath_GivesTheReferencesBytesAndOpensThem(string path)
    {
        foreach ((int cohort, ulong levels) in new[]
        {
            (10, 65536ul), (256, 65536ul), (3, 2ul), (5, 1ul << 20), (12, 1ul << 36), (7, 1ul << 44),
        })
        {
            SlotLayout layout = SlotLayout.For(cohort, levels);
            ulong[][] vectors =
            [
                Seeded.Values(1, layout.ValuesPerChunk, levels), Seeded.Values(2, layout.ValuesPerChunk, levels),
                Seeded.Values(3, 100, levels),
            ];
            using var reference = new Cohort(layout, vectors, seed: 5, InstructionSet.Scalar);
            using var cohort2 = new Cohort(layout, vectors, seed: 5, Paths.Named(path));

            for (int bank = 0; bank < vectors.Length; bank++)
            {
                Assert.Equal(reference.Chunks[bank][0], cohort2.Chunks[bank][0]);
            }

            byte[] sum = cohort2.Sum(0, Paths.Named(path));
            Assert.Equal(reference.Sum(0, InstructionSet.Scalar), sum);
            (ChunkOpening expected, ulong[] expectedSums) = reference.Open(sum, set: InstructionSet.Scalar);
            (ChunkOpening outcome, ulong[] sums) = cohort2.Open(sum, set: Paths.Named(path));
            Assert.Equal(expected, outcome);
            Assert.Equal(expectedSums, sums);
        }
    }

    [Fact]
    public void Encrypt_SixteenBitValues_GivesTheSameChunkAsWideValues()
    {
        foreach (ulong levels in new[] { 1000ul, 65536ul, 1ul << 33 })
        {
            SlotLayout layout = SlotLayout.For(10, levels);
            foreach (int count in new[] { layout.ValuesPerChunk, 4097, 1 })
            {
                ulong[] wide = Seeded.Values(8, count, Math.Min(levels, 65536));
                ushort[] narrow = [.. wide.Select(value => (ushort)value)];
                Assert.Equal(
                    One(encryptor => (wire => encryptor.Encrypt(wide, wire))),
                    One(encryptor => (wire => encryptor.Encrypt(narrow, wire))));
            }

            byte[] One(Func<Encryptor, Action<byte[]>> encrypt)
            {
                using var randomness = Seeded.Source(11);
                using SecretKey key = SecretKey.Generate(randomness);
                using var encryptor = new Encryptor(key, layout, Cohort.Seed, randomness);
                var wire = new byte[WireChunk.Size];
                encrypt(encryptor)(wire);
                return wire;
            }
        }
    }

    private static void AssertOpensToSum(SlotLayout layout, ulong[][] vectors, int seed)
    {
        using var cohort = new Cohort(layout, vectors, seed);
        for (int chunk = 0; chunk < cohort.Chunks[0].Length; chunk++)
        {
            (ChunkOpening outcome, ulong[] sums) = cohort.Open(cohort.Sum(chunk), chunk);

            Assert.IsType<ChunkOpening.Opened>(outcome);
            for (int i = 0; i < sums.Length; i++)
            {
                int at = (chunk * layout.ValuesPerChunk) + i;
                ulong expected = 0;
                foreach (ulong[] vector in vectors)
                {
                    expected += at < vector.Length ? vector[at] : 0;
                }

                if (sums[i] != expected)
                {
                    Assert.Fail($"{layout}, {vectors.Length} banks: value {at} opened to {sums[i]}, not {expected}.");
                }
            }
        }
    }
}

using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Encryption;

/// <summary>What opening rejects, and that it says why.</summary>
public sealed class OpenerTests
{
    private static readonly SlotLayout Layout = SlotLayout.For(10, 65536);

    private static Cohort FiveBanks(int seed = 1) =>
        new(Layout, [.. Enumerable.Range(0, 5).Select(bank => Seeded.Values(bank, Layout.ValuesPerChunk, 65536))], seed);

    [Fact]
    public void Open_HonestSums_HaveTheCohortsNoiseEnergy()
    {
        double expected = 5 * DiscreteGaussian.Sigma * DiscreteGaussian.Sigma;
        for (int seed = 0; seed < 10; seed++)
        {
            using Cohort cohort = FiveBanks(seed);
            var opened = Assert.IsType<ChunkOpening.Opened>(cohort.Open(cohort.Sum(0)).Outcome);
            Assert.InRange(opened.NoiseMeanSquare, expected * 0.9, expected * 1.1);
        }
    }

    [Fact]
    public void Open_OneFlippedBitAnywhere_IsRejectedWithAReason()
    {
        using Cohort cohort = FiveBanks();
        byte[] sum = cohort.Sum(0);
        using var opener = new Opener(cohort.KeySum, Layout, Cohort.Seed);
        var sums = new ulong[Layout.ValuesPerChunk];

        // Every bit of the header, and residue bits spread over all primes, rows and columns.
        IEnumerable<int> bits = Enumerable.Range(0, ChunkHeader.Size * 8)
            .Concat(
                Enumerable.Range(0, 600).Select(
                    i => (ChunkHeader.Size * 8) + (int)((long)i * 7_368_787 % (8 * (WireChunk.Size - ChunkHeader.Size)))));
        foreach (int bit in bits)
        {
            sum[bit >> 3] ^= (byte)(1 << (bit & 7));
            string? reason = null;
            try
            {
                ChunkOpening outcome = opener.Open(sum, 0, sums);
                Assert.IsNotType<ChunkOpening.Opened>(outcome);
                reason = outcome.ToString();
            }
            catch (MalformedDataException rejection)
            {
                reason = rejection.Message;
            }

            Assert.False(string.IsNullOrWhiteSpace(reason));
            Assert.False(sums.AsSpan().ContainsAnyExcept(0ul));
            sum[bit >> 3] ^= (byte)(1 << (bit & 7));
        }

        Assert.IsType<ChunkOpening.Opened>(opener.Open(sum, 0, sums));
    }

    [Fact]
    public void Open_KeySumBentInOneCoefficient_IsRejectedByItsNoise()
    {
        using Cohort cohort = FiveBanks();
        short[] bent = Coefficients(cohort);
        bent[1234]++;
        using var keySum = new KeySum(bent, 5);
        using var opener = new Opener(keySum, Layout, Cohort.Seed);

        ChunkOpening outcome = opener.Open(cohort.Sum(0), 0, new ulong[Layout.ValuesPerChunk]);

        var rejected = Assert.IsType<ChunkOpening.NoiseTooStrong>(outcome);
        Assert.True(rejected.MeanSquare > 3 * rejected.Limit);
    }

    [Fact]
    public void Open_KeySumOfAnotherCohort_IsRejected()
    {
        using Cohort cohort = FiveBanks(1);
        using Cohort other = FiveBanks(2);

        Assert.IsType<ChunkOpening.NoiseTooStrong>(other.Open(cohort.Sum(0)).Outcome);
    }

    [Fact]
    public void Open_AnotherAttemptsSeed_IsRejected()
    {
        using Cohort cohort = FiveBanks();
        using var opener = new Opener(cohort.KeySum, Layout, PublicSeed.Derive(new byte[32], new byte[32], 1, 2));

        Assert.IsType<ChunkOpening.NoiseTooStrong>(opener.Open(cohort.Sum(0), 0, new ulong[Layout.ValuesPerChunk]));
    }

    [Fact]
    public void Open_FewerSummandsOrOtherChunk_SaysWhatDoesNotMatch()
    {
        using Cohort cohort = FiveBanks();

        var banks = Assert.IsType<ChunkOpening.DoesNotMatch>(cohort.Open(cohort.Chunks[0][0]).Outcome);
        var chunk = Assert.IsType<ChunkOpening.DoesNotMatch>(cohort.Open(cohort.Sum(0), chunk: 1).Outcome);

        Assert.Contains("1 banks, and the key sum 5", banks.Reason, StringComparison.Ordinal);
        Assert.Contains("chunk 0, not chunk 1", chunk.Reason, StringComparison.Ordinal);
    }

    /// <summary>
    /// A bank may encrypt what a lying encoder gave it: values up to a larger layout's levels. The sum's bound tells.
    /// </summary>
    [Fact]
    public void Open_ValueBeyondTheLevels_NamesIt()
    {
        SlotLayout honest = SlotLayout.For(10, 30_000), lying = SlotLayout.For(10, 30_000);
        var vector = new ulong[honest.ValuesPerChunk];
        using var cohort = new Cohort(honest, [vector], seed: 7);

        // One bank of ten adds in the clear what its encryptor rejects: Delta * radix^0 * 200,000 in coefficient 17.
        byte[] wire = cohort.Chunks[0][0];
        using Polynomial<Ntt> polynomial = WireChunk.ReadPolynomial(wire, lying, out _);
        var message = new Polynomial<Coefficients>();
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            message.WritableResidues(prime)[17] = (uint)((ulong)honest.Delta * 200_000 % RnsBasis.Moduli[prime].Value);
        }

        polynomial.Add(NumberTheoreticTransform.Forward(message));
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            WireChunk.Pack(polynomial.Residues(prime), wire, prime, Consortium.Cryptography.Arithmetic.InstructionSets.Best);
        }

        var rejected = Assert.IsType<ChunkOpening.SumOutOfRange>(cohort.Open(wire).Outcome);
        Assert.Equal((17, 200_000ul, 29_999ul), (rejected.Value, rejected.Sum, rejected.Limit));
    }

    [Fact]
    public void KeySum_CoefficientBeyondTheCohortsBound_IsRejected()
    {
        var coefficients = new short[RnsBasis.Degree];
        coefficients[9] = 600;

        Assert.Contains(
            "Coefficient 9", Assert.Throws<ArgumentOutOfRangeException>(() => new KeySum(coefficients, 3)).Message,
            StringComparison.Ordinal);
        using var larger = new KeySum(coefficients, 100);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Opener(larger, Layout, Cohort.Seed));
    }

    private static short[] Coefficients(Cohort cohort) => [.. cohort.KeySum.Coefficients.ToArray().Select(value => (short)value)];
}

using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Tests.Encryption;

/// <summary>
/// A sum that does not open says at which coefficient, and the limit on energy leaves one bank no room to spoil it unnamed.
/// </summary>
public sealed class DisputedOpeningTests
{
    private static readonly SlotLayout Layout = SlotLayout.For(3, 1000);

    /// <summary>
    /// One bank of each cohort takes all its noise from the tail, which its opening proof of one coefficient would allow.
    /// </summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(10)]
    public void Open_OneBankWithAllNoiseFromTheTail_IsOpenedRight(int banks)
    {
        SlotLayout layout = SlotLayout.For(banks, 65536);
        foreach (int sign in new[] { 1, -1 })
        {
            int[] tail = [.. Enumerable.Repeat(sign * DiscreteGaussian.LargestMagnitude, RnsBasis.Degree)];
            (ChunkOpening outcome, ulong[] sums, ulong[] expected) = OpenForged(
                layout, banks, bank => bank == 1 ? tail : ForgedChunk.Noise(bank), (_, _) => { });

            Assert.IsType<ChunkOpening.Opened>(outcome);
            Assert.Equal(expected, sums);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(256)]
    public void Open_WrongKeySum_IsRejectedWhateverTheCohort(int banks)
    {
        SlotLayout layout = SlotLayout.For(banks, 2);
        using var cohort = new Cohort(
            layout, [.. Enumerable.Range(0, banks).Select(bank => Seeded.Values(bank, layout.ValuesPerChunk, 2))], seed: banks);
        byte[] sum = cohort.Sum(0);
        Assert.IsType<ChunkOpening.Opened>(cohort.Open(sum).Outcome);
        for (int trial = 0; trial < 20; trial++)
        {
            short[] bent = [.. cohort.KeySum.Coefficients.ToArray().Select(value => (short)value)];
            bent[trial * 201] += (short)(bent[trial * 201] > 0 ? -1 : 1);
            using var keySum = new KeySum(bent, banks);
            using var opener = new Opener(keySum, layout, Cohort.Seed);

            Assert.IsType<ChunkOpening.NoiseTooStrong>(opener.Open(sum, 0, new ulong[layout.ValuesPerChunk]));
        }
    }

    /// <summary>
    /// Part of a large layout's cohort: the limit follows the cohort, and stays below what a wrong opening has.
    /// </summary>
    [Fact]
    public void EnergyLimit_EveryCohortOfEveryLayout_LiesBetweenHonestAndWrongEnergy()
    {
        for (int largest = 1; largest <= 4096; largest += largest < 64 ? 1 : 97)
        {
            SlotLayout layout = SlotLayout.For(largest, 2);
            double wrong = layout.NoiseBound * (layout.NoiseBound + 1.0) / 3;
            for (int banks = 1; banks <= largest; banks += 1 + (largest / 50))
            {
                double honest = DiscreteGaussian.Sigma * DiscreteGaussian.Sigma * banks;
                double tail =
                    (honest / banks * (banks - 1)) + (DiscreteGaussian.LargestMagnitude * DiscreteGaussian.LargestMagnitude);
                double limit = Opener.EnergyLimit(layout, banks);
                Assert.InRange(limit, honest * 1.5, wrong * 0.851);
                Assert.True(largest < 3 || limit > tail, $"{banks} of {largest}");
            }
        }
    }

    [Fact]
    public void Open_NoiseOfOneCoefficientTooLarge_NamesTheFirstOfTheLargest()
    {
        (ChunkOpening outcome, _, _) = OpenForged(
            Layout, 2, ForgedChunk.Noise, (_, noise) => (noise[700], noise[90], noise[3000]) = (-600, 300, 600));

        var rejected = Assert.IsType<ChunkOpening.NoiseTooLarge>(outcome);
        Assert.Equal(SlotLayout.NoiseBoundFor(2), rejected.Limit);
        Assert.Contains(rejected.Coefficient, new[] { 700, 3000 });
        Assert.InRange(rejected.Magnitude, 425, 859);
    }

    [Fact]
    public void Open_EqualLargestNoise_NamesTheFirst()
    {
        (ChunkOpening outcome, _, _) = OpenForged(
            Layout, 1, ForgedChunk.Noise, (_, noise) => (noise[700], noise[90], noise[3000]) = (-500, 250, 500));

        Assert.Equal(new ChunkOpening.NoiseTooLarge(500, 300, 700), outcome);
    }

    [Fact]
    public void Open_NoiseTooStrong_NamesWhereItIsLargest()
    {
        (ChunkOpening outcome, _, _) = OpenForged(
            Layout, 1, _ => [.. Enumerable.Repeat(-375, RnsBasis.Degree)], (_, noise) => noise[1234] = 376);

        var rejected = Assert.IsType<ChunkOpening.NoiseTooStrong>(outcome);
        Assert.Equal(1234, rejected.Coefficient);
        Assert.True(rejected.MeanSquare > rejected.Limit);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 4095)]
    public void Open_ValueOutOfRange_NamesItsCoefficient(int slot, int coefficient)
    {
        int value = (slot * RnsBasis.Degree) + coefficient;
        (ChunkOpening outcome, _, _) = OpenForged(Layout, 2, ForgedChunk.Noise, (values, _) => values[value] = 1999);

        var rejected = Assert.IsType<ChunkOpening.SumOutOfRange>(outcome);
        Assert.Equal((value, coefficient, 1998ul), (rejected.Value, rejected.Coefficient, rejected.Limit));
    }

    /// <summary>A coefficient beyond all its slots, on every path: the vectors say only that there is one.</summary>
    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Open_CoefficientBeyondItsSlots_NamesTheFirst(string path)
    {
        ulong beyond = 4 * Layout.Radix;
        (ChunkOpening outcome, _, _) = OpenForged(
            Layout,
            1,
            ForgedChunk.Noise,
            (values, _) =>
                (values[((Layout.Slots - 1) * RnsBasis.Degree) + 77], values[((Layout.Slots - 1) * RnsBasis.Degree) + 2000]) =
                    (beyond, beyond),
            path);

        Assert.Equal(new ChunkOpening.SumOutOfRange(-1, ulong.MaxValue, 999, 77), outcome);
    }

    [Fact]
    public void FirstBeyondBound_KeySums_IsWhatTheConstructorRejects()
    {
        var coefficients = new short[RnsBasis.Degree];
        (coefficients[9], coefficients[10], coefficients[4000]) = (520, 521, -3125);

        Assert.Equal(10, KeySum.FirstBeyondBound(coefficients, 3));
        Assert.Equal(4000, KeySum.FirstBeyondBound(coefficients, 4));
        Assert.Null(KeySum.FirstBeyondBound(coefficients, 256));
        Assert.Throws<ArgumentOutOfRangeException>(() => KeySum.FirstBeyondBound(coefficients.AsSpan(1), 3));
    }

    [Fact]
    public void Restore_CoefficientsOfAKey_GivesASpentKeyBack()
    {
        using SecretKey key = SecretKey.Generate(RandomSource.OperatingSystem);
        short[] coefficients = new short[RnsBasis.Degree];
        key.CopyCoefficients(coefficients);
        using SecretKey restored = SecretKey.Restore(coefficients);

        Assert.Equal(key.Coefficients, restored.Coefficients);
        Assert.Throws<InvalidOperationException>(
            () => new Encryptor(restored, Layout, Cohort.Seed, RandomSource.OperatingSystem));
    }

    [Theory]
    [InlineData(260)]
    [InlineData(-260)]
    [InlineData(short.MinValue)]
    public void Restore_CoefficientBeyondTheTail_IsRejected(short coefficient)
    {
        var coefficients = new short[RnsBasis.Degree];
        coefficients[4095] = coefficient;

        Assert.Throws<ArgumentOutOfRangeException>(() => SecretKey.Restore(coefficients));
        Assert.Throws<ArgumentOutOfRangeException>(() => SecretKey.Restore(coefficients.AsSpan(0, 4095)));
    }

    /// <summary>Banks with the noise given, the first of them spoiled; opened with the sum of their keys.</summary>
    private static (ChunkOpening Outcome, ulong[] Sums, ulong[] Expected) OpenForged(
        SlotLayout layout, int banks, Func<int, int[]> noiseOf, Action<ulong[], int[]> spoil, string? path = null)
    {
        var expected = new ulong[layout.ValuesPerChunk];
        var keys = new short[RnsBasis.Degree];
        var sum = new ChunkSum(layout, 0);
        for (int bank = 0; bank < banks; bank++)
        {
            int[] key = ForgedChunk.Noise(1000 + bank), noise = noiseOf(bank);
            ulong[] values = Seeded.Values(bank, layout.ValuesPerChunk, layout.Levels);
            if (bank == 0)
            {
                spoil(values, noise);
            }

            sum.Add(ForgedChunk.Encrypt(layout, Cohort.Seed, 0, key, values, noise));
            expected = [.. expected.Zip(values, (left, right) => left + right)];
            keys = [.. keys.Zip(key, (left, right) => (short)(left + right))];
        }

        byte[] wire = new byte[WireChunk.Size];
        sum.WriteTo(wire);
        using var keySum = new KeySum(keys, banks);
        using var opener = path is null
            ? new Opener(keySum, layout, Cohort.Seed) : new Opener(keySum, layout, Cohort.Seed, Paths.Named(path));
        var sums = new ulong[layout.ValuesPerChunk];
        return (opener.Open(wire, 0, sums), sums, expected);
    }
}

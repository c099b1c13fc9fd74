using System.Numerics;
using System.Runtime.InteropServices;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Tests.Vectors;

namespace Consortium.Cryptography.Tests.Sampling;

public sealed class ExactGaussianTests
{
    private const int Candidates = 1024;
    private const int Samples = 1 << 20;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(800)]
    public void Sample_AMillionDraws_FitTheDistribution(long variance)
    {
        GaussianFit fit = GaussianFit.Of(
            [.. Draw(variance, seed: 1, Samples).Select(sample => (int)sample)], Math.Sqrt(variance));

        Assert.True(fit.Accepted, fit.ToString());
    }

    /// <summary>
    /// Wide samples fall into equally likely cells of the normal distribution, which is theirs but for 2^-40: every eighth of a
    /// standard deviation is a cell.
    /// </summary>
    [Theory]
    [InlineData(1L << 31)]
    [InlineData((1L << 44) + 12_345)]
    [InlineData(ExactGaussian.LargestVariance)]
    public void Sample_WideVariance_FitsTheNormalDistribution(long variance)
    {
        double sigma = Math.Sqrt(variance);
        var counts = new int[64];
        foreach (long sample in Draw(variance, seed: 2, Samples))
        {
            counts[Math.Clamp((int)Math.Floor(8 * sample / sigma) + 32, 0, 63)]++;
        }

        double chiSquare = 0;
        for (int cell = 0; cell < counts.Length; cell++)
        {
            double low = cell == 0 ? 0 : Normal((cell - 32) / 8.0), high = cell == 63 ? 1 : Normal((cell - 31) / 8.0);
            double expected = Samples * (high - low);
            chiSquare += Math.Pow(counts[cell] - expected, 2) / expected;
        }

        Assert.InRange((chiSquare - 63) / Math.Sqrt(2 * 63), -5, 5);
    }

    /// <summary>What the kernel decides from 64 and 39 bits, exact arithmetic with any further bits decides as well.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5_000)]
    [InlineData(1L << 40)]
    [InlineData(ExactGaussian.LargestVariance - 1)]
    public void Sample_SameWordsInExactArithmetic_GiveTheSameSamples(long variance)
    {
        var words = new ulong[2 * Candidates];
        using (SeededRandomSource source = Seeded.Source(3))
        {
            source.Fill(MemoryMarshal.AsBytes(words.AsSpan()));
        }

        using var exact = new ExactGaussian(variance, RandomSource.OperatingSystem);
        long[] expected = [.. Enumerable.Range(0, Candidates)
            .Select(i => exact.Exactly(words[i], words[Candidates + i])).OfType<long>()];

        Assert.InRange(expected.Length, Candidates / 2, Candidates);
        Assert.Equal(expected, Draw(variance, seed: 3, expected.Length));
    }

    /// <summary>A word that equals a threshold is one of two samples, by bits that are drawn then.</summary>
    [Fact]
    public void Decide_WordAtAThreshold_DrawsMoreBits()
    {
        var table = new HalfGaussianTable(1, 8);
        int highest = table.Thresholds.Length - 1;
        for (int n = 0; n < highest; n++)
        {
            Assert.Equal(n, table.Decide(table.Thresholds[n], new Constant(0)));
            Assert.Equal(n + 1, table.Decide(table.Thresholds[n], new Constant(0xFF)));
            Assert.Equal(n + 1, table.Decide(table.Thresholds[n] + 1, new Constant(0)));
            Assert.Equal(n, table.Decide(table.Thresholds[n] - 1, new Constant(0xFF)));
        }
    }

    /// <summary>The last word stands for the whole tail: no sample is cut off.</summary>
    [Fact]
    public void Decide_TheLargestWord_ReachesIntoTheTail()
    {
        var table = new HalfGaussianTable(1, 8);

        Assert.Equal(ulong.MaxValue, table.Thresholds[^1]);
        Assert.True(
            table.Decide(ulong.MaxValue, new Halves(0xFFFF_FFFF_FFFF_0000)) > table.Thresholds.Length,
            "64 further bits close to one must lie beyond the table.");
    }

    [Theory]
    [InlineData(0, 1, 64)]
    [InlineData(1, 3, 64)]
    [InlineData(7, 2, 100)]
    [InlineData(300, 7, 256)]
    public void ExactExponential_AtTwoPrecisions_IntervalsHoldTheValue(int numerator, int denominator, int bits)
    {
        (BigInteger low, BigInteger high) = ExactExponential.Of(numerator, denominator, bits);
        (BigInteger finerLow, BigInteger finerHigh) = ExactExponential.Of(numerator, denominator, bits + 200);

        Assert.InRange(finerLow >> 200, low, high);
        Assert.InRange(finerHigh >> 200, low, high);
        double value = Math.Exp(-(double)numerator / denominator);
        Assert.Equal(1, Math.Exp(BigInteger.Log(finerLow) - ((bits + 200) * Math.Log(2))) / value, 1e-12);
    }

    [Fact]
    public void Sample_Seeds_GiveTheVectors() => VectorFile.AssertMadeBy(
        "noise.json",
        new long[] { 1, 800, 1L << 30, ExactGaussian.LargestVariance }.ToDictionary(
            variance => $"variance {variance}",
            variance => MemoryMarshal.AsBytes(Draw(variance, seed: 5, 32).AsSpan()).ToArray()));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(ExactGaussian.LargestVariance + 1)]
    public void ExactGaussian_VarianceOutOfRange_IsRejected(long variance) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExactGaussian(variance, RandomSource.OperatingSystem));

    private static long[] Draw(long variance, int seed, int count)
    {
        using SeededRandomSource source = Seeded.Source(seed);
        using var gaussian = new ExactGaussian(variance, source);
        var samples = new long[count];
        gaussian.Sample(samples);
        return samples;
    }

    /// <summary>The normal distribution function by its series, which is exact enough within four deviations.</summary>
    private static double Normal(double x)
    {
        double term = x, sum = x;
        for (int i = 1; i < 100; i++)
        {
            term *= -x * x / (2 * i);
            sum += term / ((2 * i) + 1);
        }

        return 0.5 + (sum / Math.Sqrt(2 * Math.PI));
    }

    private sealed class Constant(byte value) : RandomSource
    {
        public override void Fill(Span<byte> destination) => destination.Fill(value);
    }

    private sealed class Halves(ulong word) : RandomSource
    {
        public override void Fill(Span<byte> destination) => MemoryMarshal.Cast<byte, ulong>(destination).Fill(word);
    }
}

using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Tests.Sampling;

public sealed class DiscreteGaussianTests
{
    private const int BatchSize = 4096;
    private const int Batches = 256;

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Sample_EveryPath_GivesTheReferencesSamples(string path)
    {
        Assert.Equal(Draw(InstructionSet.Scalar, seed: 9, batches: 2), Draw(Paths.Named(path), seed: 9, batches: 2));
    }

    [Fact]
    public void Sample_AMillionDraws_FitTheDistribution()
    {
        GaussianFit fit = GaussianFit.Of(Draw(InstructionSets.Best, seed: 1, Batches), DiscreteGaussian.Sigma);

        Assert.True(fit.Accepted, fit.ToString());
    }

    [Fact]
    public void SampleNarrow_AMillionDraws_FitTheDistributionOnEveryPath()
    {
        int[] samples = DrawNarrow(InstructionSets.Best, Batches);
        GaussianFit fit = GaussianFit.Of(samples, DiscreteGaussian.NarrowSigma);

        Assert.True(fit.Accepted, fit.ToString());
        Assert.False(GaussianFit.Of(samples, DiscreteGaussian.NarrowSigma * 1.02).Accepted);
        Assert.All(
            InstructionSets.Supported(), set => Assert.Equal(samples[..BatchSize], DrawNarrow(set, batches: 1)));

        static int[] DrawNarrow(InstructionSet set, int batches)
        {
            int[] samples = new int[batches * BatchSize];
            byte[] random = new byte[DiscreteGaussian.NarrowRandomBytes(BatchSize)];
            using SeededRandomSource source = Seeded.Source(4);
            for (int batch = 0; batch < batches; batch++)
            {
                DiscreteGaussian.SampleNarrow(source, random, samples.AsSpan(batch * BatchSize, BatchSize), set);
                Assert.False(random.AsSpan().ContainsAnyExcept((byte)0));
            }

            return samples;
        }
    }

    /// <summary>The same statistics must reject samples of another width; else they prove nothing.</summary>
    [Theory]
    [InlineData(20)]
    [InlineData(27.8)]
    [InlineData(28.8)]
    [InlineData(40)]
    public void GaussianFit_SamplesOfAWrongSigma_AreRejected(double sigma)
    {
        int[] samples = DrawByInversion(sigma, seed: 2);

        GaussianFit fit = GaussianFit.Of(samples, DiscreteGaussian.Sigma);

        Assert.False(fit.Accepted, fit.ToString());
        Assert.True(GaussianFit.Of(samples, sigma).Accepted);
    }

    [Fact]
    public void GaussianFit_TailCutShort_IsRejected()
    {
        int[] samples = [.. Draw(InstructionSets.Best, seed: 3, Batches).Select(sample => Math.Clamp(sample, -105, 105))];

        Assert.False(GaussianFit.Of(samples, DiscreteGaussian.Sigma).Accepted);
    }

    /// <summary>
    /// The table that is searched, of variance 800/17, and the one that says where the tail is cut, of variance 800.
    /// </summary>
    [Theory]
    [InlineData(800, 17, 63, 63)]
    [InlineData(800, 1, 259, 259)]
    [InlineData(512, 25, 41, 41)]
    public void CumulativeTable_AgainstTheDensity_HasFullPrecisionAndTheRightLength(
        int variance, int denominator, int least, int most)
    {
        IReadOnlyList<ulong> table = DiscreteGaussian.CumulativeTable(variance, denominator);
        double twice = 2.0 * variance / denominator, sum = 0;
        for (int k = -400; k <= 400; k++)
        {
            sum += Math.Exp(-k * k / twice);
        }

        double cumulative = 0;
        for (int k = 0; k < table.Count; k++)
        {
            cumulative += (k == 0 ? 1 : 2) * Math.Exp(-k * k / twice) / sum;
            Assert.Equal(cumulative, table[k] / Math.ScaleB(1, 64), 1e-13);
        }

        // Beyond the last threshold lies less than 2^-64 per magnitude; a table of doubles would have ended near 2^-53.
        Assert.InRange(table.Count, least, most);
        Assert.True(ulong.MaxValue - table[^1] < 64);
        Assert.True(table.Zip(table.Skip(1)).All(pair => pair.First <= pair.Second));
    }

    /// <summary>
    /// The distribution of x + 4y, computed from both parts' weights in doubles, is the discrete Gaussian of variance 800: the
    /// sum of two samples is what one table would draw.
    /// </summary>
    [Fact]
    public void Parts_Combined_HaveTheProbabilitiesOfOneGaussian()
    {
        double Part(int k) => Math.Exp(-k * k / (1600.0 / 17));
        double part = Enumerable.Range(-80, 161).Sum(Part);
        double whole = Enumerable.Range(-400, 801).Sum(k => Math.Exp(-k * k / 1600.0));
        for (int sample = 0; sample <= 100; sample++)
        {
            double combined = Enumerable.Range(-80, 161).Sum(y => Part(y) * Part(sample - (4 * y))) / (part * part);
            Assert.Equal(1, combined / (Math.Exp(-sample * sample / 1600.0) / whole), 1e-12);
        }
    }

    /// <summary>
    /// Words of all ones draw the largest of both parts, 4 * 63 + 63, which is cut to the largest that is drawn.
    /// </summary>
    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Sample_TheLargestWords_AreCutAtTheTail(string path)
    {
        var samples = new int[512];
        DiscreteGaussian.Sample(new Ones(), new byte[DiscreteGaussian.RandomBytes(512)], samples, Paths.Named(path));

        Assert.All(samples, sample => Assert.Equal(-DiscreteGaussian.LargestMagnitude, sample));
    }

    [Fact]
    public void Sample_RandomBytes_AreErased()
    {
        var random = new byte[DiscreteGaussian.RandomBytes(BatchSize)];
        using SeededRandomSource source = Seeded.Source(4);

        DiscreteGaussian.Sample(source, random, new int[BatchSize], InstructionSets.Best);

        Assert.False(random.AsSpan().ContainsAnyExcept((byte)0));
    }

    private static int[] Draw(InstructionSet set, int seed, int batches)
    {
        using SeededRandomSource source = Seeded.Source(seed);
        var random = new byte[DiscreteGaussian.RandomBytes(BatchSize)];
        var samples = new int[batches * BatchSize];
        for (int batch = 0; batch < batches; batch++)
        {
            DiscreteGaussian.Sample(source, random, samples.AsSpan(batch * BatchSize, BatchSize), set);
        }

        return samples;
    }

    /// <summary>Another sampler, by inversion of the cumulative distribution in doubles.</summary>
    private static int[] DrawByInversion(double sigma, int seed)
    {
        uint[] words = Seeded.Words(seed, BatchSize * Batches, uint.MaxValue);
        double[] weights = [.. Enumerable.Range(-400, 801).Select(k => Math.Exp(-k * k / (2 * sigma * sigma)))];
        double total = weights.Sum();
        var cumulative = new double[weights.Length];
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            cumulative[i] = (sum += weights[i]) / total;
        }

        return [.. words.Select(word =>
        {
            int found = Array.BinarySearch(cumulative, word / (double)uint.MaxValue);
            return (found < 0 ? ~found : found) - 400;
        })];
    }

    private sealed class Ones : RandomSource
    {
        public override void Fill(Span<byte> destination) => destination.Fill(0xFF);
    }
}

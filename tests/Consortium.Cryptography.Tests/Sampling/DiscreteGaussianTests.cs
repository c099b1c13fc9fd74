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

    /// <summary>The same statistics must refuse samples of another width; else they prove nothing.</summary>
    [Theory]
    [InlineData(3.2)]
    [InlineData(4.45)]
    [InlineData(4.6)]
    [InlineData(6.0)]
    public void GaussianFit_SamplesOfAWrongSigma_AreRefused(double sigma)
    {
        int[] samples = DrawByInversion(sigma, seed: 2);

        GaussianFit fit = GaussianFit.Of(samples, DiscreteGaussian.Sigma);

        Assert.False(fit.Accepted, fit.ToString());
        Assert.True(GaussianFit.Of(samples, sigma).Accepted);
    }

    [Fact]
    public void GaussianFit_TailCutShort_IsRefused()
    {
        int[] samples = [.. Draw(InstructionSets.Best, seed: 3, Batches).Select(sample => Math.Clamp(sample, -17, 17))];

        Assert.False(GaussianFit.Of(samples, DiscreteGaussian.Sigma).Accepted);
    }

    [Fact]
    public void CumulativeTable_AgainstTheDensity_HasFullPrecisionAndTheRightLength()
    {
        IReadOnlyList<ulong> table = DiscreteGaussian.CumulativeTable();
        double sum = 0;
        for (int k = -60; k <= 60; k++)
        {
            sum += Math.Exp(-k * k / 40.96);
        }

        double cumulative = 0;
        for (int k = 0; k < table.Count; k++)
        {
            cumulative += (k == 0 ? 1 : 2) * Math.Exp(-k * k / 40.96) / sum;
            Assert.Equal(cumulative, table[k] / Math.ScaleB(1, 64), 1e-14);
        }

        // Beyond the last threshold lies less than 2^-64 per magnitude; a table of doubles would have ended near 2^-53.
        Assert.InRange(table.Count, 40, 44);
        Assert.True(ulong.MaxValue - table[^1] < 64);
        Assert.True(table.Zip(table.Skip(1)).All(pair => pair.First < pair.Second));
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
        double[] weights = [.. Enumerable.Range(-60, 121).Select(k => Math.Exp(-k * k / (2 * sigma * sigma)))];
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
            return (found < 0 ? ~found : found) - 60;
        })];
    }
}

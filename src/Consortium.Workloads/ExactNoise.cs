using Consortium.Cryptography.Sampling;
using Consortium.Learning.Models;

namespace Consortium.Workloads;

/// <summary>A bank's noise: exact samples from a random source. Not thread-safe.</summary>
public sealed class ExactNoise(RandomSource randomness) : NoiseSource
{
    /// <summary>With the operating system's randomness.</summary>
    public ExactNoise()
        : this(RandomSource.OperatingSystem)
    {
    }

    public override void Sample(long variance, Span<long> destination)
    {
        using var gaussian = new ExactGaussian(variance, randomness);
        gaussian.Sample(destination);
    }
}

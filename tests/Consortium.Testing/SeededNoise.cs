#pragma warning disable RS0030 // A seeded generator for tests.
using Consortium.Learning.Models;

namespace Consortium.Testing;

/// <summary>Rounded normal numbers, the same for the same seed. Not thread-safe.</summary>
public sealed class SeededNoise(int seed) : NoiseSource
{
    private readonly Random _random = new(seed);

    public override void Sample(long variance, Span<long> destination)
    {
        double sigma = Math.Sqrt(variance);
        foreach (ref long sample in destination)
        {
            double radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
            sample = (long)Math.Round(sigma * radius * Math.Cos(2 * Math.PI * _random.NextDouble()));
        }
    }
}

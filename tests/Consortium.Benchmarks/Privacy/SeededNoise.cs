#pragma warning disable RS0030 // Seeded, so that the figures come again.
using Consortium.Cryptography.Sampling;
using Consortium.Learning.Models;

namespace Consortium.Benchmarks.Privacy;

/// <summary>Exact discrete Gaussian noise from a seeded generator. Not thread-safe.</summary>
internal sealed class SeededNoise(int seed) : NoiseSource
{
    private readonly Source _source = new(seed);
    private readonly Dictionary<long, ExactGaussian> _samplers = [];

    public override void Sample(long variance, Span<long> destination)
    {
        if (!_samplers.TryGetValue(variance, out ExactGaussian? sampler))
        {
            _samplers[variance] = sampler = new ExactGaussian(variance, _source);
        }

        sampler.Sample(destination);
    }

    private sealed class Source(int seed) : RandomSource
    {
        private readonly Random _random = new(seed);

        public override void Fill(Span<byte> destination) => _random.NextBytes(destination);
    }
}

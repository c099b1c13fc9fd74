using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Benchmarks.Cryptography;

/// <summary>
/// What a chunk's encryption and opening are made of, per instruction set. Each is over one chunk: 4096 coefficients, 4 primes.
/// </summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private static readonly SlotLayout Layout = SlotLayout.For(10, 65536);
    private readonly AlignedWords _words = new(RnsBasis.WordCount);
    private readonly AlignedWords _uniform = new(RnsBasis.Degree);
    private readonly int[] _noise = new int[RnsBasis.Degree];
    private readonly byte[] _random = new byte[DiscreteGaussian.RandomBytes(RnsBasis.Degree)];
    private readonly byte[] _wire = new byte[WireChunk.Size];
    private readonly ushort[] _values = new ushort[Layout.ValuesPerChunk];
    private readonly ulong[] _sums = new ulong[Layout.ValuesPerChunk];
    private readonly ChunkEncoder _encoder = new(Layout);
    private readonly ChunkDecoder _decoder = new(Layout);
    private readonly PublicPolynomials _polynomials = new(PublicSeed.Derive(new byte[32], new byte[32], 1, 1));
    private KeyOperand _key = null!;
    private InstructionSet _set;

    public static IEnumerable<string> Sets => InstructionSets.Supported().Select(set => set.ToString());

    [ParamsSource(nameof(Sets))]
    public string Set { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _set = Enum.Parse<InstructionSet>(Set);
        using SecretKey key = SecretKey.Generate(RandomSource.OperatingSystem);
        _key = new KeyOperand(key.Coefficients);
        RandomSource.OperatingSystem.Fill(MemoryMarshal.AsBytes(_values.AsSpan()));
        _polynomials.ExpandLazy(0, 0, _uniform.Span);
    }

    [Benchmark]
    public void Noise() => DiscreteGaussian.Sample(RandomSource.OperatingSystem, _random, _noise, _set);

    [Benchmark]
    public void Encode() => _encoder.Encode(_values, _noise, _words.Span, _set);

    [Benchmark]
    public void ExpandPublicPolynomial()
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            _polynomials.ExpandLazy(0, prime, _uniform.Span);
        }
    }

    [Benchmark]
    public void TransformAndMask()
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            PhaseKernel.Mask(Residues(prime), _uniform.Span, _key, prime, _set);
        }
    }

    [Benchmark]
    public void UnmaskAndTransformBack()
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            PhaseKernel.Unmask(Residues(prime), _uniform.Span, _key, prime, _set);
        }
    }

    [Benchmark]
    public void Pack()
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            WireChunk.Pack(Residues(prime), _wire, prime, _set);
        }
    }

    [Benchmark]
    public double Decode() => _decoder.Decode(_words.Span, _sums, _noise, _set);

    private Span<uint> Residues(int prime) => _words.Span.Slice(prime * RnsBasis.Degree, RnsBasis.Degree);
}

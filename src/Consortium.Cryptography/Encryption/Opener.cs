using System.Numerics;
using System.Runtime.InteropServices;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Encryption;

/// <summary>
/// Opens a cohort's summed chunks with the sum of its keys, and proves by the noise's energy that key sum and chunk belong together.
/// Memory is that of one chunk, whatever the vector's length.
/// </summary>
/// <remarks>Not thread-safe. Disposing erases what was derived of the key sum; the key sum itself stays its owner's to erase.</remarks>
public sealed class Opener : IDisposable
{
    /// <summary>Honest energy is sigma^2 * P' within a few percent over 4096 coefficients; noise of a wrong opening has 37 times that at P' = P.</summary>
    private const double EnergyAllowance = 2;

    private readonly SlotLayout _layout;
    private readonly int _banks;
    private readonly InstructionSet _set;
    private readonly ChunkDecoder _decoder;
    private readonly KeyOperand _key;
    private readonly PublicPolynomials _publicPolynomials;
    private readonly AlignedWords _words = new(RnsBasis.WordCount);
    private readonly AlignedWords _uniform = new(RnsBasis.Degree);
    private readonly AlignedWords _noise = new(RnsBasis.Degree);

    /// <param name="keySum">S; its <see cref="KeySum.Banks"/> is the cohort P' that every chunk must count.</param>
    /// <param name="layout">The session's layout.</param>
    /// <param name="seed">The attempt's public seed.</param>
    public Opener(KeySum keySum, SlotLayout layout, PublicSeed seed)
        : this(keySum, layout, seed, InstructionSets.Best)
    {
    }

    internal Opener(KeySum keySum, SlotLayout layout, PublicSeed seed, InstructionSet set)
    {
        if (keySum.Banks > layout.LargestCohort)
        {
            throw new ArgumentOutOfRangeException(
                nameof(keySum), keySum.Banks, $"The layout sums at most {layout.LargestCohort} banks.");
        }

        _layout = layout;
        _banks = keySum.Banks;
        _set = set;
        _decoder = new ChunkDecoder(layout);
        _key = new KeyOperand(keySum.Coefficients);
        _publicPolynomials = new PublicPolynomials(seed);
    }

    /// <summary>Opens one chunk of the sum.</summary>
    /// <param name="wire">The chunk, <see cref="WireChunk.Size"/> bytes.</param>
    /// <param name="chunk">The index it must have.</param>
    /// <param name="sums">Receives <see cref="SlotLayout.ValuesPerChunk"/> sums; zeros unless the result is <see cref="ChunkOpening.Opened"/>.</param>
    /// <exception cref="MalformedDataException">The bytes are not a chunk of this layout.</exception>
    public ChunkOpening Open(ReadOnlySpan<byte> wire, int chunk, Span<ulong> sums)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sums.Length, _layout.ValuesPerChunk, nameof(sums));
        ChunkHeader header = ChunkHeader.Read(wire, _layout);
        ChunkOpening outcome = header.Chunk != chunk ? new ChunkOpening.DoesNotMatch($"It is chunk {header.Chunk}, not chunk {chunk}.")
            : header.Summands != _banks ? new ChunkOpening.DoesNotMatch($"It sums {header.Summands} banks, and the key sum {_banks}.")
            : Open(wire, header, sums);
        if (outcome is not ChunkOpening.Opened)
        {
            sums.Clear();
        }

        return outcome;
    }

    public void Dispose()
    {
        _key.Dispose();
        _publicPolynomials.Dispose();
        _words.Zero();
        _noise.Zero();
    }

    private ChunkOpening Open(ReadOnlySpan<byte> wire, ChunkHeader header, Span<ulong> sums)
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Span<uint> words = _words.Span.Slice(prime * RnsBasis.Degree, RnsBasis.Degree);
            WireChunk.Unpack(wire, prime, words, _set);
            _publicPolynomials.ExpandLazy(header.Chunk, prime, _uniform.Span);
            PhaseKernel.Unmask(words, _uniform.Span, _key, prime, _set);
        }

        Span<int> noise = MemoryMarshal.Cast<uint, int>(_noise.Span);
        double top = _decoder.Decode(_words.Span, sums, noise, _set);
        return Judge(noise, sums, top);
    }

    private ChunkOpening Judge(ReadOnlySpan<int> noise, ReadOnlySpan<ulong> sums, double top)
    {
        Vector<long> energies = Vector<long>.Zero;
        Vector<int> magnitudes = Vector<int>.Zero;
        foreach (Vector<int> coefficients in MemoryMarshal.Cast<int, Vector<int>>(noise))
        {
            Vector.Widen(coefficients * coefficients, out Vector<long> lower, out Vector<long> upper);
            energies += lower + upper;
            magnitudes = Vector.Max(magnitudes, Vector.Abs(coefficients));
        }

        int largest = 0;
        for (int lane = 0; lane < Vector<int>.Count; lane++)
        {
            largest = Math.Max(largest, magnitudes[lane]);
        }

        double meanSquare = (double)Vector.Sum(energies) / RnsBasis.Degree;
        double energyLimit = EnergyAllowance * DiscreteGaussian.Sigma * DiscreteGaussian.Sigma * _banks;
        if (meanSquare > energyLimit)
        {
            return new ChunkOpening.NoiseTooStrong(meanSquare, energyLimit);
        }

        int noiseLimit = SlotLayout.NoiseBoundFor(_banks);
        if (largest > noiseLimit)
        {
            return new ChunkOpening.NoiseTooLarge(largest, noiseLimit);
        }

        ulong sumLimit = (ulong)_banks * (_layout.Levels - 1);
        if (top > 0)
        {
            return new ChunkOpening.SumOutOfRange(-1, ulong.MaxValue, sumLimit);
        }

        int beyond = sums.IndexOfAnyInRange(sumLimit + 1, ulong.MaxValue);
        return beyond >= 0
            ? new ChunkOpening.SumOutOfRange(beyond, sums[beyond], sumLimit)
            : new ChunkOpening.Opened(meanSquare);
    }
}

using System.Numerics;
using System.Runtime.InteropServices;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;

namespace Consortium.Cryptography.Encryption;

/// <summary>
/// Opens a cohort's summed chunks with the sum of its keys, and proves by the noise's energy that key sum and chunk belong
/// together. Memory is that of one chunk, whatever the vector's length.
/// </summary>
/// <remarks>
/// Not thread-safe. Disposing erases what was derived of the key sum; the key sum itself stays its owner's to erase.
/// </remarks>
public sealed class Opener : IDisposable
{
    /// <summary>Honest energy is sigma^2 * P' within a few percent over 4096 coefficients.</summary>
    private const double EnergyAllowance = 2;

    /// <summary>
    /// Noise of a wrong opening is uniform in [-B, B] with B of the layout: its mean square is B(B + 1)/3 within two percent.
    /// Less than this part of it is accepted whatever the cohort.
    /// </summary>
    private const double WrongEnergyAllowance = 0.85;

    private readonly SlotLayout _layout;
    private readonly int _banks;
    private readonly double _energyLimit;
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
        _energyLimit = EnergyLimit(layout, keySum.Banks);
        _set = set;
        _decoder = new ChunkDecoder(layout);
        _key = new KeyOperand(keySum.Coefficients);
        _publicPolynomials = new PublicPolynomials(seed);
    }

    /// <summary>Opens one chunk of the sum.</summary>
    /// <param name="wire">The chunk, <see cref="WireChunk.Size"/> bytes.</param>
    /// <param name="chunk">The index it must have.</param>
    /// <param name="sums">
    /// Receives <see cref="SlotLayout.ValuesPerChunk"/> sums; zeros unless the result is <see cref="ChunkOpening.Opened"/>.
    /// </param>
    /// <exception cref="MalformedDataException">The bytes are not a chunk of this layout.</exception>
    public ChunkOpening Open(ReadOnlySpan<byte> wire, int chunk, Span<ulong> sums)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sums.Length, _layout.ValuesPerChunk, nameof(sums));
        ChunkHeader header = ChunkHeader.Read(wire, _layout);
        ChunkOpening outcome = header.Chunk != chunk
            ? new ChunkOpening.DoesNotMatch($"It is chunk {header.Chunk}, not chunk {chunk}.")
            : header.Summands != _banks
                ? new ChunkOpening.DoesNotMatch($"It sums {header.Summands} banks, and the key sum {_banks}.")
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

    /// <summary>
    /// The most energy that is accepted: twice the honest one, and as much as one bank adds that takes all its noise from the
    /// tail, for which no opening proof of a single coefficient would name it; but always less than a wrong opening has.
    /// </summary>
    internal static double EnergyLimit(SlotLayout layout, int banks)
    {
        double honest = DiscreteGaussian.Sigma * DiscreteGaussian.Sigma * banks;
        double tail = DiscreteGaussian.LargestMagnitude * DiscreteGaussian.LargestMagnitude;
        double wrong = layout.NoiseBound * (layout.NoiseBound + 1.0) / 3;
        return Math.Min((EnergyAllowance * honest) + tail, WrongEnergyAllowance * wrong);
    }

    private ChunkOpening Open(ReadOnlySpan<byte> wire, ChunkHeader header, Span<ulong> sums)
    {
        Span<int> noise = MemoryMarshal.Cast<uint, int>(_noise.Span);
        double top = _decoder.Decode(Phases(wire, header), sums, noise, _set);
        double meanSquare = MeanSquare(noise, out int largest);
        if (meanSquare > _energyLimit)
        {
            return new ChunkOpening.NoiseTooStrong(meanSquare, _energyLimit, FirstOf(noise, largest));
        }

        int noiseLimit = SlotLayout.NoiseBoundFor(_banks);
        if (largest > noiseLimit)
        {
            return new ChunkOpening.NoiseTooLarge(largest, noiseLimit, FirstOf(noise, largest));
        }

        ulong sumLimit = (ulong)_banks * (_layout.Levels - 1);
        if (top > 0)
        {
            // Decoding overwrote the phases, and says of all coefficients together that one is too large: look again.
            return new ChunkOpening.SumOutOfRange(
                -1, ulong.MaxValue, sumLimit, _decoder.FirstBeyondItsSlots(Phases(wire, header)));
        }

        int beyond = sums.IndexOfAnyInRange(sumLimit + 1, ulong.MaxValue);
        return beyond >= 0
            ? new ChunkOpening.SumOutOfRange(beyond, sums[beyond], sumLimit, beyond % RnsBasis.Degree)
            : new ChunkOpening.Opened(meanSquare);
    }

    /// <summary>x = c + a o NTT(S), back in coefficients: 4 * 4096 canonical residues, in this opener's work space.</summary>
    private Span<uint> Phases(ReadOnlySpan<byte> wire, ChunkHeader header)
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Span<uint> words = _words.Span.Slice(prime * RnsBasis.Degree, RnsBasis.Degree);
            WireChunk.Unpack(wire, prime, words, _set);
            _publicPolynomials.ExpandLazy(header.Chunk, prime, _uniform.Span);
            PhaseKernel.Unmask(words, _uniform.Span, _key, prime, _set);
        }

        return _words.Span;
    }

    private static double MeanSquare(ReadOnlySpan<int> noise, out int largest)
    {
        Vector<long> energies = Vector<long>.Zero;
        Vector<int> magnitudes = Vector<int>.Zero;
        foreach (Vector<int> coefficients in MemoryMarshal.Cast<int, Vector<int>>(noise))
        {
            Vector.Widen(coefficients * coefficients, out Vector<long> lower, out Vector<long> upper);
            energies += lower + upper;
            magnitudes = Vector.Max(magnitudes, Vector.Abs(coefficients));
        }

        largest = 0;
        for (int lane = 0; lane < Vector<int>.Count; lane++)
        {
            largest = Math.Max(largest, magnitudes[lane]);
        }

        return (double)Vector.Sum(energies) / RnsBasis.Degree;
    }

    private static int FirstOf(ReadOnlySpan<int> noise, int magnitude) => noise.IndexOfAny(magnitude, -magnitude);
}

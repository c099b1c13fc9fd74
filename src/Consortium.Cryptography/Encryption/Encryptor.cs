using System.Numerics;
using System.Runtime.InteropServices;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;

namespace Consortium.Cryptography.Encryption;

/// <summary>
/// Encrypts one vector, chunk after chunk, under one fresh key: c_k = NTT(e_k + Delta * m_k) - a_k o NTT(s). Key-additive RLWE
/// after Stevens et al. (USENIX Security 2022) and LERNA (Asiacrypt 2023). Memory is that of one chunk, whatever the vector's
/// length.
/// </summary>
/// <remarks>
/// Not thread-safe. Disposing erases all work space and what was derived of the key; the key itself stays its owner's to erase.
/// </remarks>
public sealed class Encryptor : IDisposable
{
    private readonly SlotLayout _layout;
    private readonly RandomSource _randomness;
    private readonly InstructionSet _set;
    private readonly ChunkEncoder _encoder;
    private readonly KeyOperand _key;
    private readonly PublicPolynomials _publicPolynomials;
    private readonly AlignedWords _words = new(RnsBasis.WordCount);
    private readonly AlignedWords _noise = new(RnsBasis.Degree);
    private readonly AlignedWords _uniform = new(RnsBasis.Degree);
    private readonly SecretMemory<ushort> _digits;
    private readonly SecretMemory<byte> _random = new(DiscreteGaussian.RandomBytes(RnsBasis.Degree));
    private bool _complete;

    /// <summary>Takes the key: no other encryptor will accept it.</summary>
    /// <exception cref="InvalidOperationException">The key was taken before.</exception>
    public Encryptor(SecretKey key, SlotLayout layout, PublicSeed seed, RandomSource randomness)
        : this(key, layout, seed, randomness, InstructionSets.Best)
    {
    }

    internal Encryptor(SecretKey key, SlotLayout layout, PublicSeed seed, RandomSource randomness, InstructionSet set)
    {
        key.Spend();
        _layout = layout;
        _randomness = randomness;
        _set = set;
        _encoder = new ChunkEncoder(layout);
        _key = new KeyOperand(key.Coefficients);
        _publicPolynomials = new PublicPolynomials(seed);
        _digits = new SecretMemory<ushort>(layout.Slots * layout.DigitsPerValue * RnsBasis.Degree);
    }

    /// <summary>Index of the chunk that comes next.</summary>
    public int NextChunk { get; private set; }

    /// <summary>Encrypts the next values of the vector into one chunk.</summary>
    /// <param name="values">As many as a chunk holds; fewer end the vector, and the rest of the chunk holds zeros.</param>
    /// <param name="destination"><see cref="WireChunk.Size"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is not below the layout's levels: nothing was encrypted.</exception>
    /// <exception cref="InvalidOperationException">The vector has ended.</exception>
    public void Encrypt(ReadOnlySpan<ushort> values, Span<byte> destination)
    {
        Guard(values.Length, destination);
        if (_layout.Levels <= ushort.MaxValue)
        {
            RequireBelow(values, (ushort)_layout.Levels);
        }

        if (_layout.DigitsPerValue == 1 && values.Length == _layout.ValuesPerChunk)
        {
            EncryptDigits(values, destination);
        }
        else
        {
            _digits.Span.Clear();
            for (int start = 0; start < values.Length; start += RnsBasis.Degree)
            {
                ReadOnlySpan<ushort> slot = values[start..Math.Min(values.Length, start + RnsBasis.Degree)];
                slot.CopyTo(_digits.Span[(start * _layout.DigitsPerValue)..]);
            }

            EncryptDigits(_digits.Span, destination);
        }

        _complete = values.Length < _layout.ValuesPerChunk;
    }

    /// <inheritdoc cref="Encrypt(ReadOnlySpan{ushort}, Span{byte})"/>
    public void Encrypt(ReadOnlySpan<ulong> values, Span<byte> destination)
    {
        Guard(values.Length, destination);
        RequireBelow(values, _layout.Levels);
        _digits.Span.Clear();
        for (int start = 0; start < values.Length; start += RnsBasis.Degree)
        {
            ReadOnlySpan<ulong> slot = values[start..Math.Min(values.Length, start + RnsBasis.Degree)];
            for (int digit = 0; digit < _layout.DigitsPerValue; digit++)
            {
                int at = (start * _layout.DigitsPerValue) + (digit * RnsBasis.Degree);
                Span<ushort> plane = _digits.Span.Slice(at, slot.Length);
                for (int i = 0; i < slot.Length; i++)
                {
                    plane[i] = (ushort)(slot[i] >> (16 * digit));
                }
            }
        }

        EncryptDigits(_digits.Span, destination);
        _complete = values.Length < _layout.ValuesPerChunk;
    }

    public void Dispose()
    {
        _key.Dispose();
        _publicPolynomials.Dispose();
        _words.Zero();
        _noise.Zero();
        _digits.Dispose();
        _random.Dispose();
        _complete = true;
    }

    private void Guard(int values, Span<byte> destination)
    {
        if (_complete)
        {
            throw new InvalidOperationException(
                "The vector has ended: a short chunk was encrypted, or the encryptor was disposed.");
        }

        if (values == 0 || values > _layout.ValuesPerChunk)
        {
            throw new ArgumentOutOfRangeException(nameof(values), values, $"A chunk takes 1 to {_layout.ValuesPerChunk} values.");
        }

        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, WireChunk.Size, nameof(destination));
    }

    private void EncryptDigits(ReadOnlySpan<ushort> digits, Span<byte> destination)
    {
        Span<uint> words = _words.Span;
        Span<int> noise = MemoryMarshal.Cast<uint, int>(_noise.Span);
        DiscreteGaussian.Sample(_randomness, _random.Span, noise, _set);
        _encoder.Encode(digits, noise, words, _set);
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Span<uint> residues = words.Slice(prime * RnsBasis.Degree, RnsBasis.Degree);
            _publicPolynomials.ExpandLazy(NextChunk, prime, _uniform.Span);
            PhaseKernel.Mask(residues, _uniform.Span, _key, prime, _set);
            WireChunk.Pack(residues, destination, prime, _set);
        }

        new ChunkHeader(_layout.Id, NextChunk, Summands: 1).Write(destination);
        NextChunk++;
    }

    /// <summary>Looks at every value before it decides, so that its time does not depend on where a bad one sits.</summary>
    private static void RequireBelow<T>(ReadOnlySpan<T> values, T levels)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        T largest = T.Zero;
        var maxima = Vector<T>.Zero;
        ReadOnlySpan<Vector<T>> vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        foreach (Vector<T> vector in vectors)
        {
            maxima = Vector.Max(maxima, vector);
        }

        for (int i = 0; i < Vector<T>.Count; i++)
        {
            largest = T.Max(largest, maxima[i]);
        }

        foreach (T value in values[(vectors.Length * Vector<T>.Count)..])
        {
            largest = T.Max(largest, value);
        }

        if (largest >= levels)
        {
            throw new ArgumentOutOfRangeException(
                nameof(values), $"A value is not below the layout's {levels} levels; nothing was encrypted.");
        }
    }
}

using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>
/// SEAL's Ciphertext, in full: polynomials in residues, word (polynomial * primes + prime) * degree + coefficient.
/// </summary>
/// <remarks>
/// SEAL's public keys have the same bytes. A seeded ciphertext, whose second polynomial is left to be expanded, is rejected.
/// </remarks>
internal sealed class SealCiphertext : ISealObject<SealCiphertext>
{
    internal const int PolynomialsOffset = IdOffset + 32 + 1;

    private const int IdOffset = SealReader.HeaderLength;
    private const int ArrayOffset = PolynomialsOffset + 3 * sizeof(ulong) + 2 * sizeof(ulong);
    private const int SmallestSize = 2;

    private readonly ulong[] _words;

    /// <param name="parameters">Of the level that the polynomials live at.</param>
    /// <param name="polynomials">How many: at least 2.</param>
    /// <param name="words">All residues, copied; each below its prime.</param>
    /// <exception cref="ArgumentException">The words' count or one of them does not fit the parameters.</exception>
    public SealCiphertext(SealParameters parameters, int polynomials, ReadOnlySpan<ulong> words)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(polynomials, SmallestSize);
        if (words.Length != (long)polynomials * parameters.Primes.Length * parameters.Degree)
        {
            throw new ArgumentException($"{polynomials} polynomials of {parameters.Primes.Length} x {parameters.Degree} words "
                + $"were said; {words.Length} words were given.", nameof(words));
        }

        if (parameters.FirstUnreduced(words) is >= 0 and int index)
        {
            throw new ArgumentException($"Word {index} is not below its prime.", nameof(words));
        }

        ParametersId = parameters.Id;
        IsTransformed = parameters.Scheme != SealScheme.Bfv;
        Polynomials = polynomials;
        Degree = parameters.Degree;
        Primes = parameters.Primes.Length;
        _words = words.ToArray();
    }

    private SealCiphertext(
        SealParametersId id, bool isTransformed, int polynomials, int degree, int primes, double scale, ulong correction,
        ulong[] words)
    {
        ParametersId = id;
        IsTransformed = isTransformed;
        Polynomials = polynomials;
        Degree = degree;
        Primes = primes;
        Scale = scale;
        CorrectionFactor = correction;
        _words = words;
    }

    public SealParametersId ParametersId { get; }

    /// <summary>Whether the words are values of the transform: so for CKKS and BGV, not for BFV.</summary>
    public bool IsTransformed { get; }

    public int Polynomials { get; }

    public int Degree { get; }

    /// <summary>How many primes the modulus has at this level.</summary>
    public int Primes { get; }

    /// <summary>CKKS's scale; 1 otherwise.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>BGV's correction factor; 1 otherwise.</summary>
    public ulong CorrectionFactor { get; } = 1;

    public ReadOnlySpan<ulong> Words => _words;

    public int ByteLength => (int)ByteLengthOf(_words.Length);

    /// <summary>The residues of one polynomial modulo one prime.</summary>
    public ReadOnlySpan<ulong> Residues(int polynomial, int prime)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)polynomial, (uint)Polynomials, nameof(polynomial));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)prime, (uint)Primes, nameof(prime));
        return _words.AsSpan((polynomial * Primes + prime) * Degree, Degree);
    }

    /// <summary>
    /// Makes sure that the words read are residues of these parameters; nothing should be computed from them before.
    /// </summary>
    /// <exception cref="MalformedDataException">
    /// The ciphertext is of other parameters, or a word is not below its prime.
    /// </exception>
    public void ThrowIfNotOf(SealParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (ParametersId != parameters.Id || Degree != parameters.Degree || Primes != parameters.Primes.Length)
        {
            throw new MalformedDataException(
                nameof(SealCiphertext),
                IdOffset,
                $"parameters {parameters.Id} with {parameters.Primes.Length} x {parameters.Degree} words",
                $"{ParametersId} with {Primes} x {Degree}");
        }

        if (parameters.FirstUnreduced(_words) is >= 0 and int index)
        {
            throw new MalformedDataException(
                nameof(SealCiphertext), ArrayOffset + SealWriter.ArrayLength(index), "a word below its prime",
                $"{_words[index]}");
        }
    }

    /// <inheritdoc/>
    public static SealCiphertext Read(ReadOnlySpan<byte> source, SealLimits limits)
    {
        var reader = new SealReader(source, nameof(SealCiphertext));
        reader.ReadOutermostHeader(limits);
        SealParametersId id = reader.ReadParametersId();
        int flagOffset = reader.Offset;
        byte isTransformed = reader.ReadByte();
        reader.Check(isTransformed <= 1, flagOffset, "0 or 1", isTransformed);
        int polynomials = reader.ReadInt32("a number of polynomials", SmallestSize, limits.Polynomials);
        int degree = reader.ReadDegree(limits);
        int primes = reader.ReadInt32("a number of primes", 1, limits.Primes);
        double scale = reader.ReadScale();
        int correctionOffset = reader.Offset;
        ulong correction = reader.ReadUInt64();
        reader.Check(correction != 0, correctionOffset, "a correction factor above zero", correction);

        long words = (long)polynomials * primes * degree;
        if (source.Length != ByteLengthOf(words))
        {
            bool seeded = source.Length == SeededLengthOf((long)primes * degree);
            throw reader.Malformed(
                SealReader.SizeOffset,
                seeded
                    ? $"{ByteLengthOf(words)} bytes, for a seeded ciphertext must be expanded by SEAL first"
                    : $"{ByteLengthOf(words)} bytes",
                source.Length);
        }

        reader.ReadArrayStart(words);
        var residues = new ulong[words];
        reader.ReadWords(residues);
        reader.CheckEnd();
        return new SealCiphertext(id, isTransformed == 1, polynomials, degree, primes, scale, correction, residues);
    }

    /// <inheritdoc/>
    public void Write(Span<byte> destination)
    {
        var writer = SealWriter.Begin(destination, ByteLength);
        writer.WriteParametersId(ParametersId);
        writer.WriteByte(IsTransformed ? (byte)1 : (byte)0);
        writer.WriteUInt64((ulong)Polynomials);
        writer.WriteUInt64((ulong)Degree);
        writer.WriteUInt64((ulong)Primes);
        writer.WriteDouble(Scale);
        writer.WriteUInt64(CorrectionFactor);
        writer.WriteArray(_words);
    }

    private static long ByteLengthOf(long words) => ArrayOffset + SealWriter.ArrayLength(words);

    // One polynomial in full, then a header, the generator's number and a seed of 64 bytes.
    private static long SeededLengthOf(long words) => ByteLengthOf(words) + SealReader.HeaderLength + 1 + 64;
}

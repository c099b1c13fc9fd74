using System.Collections.Immutable;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>SEAL's EncryptionParameters: scheme, ring and moduli. Immutable, thread-safe.</summary>
internal sealed class SealParameters : ISealObject<SealParameters>
{
    /// <summary>SEAL's moduli are below 2^61.</summary>
    private const int ModulusBits = 61;

    private const int LengthWithoutPrimes = SealReader.HeaderLength + 1 + 2 * sizeof(ulong) + SealWriter.ModulusLength;

    /// <param name="scheme">The scheme.</param>
    /// <param name="degree">N, a power of two.</param>
    /// <param name="primes">
    /// The coefficient modulus, the key level's last prime last. That they are primes is not checked.
    /// </param>
    /// <param name="plainModulus">Zero for CKKS.</param>
    /// <exception cref="ArgumentException">The degree is no power of two, or a modulus is outside [2, 2^61).</exception>
    public SealParameters(SealScheme scheme, int degree, ImmutableArray<ulong> primes, ulong plainModulus = 0)
    {
        if (!int.IsPow2(degree) || degree < 2)
        {
            throw new ArgumentException($"Degree {degree} is not a power of two above 1.", nameof(degree));
        }

        if (primes.IsDefaultOrEmpty || primes.Any(prime => !IsModulus(prime)))
        {
            throw new ArgumentException("At least one prime is needed, and each must be from 2 to 2^61 - 1.", nameof(primes));
        }

        if (scheme == SealScheme.Ckks ? plainModulus != 0 : !IsModulus(plainModulus))
        {
            throw new ArgumentException($"Plain modulus {plainModulus} does not suit scheme {scheme}.", nameof(plainModulus));
        }

        Scheme = scheme;
        Degree = degree;
        Primes = primes;
        PlainModulus = plainModulus;
        Id = SealParametersId.Of(scheme, degree, primes.AsSpan(), plainModulus);
    }

    public SealScheme Scheme { get; }

    public int Degree { get; }

    public ImmutableArray<ulong> Primes { get; }

    public ulong PlainModulus { get; }

    /// <summary>What SEAL marks objects of these parameters with.</summary>
    public SealParametersId Id { get; }

    public int ByteLength => LengthWithoutPrimes + Primes.Length * SealWriter.ModulusLength;

    /// <summary>
    /// The first data level: SEAL keeps the last of several primes for switching keys, and encrypts under the others.
    /// </summary>
    public SealParameters AtDataLevel() => Primes.Length == 1 ? this : new(Scheme, Degree, Primes[..^1], PlainModulus);

    /// <inheritdoc/>
    public static SealParameters Read(ReadOnlySpan<byte> source, SealLimits limits)
    {
        var reader = new SealReader(source, nameof(SealParameters));
        reader.ReadOutermostHeader(limits);
        int schemeOffset = reader.Offset;
        var scheme = (SealScheme)reader.ReadByte();
        reader.Check(Enum.IsDefined(scheme), schemeOffset, "BFV (1), CKKS (2) or BGV (3)", (byte)scheme);
        int degree = reader.ReadDegree(limits);
        int count = reader.ReadInt32("a number of primes", 1, limits.Primes);
        var primes = ImmutableArray.CreateBuilder<ulong>(count);
        for (int i = 0; i < count; i++)
        {
            primes.Add(ReadModulus(ref reader));
        }

        ulong plainModulus = scheme == SealScheme.Ckks ? ReadAbsentModulus(ref reader) : ReadModulus(ref reader);
        reader.CheckEnd();
        return new SealParameters(scheme, degree, primes.MoveToImmutable(), plainModulus);
    }

    /// <inheritdoc/>
    public void Write(Span<byte> destination)
    {
        var writer = SealWriter.Begin(destination, ByteLength);
        writer.WriteByte((byte)Scheme);
        writer.WriteUInt64((ulong)Degree);
        writer.WriteUInt64((ulong)Primes.Length);
        foreach (ulong prime in Primes)
        {
            writer.WriteModulus(prime);
        }

        writer.WriteModulus(PlainModulus);
    }

    /// <summary>
    /// Index of the first word that is not below its prime, words of whole polynomials prime by prime; -1 if there is none.
    /// </summary>
    internal int FirstUnreduced(ReadOnlySpan<ulong> words)
    {
        for (int start = 0; start < words.Length; start += Degree)
        {
            ulong prime = Primes[start / Degree % Primes.Length];
            int index = words.Slice(start, Degree).IndexOfAnyExceptInRange(0UL, prime - 1);
            if (index >= 0)
            {
                return start + index;
            }
        }

        return -1;
    }

    private static bool IsModulus(ulong value) => value is >= 2 and < 1UL << ModulusBits;

    private static ulong ReadModulus(ref SealReader reader)
    {
        ulong modulus = reader.ReadModulus();
        reader.Check(IsModulus(modulus), reader.Offset - sizeof(ulong), "a modulus from 2 to 2^61 - 1", modulus);
        return modulus;
    }

    private static ulong ReadAbsentModulus(ref SealReader reader)
    {
        ulong modulus = reader.ReadModulus();
        reader.Check(modulus == 0, reader.Offset - sizeof(ulong), "no plain modulus, for CKKS has none", modulus);
        return 0;
    }
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>
/// Our ring as SEAL knows it: polynomials of <see cref="RnsBasis"/> become SEAL's objects and come back, word for word, for the
/// roots and the order of the words are the same.
/// </summary>
/// <remarks>
/// The scheme is CKKS because SEAL's CKKS decryptor returns the phase c + a*s itself, all residues of it. SEAL sets the last
/// prime of a context aside, so that data modulo our four primes lives in a context of five, loaded at security level none: it
/// checks, it protects nothing.
/// </remarks>
internal static class SealRing
{
    /// <summary>Parameters of keys: our four primes, and the one that SEAL sets aside.</summary>
    public static SealParameters KeyLevel { get; } =
        new(SealScheme.Ckks, RnsBasis.Degree, [.. RnsBasis.Moduli.Select(modulus => (ulong)modulus.Value), KeyLevelPrime.Value]);

    /// <summary>Parameters of ciphertexts and plaintexts: our four primes.</summary>
    public static SealParameters DataLevel { get; } = KeyLevel.AtDataLevel();

    /// <summary>A chunk c_k with its public polynomial a_k, as the textbook ciphertext of SEAL whose phase is c + a*s.</summary>
    public static SealCiphertext ToCiphertext(Polynomial<Ntt> chunk, Polynomial<Ntt> publicPolynomial)
    {
        ArgumentNullException.ThrowIfNull(chunk);
        ArgumentNullException.ThrowIfNull(publicPolynomial);
        var words = new ulong[2 * RnsBasis.WordCount];
        Widen(chunk.Words, words);
        Widen(publicPolynomial.Words, words.AsSpan(RnsBasis.WordCount));
        return new SealCiphertext(DataLevel, 2, words);
    }

    /// <summary>The two polynomials of a ciphertext that SEAL made over our ring.</summary>
    /// <exception cref="MalformedDataException">
    /// It is of other parameters, has other than two polynomials, or a word is not below its prime.
    /// </exception>
    public static (Polynomial<Ntt> Chunk, Polynomial<Ntt> PublicPolynomial) FromCiphertext(SealCiphertext ciphertext)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        ciphertext.ThrowIfNotOf(DataLevel);
        return ciphertext.Polynomials == 2
            ? (Narrow(ciphertext.Words[..RnsBasis.WordCount]), Narrow(ciphertext.Words[RnsBasis.WordCount..]))
            : throw new MalformedDataException(
                nameof(SealCiphertext), SealCiphertext.PolynomialsOffset, "2 polynomials", $"{ciphertext.Polynomials}");
    }

    /// <summary>A message or phase in the transform domain.</summary>
    public static SealPlaintext ToPlaintext(Polynomial<Ntt> polynomial)
    {
        ArgumentNullException.ThrowIfNull(polynomial);
        var words = new ulong[RnsBasis.WordCount];
        Widen(polynomial.Words, words);
        return new SealPlaintext(DataLevel.Id, words);
    }

    /// <summary>A plaintext of SEAL over our ring: what its decryptor returns.</summary>
    /// <exception cref="MalformedDataException">It is of other parameters, or a word is not below its prime.</exception>
    public static Polynomial<Ntt> FromPlaintext(SealPlaintext plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        plaintext.ThrowIfNotOf(DataLevel);
        return Narrow(plaintext.Words);
    }

    /// <summary>A bank's key for SEAL: its transform modulo all five primes. The caller disposes it.</summary>
    public static SealSecretKey ToSecretKey(SecretKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return ToSecretKey(key.Coefficients);
    }

    /// <summary>A cohort's key sum for SEAL: its transform modulo all five primes. The caller disposes it.</summary>
    public static SealSecretKey ToSecretKey(KeySum keySum)
    {
        ArgumentNullException.ThrowIfNull(keySum);
        return ToSecretKey(keySum.Coefficients);
    }

    /// <summary>Any small key for SEAL. The caller disposes it.</summary>
    public static SealSecretKey ToSecretKey(ReadOnlySpan<int> coefficients)
    {
        ulong[] words = GC.AllocateArray<ulong>(RnsBasis.WordCount + RnsBasis.Degree, pinned: true);
        uint[] last = GC.AllocateArray<uint>(RnsBasis.Degree, pinned: true);
        using Polynomial<Ntt> transform = KeyOperand.Transform(coefficients);
        try
        {
            Widen(transform.Words, words);
            KeyLevelPrime.Transform(coefficients, last);
            Widen(last, words.AsSpan(RnsBasis.WordCount));
            return new SealSecretKey(KeyLevel, words);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(words.AsSpan()));
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(last.AsSpan()));
        }
    }

    private static void Widen(ReadOnlySpan<uint> words, Span<ulong> destination)
    {
        for (int i = 0; i < words.Length; i++)
        {
            destination[i] = words[i];
        }
    }

    // The words were found to be residues already, so none is cut.
    private static Polynomial<Ntt> Narrow(ReadOnlySpan<ulong> words)
    {
        var polynomial = new Polynomial<Ntt>();
        Span<uint> destination = polynomial.Words;
        for (int i = 0; i < words.Length; i++)
        {
            destination[i] = (uint)words[i];
        }

        return polynomial;
    }
}

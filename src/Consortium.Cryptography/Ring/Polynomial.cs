using System.Numerics;
using System.Runtime.InteropServices;
using Consortium.Cryptography.Arithmetic;

namespace Consortium.Cryptography.Ring;

/// <summary>A polynomial of R_q in residue form, canonical residues below each prime, in the domain its type names.</summary>
/// <remarks>Polynomials may hold secrets: dispose them, which zeroes the words. Not thread-safe.</remarks>
public sealed class Polynomial<TDomain> : IDisposable
    where TDomain : struct, IDomain
{
    private AlignedWords? _words;

    /// <summary>The zero polynomial.</summary>
    public Polynomial()
        : this(new AlignedWords(RnsBasis.WordCount))
    {
    }

    internal Polynomial(AlignedWords words) => _words = words;

    /// <summary>All words, prime-major. Internal: kernels keep residues canonical, callers could not be held to it.</summary>
    internal Span<uint> Words => Live.Span;

    private AlignedWords Live => _words ?? throw new ObjectDisposedException(GetType().Name);

    /// <summary>Residues modulo prime <paramref name="prime"/> (0..3), N words.</summary>
    public ReadOnlySpan<uint> Residues(int prime) => Words.Slice(prime * RnsBasis.Degree, RnsBasis.Degree);

    internal Span<uint> WritableResidues(int prime) => Words.Slice(prime * RnsBasis.Degree, RnsBasis.Degree);

    /// <summary>Reads words in prime-major order.</summary>
    /// <param name="words">4 * 4096 canonical residues.</param>
    /// <exception cref="ArgumentException">The count is wrong or a word is not below its prime.</exception>
    internal static Polynomial<TDomain> FromWords(ReadOnlySpan<uint> words)
    {
        if (words.Length != RnsBasis.WordCount)
        {
            throw new ArgumentException($"{words.Length} words given, {RnsBasis.WordCount} make a polynomial.", nameof(words));
        }

        for (int i = 0; i < words.Length; i++)
        {
            if (words[i] >= RnsBasis.Moduli[i / RnsBasis.Degree].Value)
            {
                throw new ArgumentException(
                    $"Word {i} is {words[i]}, not below its prime {RnsBasis.Moduli[i / RnsBasis.Degree].Value}.", nameof(words));
            }
        }

        var polynomial = new Polynomial<TDomain>();
        words.CopyTo(polynomial.Words);
        return polynomial;
    }

    /// <summary>
    /// Adds another polynomial of the same domain, residue by residue. Adding a polynomial to itself is allowed.
    /// </summary>
    public void Add(Polynomial<TDomain> other)
    {
        Span<uint> words = Words;
        ReadOnlySpan<uint> addend = other.Words;
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            uint modulus = RnsBasis.Moduli[prime].Value;
            var q = new Vector<uint>(modulus);
            Span<Vector<uint>> sums = MemoryMarshal.Cast<uint, Vector<uint>>(
                words.Slice(prime * RnsBasis.Degree, RnsBasis.Degree));
            ReadOnlySpan<Vector<uint>> addends = MemoryMarshal.Cast<uint, Vector<uint>>(
                addend.Slice(prime * RnsBasis.Degree, RnsBasis.Degree));
            for (int i = 0; i < sums.Length; i++)
            {
                Vector<uint> sum = sums[i] + addends[i];
                sums[i] = Vector.Min(sum, sum - q);
            }
        }
    }

    /// <summary>Hands the words over to a polynomial of another domain; this one is empty from then on.</summary>
    internal Polynomial<TOther> MoveTo<TOther>()
        where TOther : struct, IDomain
    {
        AlignedWords words = Live;
        _words = null;
        return new Polynomial<TOther>(words);
    }

    public void Dispose()
    {
        _words?.Zero();
        _words = null;
    }

    public override string ToString() => $"Polynomial<{typeof(TDomain).Name}>(redacted)";
}

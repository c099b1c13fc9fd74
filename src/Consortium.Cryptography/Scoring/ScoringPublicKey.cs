using System.Runtime.InteropServices;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;

namespace Consortium.Cryptography.Scoring;

/// <summary>A client's public key as a server uses it: both polynomials with their Shoup quotients. Immutable.</summary>
public sealed class ScoringPublicKey
{
    private readonly AlignedWords _words = new(2 * ScoringParameters.WordCount);
    private readonly AlignedWords _quotients = new(2 * ScoringParameters.WordCount);

    private ScoringPublicKey()
    {
    }

    /// <exception cref="MalformedDataException">The length is wrong, or a residue is not below its prime.</exception>
    public static ScoringPublicKey Read(ReadOnlySpan<byte> bytes)
    {
        MalformedDataException.ThrowIfLengthDiffers("scoring key", bytes.Length, ScoringParameters.PublicKeyBytes);
        var key = new ScoringPublicKey();
        using PublicPolynomials polynomials = ScoringSeed.OfKey(bytes[..ScoringParameters.SeedBytes]);
        for (int prime = 0; prime < ScoringParameters.PrimeCount; prime++)
        {
            int at = ScoringParameters.SeedBytes + (prime * WireChunk.PrimeBytes);
            ReadResidues(bytes, at, prime, key.Slice(key._words, 0, prime), InstructionSets.Best);
            Span<uint> uniform = key.Slice(key._words, 1, prime);
            polynomials.ExpandLazy(0, prime, uniform);
            LazyResidues.Reduce(uniform, prime, InstructionSets.Best);
            for (int polynomial = 0; polynomial < 2; polynomial++)
            {
                ReadOnlySpan<uint> words = key.Words(polynomial, prime);
                Span<uint> quotients = key.Slice(key._quotients, polynomial, prime);
                for (int i = 0; i < words.Length; i++)
                {
                    quotients[i] = RnsBasis.ModulusSpan[prime].ShoupQuotient(words[i]);
                }
            }
        }

        return key;
    }

    internal ReadOnlySpan<uint> Words(int polynomial, int prime) => Slice(_words, polynomial, prime);

    internal ReadOnlySpan<uint> Quotients(int polynomial, int prime) => Slice(_quotients, polynomial, prime);

    internal static void ReadResidues(ReadOnlySpan<byte> bytes, int at, int prime, Span<uint> destination, InstructionSet set)
    {
        destination.Clear();
        ReadOnlySpan<uint> packed = MemoryMarshal.Cast<byte, uint>(bytes.Slice(at, WireChunk.PrimeBytes));
        uint modulus = RnsBasis.ModulusSpan[prime].Value, largest = WireChunk.AccumulatePrime(packed, destination, set);
        if (largest >= modulus)
        {
            throw new MalformedDataException("scoring ciphertext", at, $"residues below prime {modulus}", $"{largest}");
        }
    }

    private Span<uint> Slice(AlignedWords words, int polynomial, int prime) =>
        words.Span.Slice((polynomial * ScoringParameters.WordCount) + (prime * RnsBasis.Degree), RnsBasis.Degree);
}

using System.Runtime.InteropServices;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;

namespace Consortium.Cryptography.Scoring;

/// <summary>
/// A client's key: it encrypts queries and opens replies. Draw one a day or a batch, and never tell a server whether a reply
/// opened. Erased on dispose. Not thread-safe.
/// </summary>
public sealed class ScoringKey : IDisposable
{
    private readonly SecretMemory<int> _coefficients;
    private readonly byte[] _publicKey = new byte[ScoringParameters.PublicKeyBytes];

    private ScoringKey(RandomSource randomness, InstructionSet set)
    {
        _coefficients = new SecretMemory<int>(RnsBasis.Degree);
        using var random = new SecretMemory<byte>(DiscreteGaussian.NarrowRandomBytes(RnsBasis.Degree));
        using var noise = new SecretMemory<int>(RnsBasis.Degree);
        DiscreteGaussian.SampleNarrow(randomness, random.Span, _coefficients.Span, set);
        DiscreteGaussian.SampleNarrow(randomness, random.Span, noise.Span, set);
        Operand = new KeyOperand(_coefficients.Span);
        Span<byte> seed = _publicKey.AsSpan(0, ScoringParameters.SeedBytes);
        randomness.Fill(seed);
        using PublicPolynomials polynomials = ScoringSeed.OfKey(seed);
        var words = new AlignedWords(RnsBasis.Degree);
        var uniform = new AlignedWords(RnsBasis.Degree);
        for (int prime = 0; prime < ScoringParameters.PrimeCount; prime++)
        {
            ScoringKernel.Residues(noise.Span, prime, words.Span, set);
            polynomials.ExpandLazy(0, prime, uniform.Span);
            PhaseKernel.Mask(words.Span, uniform.Span, Operand, prime, set);
            WireChunk.PackPrime(
                words.Span,
                _publicKey.AsSpan(ScoringParameters.SeedBytes + (prime * WireChunk.PrimeBytes), WireChunk.PrimeBytes), set);
        }

        words.Zero();
    }

    /// <summary>The key that a server encrypts zero under: a seed and a polynomial.</summary>
    public ReadOnlySpan<byte> PublicKey => _publicKey;

    internal KeyOperand Operand { get; }

    internal ReadOnlySpan<int> Coefficients => _coefficients.Span;

    public static ScoringKey Generate(RandomSource randomness) => Generate(randomness, InstructionSets.Best);

    internal static ScoringKey Generate(RandomSource randomness, InstructionSet set) => new(randomness, set);

    public void Dispose()
    {
        _coefficients.Dispose();
        Operand.Dispose();
    }

    public override string ToString() => "ScoringKey(redacted)";
}

using System.Security.Cryptography;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Scoring;

/// <summary>
/// Public polynomials from a seed that a client chose. The seed is hashed with a label, so that no client chooses the
/// polynomials themselves: with a polynomial of its choice in a key, a reply would show weights.
/// </summary>
internal static class ScoringSeed
{
    public static PublicPolynomials OfQuery(ReadOnlySpan<byte> seed) => Expand("consortium scoring query v1"u8, seed);

    public static PublicPolynomials OfKey(ReadOnlySpan<byte> seed) => Expand("consortium scoring key v1"u8, seed);

    private static PublicPolynomials Expand(ReadOnlySpan<byte> label, ReadOnlySpan<byte> seed)
    {
        Span<byte> input = stackalloc byte[64];
        label.CopyTo(input);
        seed.CopyTo(input[label.Length..]);
        Span<byte> key = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(input[..(label.Length + seed.Length)], key);
        return PublicPolynomials.Of(key);
    }
}

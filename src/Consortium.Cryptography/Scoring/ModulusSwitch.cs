using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Scoring;

/// <summary>
/// round(x * 2^bits / q) mod 2^bits for x in residues modulo the first three primes. x / q = sum y_i / q_i mod 1 with
/// y_i = x * (q / q_i)^-1 mod q_i; each fraction is taken to 64 bits, which are off by less than 2^-35 in all, so a value rounds
/// the other way only where it lies that close to a half.
/// </summary>
internal static class ModulusSwitch
{
    private static readonly uint[] Inverses = [.. Enumerable.Range(0, ScoringParameters.PrimeCount).Select(InverseOfRest)];

    private static readonly uint[] InverseQuotients =
        [.. Inverses.Select((inverse, prime) => RnsBasis.Moduli[prime].ShoupQuotient(inverse))];

    private static readonly ulong[] Reciprocals =
        [.. RnsBasis.Moduli.Take(ScoringParameters.PrimeCount).Select(modulus => ulong.MaxValue / modulus.Value)];

    /// <param name="words">Canonical coefficients, prime-major.</param>
    /// <param name="bits">Bits of the new modulus.</param>
    /// <param name="destination">As many as it takes, up to 4096.</param>
    public static void Switch(ReadOnlySpan<uint> words, int bits, Span<uint> destination)
    {
        ReadOnlySpan<uint> first = words[..RnsBasis.Degree], second = words.Slice(RnsBasis.Degree, RnsBasis.Degree),
            third = words.Slice(2 * RnsBasis.Degree, RnsBasis.Degree);
        ulong half = 1ul << (63 - bits);
        int shift = 64 - bits;
        for (int i = 0; i < destination.Length; i++)
        {
            ulong fraction = Fraction(first[i], 0) + Fraction(second[i], 1) + Fraction(third[i], 2);
            destination[i] = (uint)((fraction + half) >> shift);
        }
    }

    // The lazy product is below 2q; a whole too much is a whole turn, which the 64 bits drop, within 2^-37.
    private static ulong Fraction(uint residue, int prime)
    {
        uint estimate = (uint)(((ulong)residue * InverseQuotients[prime]) >> 32);
        uint product = (residue * Inverses[prime]) - (estimate * RnsBasis.ModulusSpan[prime].Value);
        return product * Reciprocals[prime];
    }

    private static uint InverseOfRest(int prime)
    {
        Modulus modulus = RnsBasis.Moduli[prime];
        uint rest = 1;
        for (int other = 0; other < ScoringParameters.PrimeCount; other++)
        {
            rest = other == prime ? rest : modulus.Multiply(rest, RnsBasis.Moduli[other].Value % modulus.Value);
        }

        return modulus.Invert(rest);
    }
}

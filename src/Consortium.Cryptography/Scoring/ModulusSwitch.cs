using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
    /// <param name="bits">Bits of the new modulus, at most 32.</param>
    /// <param name="destination">As many as it takes, up to 4096: all of them, or a few.</param>
    /// <param name="set">The path to take.</param>
    public static void Switch(ReadOnlySpan<uint> words, int bits, Span<uint> destination, InstructionSet set)
    {
        Debug.Assert(words.Length == ScoringParameters.WordCount && bits is > 0 and <= 32);
        int done = destination.Length < RnsBasis.Degree ? 0 : set switch
        {
            InstructionSet.Avx512 => Switch<Lanes512, Vector512<uint>>(words, bits, destination),
            InstructionSet.Avx2 => Switch<Lanes256, Vector256<uint>>(words, bits, destination),
            InstructionSet.Vector128 => Switch<Lanes128, Vector128<uint>>(words, bits, destination),
            _ => 0,
        };
        ReadOnlySpan<uint> first = words[..RnsBasis.Degree], second = words.Slice(RnsBasis.Degree, RnsBasis.Degree),
            third = words.Slice(2 * RnsBasis.Degree, RnsBasis.Degree);
        ulong half = 1ul << (63 - bits);
        int shift = 64 - bits;
        for (int i = done; i < destination.Length; i++)
        {
            ulong fraction = Fraction(first[i], 0) + Fraction(second[i], 1) + Fraction(third[i], 2);
            destination[i] = (uint)((fraction + half) >> shift);
        }
    }

    private static int Switch<TLanes, TVector>(ReadOnlySpan<uint> words, int bits, Span<uint> destination)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        ref uint source = ref MemoryMarshal.GetReference(words);
        ref uint target = ref MemoryMarshal.GetReference(destination);
        TVector half = TLanes.Broadcast64(1ul << (63 - bits));
        int half64 = TLanes.Count / 2, shift = 64 - bits;
        for (int i = 0; i < RnsBasis.Degree; i += TLanes.Count)
        {
            TVector lower = half, upper = half;
            for (int prime = 0; prime < ScoringParameters.PrimeCount; prime++)
            {
                int at = (prime * RnsBasis.Degree) + i;
                lower = TLanes.Add64(lower, Fraction<TLanes, TVector>(TLanes.Load64(ref source, at), prime));
                upper = TLanes.Add64(upper, Fraction<TLanes, TVector>(TLanes.Load64(ref source, at + half64), prime));
            }

            TLanes.Store(
                TLanes.Narrow64(TLanes.ShiftRight64(lower, shift), TLanes.ShiftRight64(upper, shift)), ref target, i);
        }

        return RnsBasis.Degree;
    }

    /// <summary>
    /// <see cref="Fraction(uint, int)"/> of each 64-bit lane. The odd words of the product are of no use, and no product reads
    /// them.
    /// </summary>
    private static TVector Fraction<TLanes, TVector>(TVector residue, int prime)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector estimate = TLanes.ShiftRight64(
            TLanes.MultiplyEven(residue, TLanes.Broadcast64(InverseQuotients[prime])), 32);
        TVector product = TLanes.Subtract(
            TLanes.MultiplyEven(residue, TLanes.Broadcast64(Inverses[prime])),
            TLanes.MultiplyEven(estimate, TLanes.Broadcast64(RnsBasis.ModulusSpan[prime].Value)));
        ulong reciprocal = Reciprocals[prime];
        return TLanes.Add64(
            TLanes.MultiplyEven(product, TLanes.Broadcast64(reciprocal & uint.MaxValue)),
            TLanes.ShiftLeft64(TLanes.MultiplyEven(product, TLanes.Broadcast64(reciprocal >> 32)), 32));
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

using Consortium.Cryptography.Arithmetic;

namespace Consortium.Cryptography.Ring;

/// <summary>
/// The ring R_q = Z_q[X]/(X^N + 1) in residue form: N = 4096 and the four largest primes below 2^27 that are 1 mod 2N.
/// log2 q = 107.993, within the 109 bits that the Homomorphic Encryption Standard (Albrecht et al., 2018) allows for 128-bit
/// security.
/// </summary>
public static class RnsBasis
{
    /// <summary>N, the coefficients of a polynomial.</summary>
    public const int Degree = 4096;

    internal const int LogDegree = 12;

    /// <summary>Residues of one coefficient.</summary>
    public const int PrimeCount = 4;

    /// <summary>
    /// Words of a polynomial in residue form, prime-major: word i * N + c is coefficient (or evaluation) c modulo prime i.
    /// </summary>
    public const int WordCount = PrimeCount * Degree;

    private static readonly Modulus[] Primes = [new(134176769), new(134111233), new(134012929), new(133963777)];

    /// <summary>The primes q_0..q_3, largest first.</summary>
    public static IReadOnlyList<Modulus> Moduli => Primes;

    internal static ReadOnlySpan<Modulus> ModulusSpan => Primes;

    /// <summary>q, the product of the primes.</summary>
    public static UInt128 Product { get; } =
        (UInt128)134176769 * 134111233 * ((UInt128)134012929 * 133963777);
}

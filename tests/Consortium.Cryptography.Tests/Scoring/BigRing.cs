using System.Numerics;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Scoring;

namespace Consortium.Cryptography.Tests.Scoring;

/// <summary>Scoring's ring in whole numbers, by the definitions.</summary>
internal static class BigRing
{
    public static readonly BigInteger Q = ScoringParameters.Modulus;

    /// <summary>Coefficients below q from residues modulo three primes, prime-major.</summary>
    public static BigInteger[] Join(ReadOnlySpan<uint> words)
    {
        var joined = new BigInteger[RnsBasis.Degree];
        for (int prime = 0; prime < 3; prime++)
        {
            BigInteger modulus = RnsBasis.Moduli[prime].Value, rest = Q / modulus;
            BigInteger unit = rest * BigInteger.ModPow(rest, modulus - 2, modulus);
            for (int i = 0; i < joined.Length; i++)
            {
                joined[i] = (joined[i] + (words[(prime * RnsBasis.Degree) + i] * unit)) % Q;
            }
        }

        return joined;
    }

    /// <summary>Coefficient <paramref name="index"/> of c0 + c1 * s, between -q/2 and q/2.</summary>
    public static BigInteger Phase(BigInteger c0, BigInteger[] c1, ReadOnlySpan<int> secret, int index)
    {
        BigInteger phase = c0;
        for (int i = 0; i < c1.Length; i++)
        {
            phase += i <= index ? c1[i] * secret[index - i] : -c1[i] * secret[c1.Length + index - i];
        }

        phase = ((phase % Q) + Q) % Q;
        return 2 * phase > Q ? phase - Q : phase;
    }
}

using System.Numerics;

namespace Consortium.Cryptography.Sampling;

/// <summary>
/// exp(-a/b) between two fixed-point numbers, to any precision: for decisions that a fixed precision leaves open.
/// </summary>
internal static class ExactExponential
{
    /// <summary>Bits beyond those asked for, which hold the rounding of all steps.</summary>
    private const int Guard = 64;

    /// <returns>Low and High, at most 2 apart, with Low &lt;= 2^bits exp(-numerator/denominator) &lt;= High.</returns>
    public static (BigInteger Low, BigInteger High) Of(BigInteger numerator, BigInteger denominator, int bits)
    {
        if (numerator.IsZero)
        {
            return (BigInteger.One << bits, BigInteger.One << bits);
        }

        // The argument is halved until it is below 1, and the result squared as often. One squaring doubles the relative error.
        int halvings = 0;
        while (numerator >> halvings > denominator)
        {
            halvings++;
        }

        int fraction = bits + Guard + (2 * halvings);
        BigInteger one = BigInteger.One << fraction, divisor = denominator << halvings, term = one, sum = one;
        for (int i = 1; !term.IsZero; i++)
        {
            // Towards zero, so that the series ends. Each step is off by one unit at most.
            term = BigInteger.Divide(-term * numerator, divisor * i);
            sum += term;
        }

        for (int i = 0; i < halvings; i++)
        {
            sum = (sum * sum) >> fraction;
        }

        BigInteger rounded = sum >> (fraction - bits);
        return (BigInteger.Max(BigInteger.Zero, rounded - 1), rounded + 1);
    }
}

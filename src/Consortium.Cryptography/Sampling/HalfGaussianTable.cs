using System.Numerics;

namespace Consortium.Cryptography.Sampling;

/// <summary>
/// The half Gaussian over 0, 1, 2, ... with weights exp(-x^2 a/b), as cumulative thresholds of 64 bits and, where a 64-bit word
/// equals a threshold, to as many bits as the decision takes.
/// </summary>
internal sealed class HalfGaussianTable
{
    private const int Guard = 64;
    private readonly BigInteger _numerator;
    private readonly BigInteger _denominator;

    /// <param name="numerator">a, positive.</param>
    /// <param name="denominator">b, positive; a/b is at least 1/8.</param>
    public HalfGaussianTable(BigInteger numerator, BigInteger denominator)
    {
        _numerator = numerator;
        _denominator = denominator;
        (BigInteger Low, BigInteger High)[] cumulative = Cumulative(2 * sizeof(ulong) * 8);
        var thresholds = new List<ulong>();
        foreach ((BigInteger low, BigInteger high) in cumulative)
        {
            (BigInteger floor, BigInteger ceiling) = (low >> 64, high >> 64);
            if (floor != ceiling)
            {
                throw new InvalidOperationException("128 bits do not fix a threshold of 64 bits.");
            }

            thresholds.Add((ulong)floor);
            if (floor == ulong.MaxValue)
            {
                break;
            }
        }

        Thresholds = [.. thresholds];
    }

    /// <summary>
    /// Entry n is floor(2^64 P(x &lt;= n)); the last one is 2^64 - 1. A word above entry n says x &gt; n, one below says
    /// x &lt;= n, and an equal one says nothing yet.
    /// </summary>
    public ulong[] Thresholds { get; }

    /// <summary>The x that a word stands for, with as many further random bits as it takes.</summary>
    public int Decide(ulong word, RandomSource source)
    {
        BigInteger drawn = word;
        for (int bits = 128; ; bits += 64)
        {
            drawn = (drawn << 64) | FreshBits.Word(source);
            (BigInteger Low, BigInteger High)[] cumulative = Cumulative(bits);
            for (int x = 0; x < cumulative.Length; x++)
            {
                if (drawn + 1 <= cumulative[x].Low)
                {
                    return x;
                }

                if (drawn < cumulative[x].High)
                {
                    break; // within the interval: the next 64 bits decide
                }
            }
        }
    }

    /// <summary>2^bits P(x &lt;= n) between two numbers, until less than 2^-bits is left.</summary>
    private (BigInteger Low, BigInteger High)[] Cumulative(int bits)
    {
        int fraction = bits + Guard;
        var weights = new List<(BigInteger Low, BigInteger High)>();
        BigInteger lowTotal = BigInteger.Zero, highTotal = BigInteger.Zero;
        for (BigInteger x = 0; ; x++)
        {
            (BigInteger low, BigInteger high) = ExactExponential.Of(x * x * _numerator, _denominator, fraction);
            weights.Add((low, high));
            lowTotal += low;
            highTotal += high;
            if (high <= 2)
            {
                break;
            }
        }

        // What follows the last weight is less than as much again: each weight is less than half of the one before by then.
        highTotal += 4;
        var cumulative = new (BigInteger Low, BigInteger High)[weights.Count];
        BigInteger lowSum = BigInteger.Zero, highSum = BigInteger.Zero;
        for (int x = 0; x < weights.Count; x++)
        {
            lowSum += weights[x].Low;
            highSum += weights[x].High;
            BigInteger high = BigInteger.Min(((highSum << bits) / lowTotal) + 1, BigInteger.One << bits);
            cumulative[x] = ((lowSum << bits) / highTotal, high);
        }

        return cumulative;
    }
}

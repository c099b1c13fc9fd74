using System.Numerics;

namespace Consortium.Learning.Simulation;

/// <summary>A deterministic generator: the same seed gives the same numbers on every machine. Not for secrets.</summary>
/// <remarks>
/// xoshiro256** of Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators" (ACM TOMS 47, 2021), its state filled by
/// SplitMix64 as its authors advise. Only exact integer arithmetic and IEEE 754 addition, multiplication, division and square
/// root are used, never the platform's transcendental functions. A struct: pass it by reference.
/// </remarks>
internal struct SeededRandom
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>
    /// The generator numbered <paramref name="index"/> of a purpose: independent of all others of the same seed.
    /// </summary>
    public SeededRandom(ulong seed, ulong purpose = 0, long index = 0)
    {
        ulong state = seed;
        state = SplitMix(ref state) ^ purpose;
        state = SplitMix(ref state) ^ (ulong)index;
        _s0 = SplitMix(ref state);
        _s1 = SplitMix(ref state);
        _s2 = SplitMix(ref state);
        _s3 = SplitMix(ref state);
    }

    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>
    /// Uniform in [0, <paramref name="bound"/>), with a bias below 2^-32 (the product method without rejection).
    /// </summary>
    public int Below(int bound) => (int)Math.BigMul(NextUInt64(), (ulong)bound, out _);

    /// <summary>Uniform in [<paramref name="least"/>, <paramref name="most"/>], both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double Uniform() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    public bool Chance(double probability) => Uniform() < probability;

    /// <summary>Standard normal, by Marsaglia's polar method.</summary>
    public double Normal()
    {
        while (true)
        {
            double x = 2 * Uniform() - 1, y = 2 * Uniform() - 1;
            double square = x * x + y * y;
            if (square is > 0 and < 1)
            {
                return x * Math.Sqrt(-2 * ExactMath.Log(square) / square);
            }
        }
    }

    /// <summary>Log-normal with the given median and standard deviation of the logarithm.</summary>
    public double LogNormal(double median, double sigma) => median * ExactMath.Exp(sigma * Normal());

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}

using System.Diagnostics;
using System.Numerics;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>
/// The fifth prime, which only SEAL's keys have: the next below our four that is 1 mod 2N. Its transform is scalar and of no
/// concern to speed; it is of constant time, for what it transforms is a key.
/// </summary>
internal static class KeyLevelPrime
{
    public const uint Value = 133881857;

    /// <summary>psi^bitrev(i), psi the smallest primitive 2N-th root of unity, and floor(that * 2^32 / q) (Shoup).</summary>
    private static readonly (uint Factor, uint Quotient)[] Roots = MakeRoots();

    /// <summary>Word i = poly(psi^(2*bitrev(i)+1)).</summary>
    /// <param name="coefficients">4096, each of absolute value below the prime.</param>
    /// <param name="destination">4096 words.</param>
    public static void Transform(ReadOnlySpan<int> coefficients, Span<uint> destination)
    {
        Debug.Assert(coefficients.Length == RnsBasis.Degree && destination.Length == RnsBasis.Degree);
        for (int i = 0; i < coefficients.Length; i++)
        {
            destination[i] = (uint)(coefficients[i] + ((coefficients[i] >> 31) & (int)Value));
        }

        for (int blocks = 1, distance = RnsBasis.Degree / 2; distance >= 1; blocks <<= 1, distance >>= 1)
        {
            for (int block = 0; block < blocks; block++)
            {
                (uint factor, uint quotient) = Roots[blocks + block];
                int start = 2 * distance * block;
                for (int i = start; i < start + distance; i++)
                {
                    uint left = destination[i], right = destination[i + distance];
                    uint high = (uint)(((ulong)quotient * right) >> 32);
                    uint product = Reduce((factor * right) - (high * Value));
                    destination[i] = Reduce(left + product);
                    destination[i + distance] = Reduce(left + Value - product);
                }
            }
        }
    }

    // From [0, 2q) to [0, q), without a branch: the difference wraps when the word was below q.
    private static uint Reduce(uint word)
    {
        uint difference = word - Value;
        return difference + (Value & (uint)((int)difference >> 31));
    }

    private static (uint Factor, uint Quotient)[] MakeRoots()
    {
        BigInteger psi = SmallestRoot();
        var roots = new (uint, uint)[RnsBasis.Degree];
        for (int i = 0; i < roots.Length; i++)
        {
            int reversed = 0;
            for (int bit = 1; bit < RnsBasis.Degree; bit <<= 1)
            {
                reversed = (reversed << 1) | ((i & bit) != 0 ? 1 : 0);
            }

            uint factor = (uint)BigInteger.ModPow(psi, reversed, Value);
            roots[i] = (factor, (uint)(((ulong)factor << 32) / Value));
        }

        return roots;
    }

    private static BigInteger SmallestRoot()
    {
        const int Order = 2 * RnsBasis.Degree;
        BigInteger root = Enumerable.Range(2, int.MaxValue - 2)
            .Select(candidate => BigInteger.ModPow(candidate, (Value - 1) / Order, Value))
            .First(power => BigInteger.ModPow(power, Order / 2, Value) == Value - 1);

        // The primitive roots of this order are the odd powers of any one of them.
        BigInteger square = root * root % Value, smallest = root;
        for (int i = 1; i < Order / 2; i++)
        {
            root = root * square % Value;
            smallest = BigInteger.Min(smallest, root);
        }

        return smallest;
    }
}

namespace Consortium.Cryptography.Arithmetic;

/// <summary>A prime just below 2^27. Residues are 32-bit words, so 32 of them add up without a carry out of the word.</summary>
/// <remarks>
/// Scalar arithmetic for tables, checks and reference paths; the vector kernels inline their own. Immutable, thread-safe.
/// </remarks>
public sealed class Modulus
{
    /// <summary>Bits of a canonical residue on the wire.</summary>
    public const int Bits = 27;

    /// <summary>
    /// Largest distance of the prime from 2^27 for which one fold brings any 32-bit word below 1.1 times the prime.
    /// </summary>
    private const uint LargestComplement = 1u << 18;

    /// <param name="value">A prime in (2^27 - 2^18, 2^27).</param>
    /// <exception cref="ArgumentOutOfRangeException">The value lies outside that range.</exception>
    public Modulus(uint value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, 1u << Bits);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, (1u << Bits) - LargestComplement);
        Value = value;
        Complement = (1u << Bits) - value;
    }

    public uint Value { get; }

    /// <summary>
    /// 2^27 minus the prime: x = (x &gt;&gt; 27) * 2^27 + low is congruent to (x &gt;&gt; 27) * Complement + low.
    /// </summary>
    internal uint Complement { get; }

    internal uint Add(uint left, uint right)
    {
        uint sum = left + right;
        return sum >= Value ? sum - Value : sum;
    }

    internal uint Subtract(uint left, uint right) => left >= right ? left - right : left + Value - right;

    internal uint Multiply(uint left, uint right) => (uint)((ulong)left * right % Value);

    /// <summary>The residue of any 64-bit word.</summary>
    internal uint Reduce(ulong value) => (uint)(value % Value);

    /// <summary>The residue of a signed word.</summary>
    internal uint Reduce(long value)
    {
        long remainder = value % Value;
        return (uint)(remainder < 0 ? remainder + Value : remainder);
    }

    internal uint Reduce(UInt128 value) => (uint)(value % Value);

    /// <summary>Square and multiply; variable time in the exponent, which is public.</summary>
    internal uint Power(uint value, uint exponent)
    {
        uint result = 1;
        for (; exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
            {
                result = Multiply(result, value);
            }

            value = Multiply(value, value);
        }

        return result;
    }

    internal uint Invert(uint value) => Power(value, Value - 2);

    /// <summary>floor(factor * 2^32 / q), which turns multiplication by a fixed factor into two high products (Shoup).</summary>
    internal uint ShoupQuotient(uint factor) => (uint)(((ulong)factor << 32) / Value);

    /// <summary>The smallest primitive root of unity of the given order, a power of two: SEAL's choice.</summary>
    /// <exception cref="ArgumentException">The order does not divide q - 1.</exception>
    internal uint SmallestPrimitiveRoot(uint order)
    {
        if ((Value - 1) % order != 0)
        {
            throw new ArgumentException($"Order {order} does not divide {Value} - 1.", nameof(order));
        }

        uint root = 0;
        for (uint candidate = 2; root == 0; candidate++)
        {
            uint power = Power(candidate, (Value - 1) / order);
            root = Power(power, order / 2) == Value - 1 ? power : 0;
        }

        // The primitive roots of this order are the odd powers of any one of them.
        uint square = Multiply(root, root), smallest = root;
        for (uint i = 0; i < order / 2; i++, root = Multiply(root, square))
        {
            smallest = Math.Min(smallest, root);
        }

        return smallest;
    }
}

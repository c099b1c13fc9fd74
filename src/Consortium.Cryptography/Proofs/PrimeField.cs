using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sharing;

namespace Consortium.Cryptography.Proofs;

/// <summary>
/// The integers modulo a prime below 2^27, all elements reduced. Values may be secret: no operation branches on them or divides
/// them, unless its name says so. Immutable.
/// </summary>
internal sealed class PrimeField
{
    /// <summary>
    /// The field of key shares, then those of the ring's primes in order: the order of everything that is kept for each field.
    /// </summary>
    public static readonly PrimeField[] All =
    [
        new(ShareField.P), .. RnsBasis.Moduli.Select(modulus => new PrimeField(modulus.Value)),
    ];

    private readonly ulong _reciprocal;
    private readonly uint _twoTo64;

    private PrimeField(uint prime)
    {
        Prime = prime;
        _reciprocal = ulong.MaxValue / prime;
        _twoTo64 = (uint)((ulong.MaxValue % prime) + 1);
    }

    public uint Prime { get; }

    /// <summary>By Barrett: the quotient falls short of the true one by at most one.</summary>
    public uint Reduce(ulong value) => SubtractOnce((uint)(value - (Math.BigMul(value, _reciprocal, out _) * Prime)));

    public uint Reduce(UInt128 value) => Reduce(((ulong)Reduce((ulong)(value >> 64)) * _twoTo64) + Reduce((ulong)value));

    /// <summary>Of a sum of at most 8,192 elements, added or subtracted.</summary>
    public uint ReduceSum(long sum) => Reduce((ulong)(sum + ((long)Prime << 13)));

    /// <param name="value">Of magnitude below the prime.</param>
    public uint FromSigned(int value) => (uint)(value + ((value >> 31) & (int)Prime));

    public uint Add(uint left, uint right) => SubtractOnce(left + right);

    public uint Subtract(uint left, uint right) => SubtractOnce(left + Prime - right);

    public uint Multiply(uint left, uint right) => Reduce((ulong)left * right);

    public uint Dot(ReadOnlySpan<uint> left, ReadOnlySpan<uint> right)
    {
        // Products are below 2^54, so 512 of them and a remainder fit.
        ulong sum = 0;
        for (int i = 0; i < left.Length; i++)
        {
            sum += (ulong)left[i] * right[i];
            if ((i & 511) == 511)
            {
                sum = Reduce(sum);
            }
        }

        return Reduce(sum);
    }

    /// <summary>Square and multiply. Takes public values only.</summary>
    public uint InvertVariableTime(uint value)
    {
        uint result = 1;
        for (uint exponent = Prime - 2; exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
            {
                result = Multiply(result, value);
            }

            value = Multiply(value, value);
        }

        return result;
    }

    private uint SubtractOnce(uint value)
    {
        uint difference = value - Prime;
        return difference + (Prime & (uint)((int)difference >> 31));
    }
}

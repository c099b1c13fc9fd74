using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Proofs;

/// <summary>Integers mod q from their residues, and their digits, without a branch on or a division of what they are.</summary>
internal static class ResidueNumber
{
    /// <summary>q_i^-1 mod q_j at [j][i], i &lt; j.</summary>
    private static readonly uint[][] Inverses = [.. Enumerable.Range(0, RnsBasis.PrimeCount).Select(j =>
        Enumerable.Range(0, j).Select(i => Field(j).InvertVariableTime(Field(j).Reduce((ulong)Field(i).Prime))).ToArray())];

    /// <summary>The integer in [0, q) with these residues, by Garner.</summary>
    public static UInt128 Lift(ReadOnlySpan<uint> residues)
    {
        Span<uint> digits = stackalloc uint[RnsBasis.PrimeCount];
        UInt128 value = 0, product = 1;
        for (int j = 0; j < RnsBasis.PrimeCount; j++)
        {
            uint digit = residues[j];
            for (int i = 0; i < j; i++)
            {
                digit = Field(j).Multiply(Field(j).Subtract(digit, Field(j).Reduce((ulong)digits[i])), Inverses[j][i]);
            }

            digits[j] = digit;
            value += product * digit;
            product *= Field(j).Prime;
        }

        digits.Clear();
        return value;
    }

    /// <summary>The integer nearest 0 with these residues. What is centred is about to be published: time may vary.</summary>
    public static Int128 LiftCentred(ReadOnlySpan<uint> residues)
    {
        UInt128 value = Lift(residues);
        return value > RnsBasis.Product / 2 ? (Int128)value - (Int128)RnsBasis.Product : (Int128)value;
    }

    /// <summary>Splits off the lowest digit, bit after bit.</summary>
    /// <param name="value">Below 2^127; its quotient on return.</param>
    /// <param name="radix">What to divide by.</param>
    public static ulong TakeDigit(ref UInt128 value, ulong radix)
    {
        UInt128 quotient = 0, remainder = 0;
        for (int bit = 127; bit >= 0; bit--)
        {
            UInt128 difference = ((remainder << 1) | ((value >> bit) & 1)) - radix;
            UInt128 isLess = difference >> 127;
            remainder = difference + ((UInt128.Zero - isLess) & radix);
            quotient = (quotient << 1) | (isLess ^ 1);
        }

        value = quotient;
        return (ulong)remainder;
    }

    private static PrimeField Field(int prime) => PrimeField.All[1 + prime];
}

namespace Consortium.Cryptography.Ballots;

/// <summary>
/// The integers modulo a 256-bit prime, in Montgomery's form (Mathematics of Computation 44, 1985): an element a stands as
/// a * 2^256. No operation but those that say so has a branch or index that depends on an element.
/// </summary>
internal sealed class MontgomeryField
{
    private readonly ulong _negativeInverse;
    private readonly Word256 _square;
    private readonly Word256 _inversion;

    private MontgomeryField(Word256 modulus)
    {
        Modulus = modulus;
        ulong inverse = 1;
        for (int i = 0; i < 6; i++)
        {
            inverse *= 2 - (modulus.W0 * inverse);
        }

        _negativeInverse = 0 - inverse;
        Word256 power = Word256.Of(1);
        for (int i = 0; i < 512; i++)
        {
            power = Add(power, power);
            One = i == 255 ? power : One;
        }

        _square = power;
        _inversion = Word256.Subtract(modulus, Word256.Of(2), out _);
    }

    /// <summary>The field of the coordinates of curve P-256 (FIPS 186-5).</summary>
    public static MontgomeryField Coordinates { get; } =
        new(new(0xFFFFFFFFFFFFFFFF, 0x00000000FFFFFFFF, 0x0000000000000000, 0xFFFFFFFF00000001));

    /// <summary>The integers modulo the order of curve P-256, which are what is shared.</summary>
    public static MontgomeryField Scalars { get; } =
        new(new(0xF3B9CAC2FC632551, 0xBCE6FAADA7179E84, 0xFFFFFFFFFFFFFFFF, 0xFFFFFFFF00000000));

    public Word256 Modulus { get; }

    public Word256 One { get; }

    public Word256 Of(ulong value) => Enter(Word256.Of(value));

    /// <summary>The element of a number of any size below 2^256.</summary>
    public Word256 Enter(in Word256 number) => Multiply(number, _square);

    /// <summary>The number, below the modulus, that an element stands for.</summary>
    public Word256 Leave(in Word256 element) => Multiply(element, Word256.Of(1));

    public bool IsBelowModulus(in Word256 number)
    {
        Word256.Subtract(number, Modulus, out ulong borrow);
        return borrow == 1;
    }

    public Word256 Add(in Word256 a, in Word256 b)
    {
        Word256 sum = Word256.Add(a, b, out ulong carry);
        Word256 reduced = Word256.Subtract(sum, Modulus, out ulong borrow);
        return Word256.Select(0 - (borrow & ~carry & 1), sum, reduced);
    }

    public Word256 Subtract(in Word256 a, in Word256 b)
    {
        Word256 difference = Word256.Subtract(a, b, out ulong borrow);
        return Word256.Select(0 - borrow, Word256.Add(difference, Modulus, out _), difference);
    }

    public Word256 Negate(in Word256 a) => Subtract(default, a);

    public Word256 Multiply(in Word256 a, in Word256 b)
    {
        ulong t0 = 0, t1 = 0, t2 = 0, t3 = 0, t4 = 0;
        for (int i = 0; i < 4; i++)
        {
            ulong word = i switch { 0 => b.W0, 1 => b.W1, 2 => b.W2, _ => b.W3 };
            ulong carry = 0;
            t0 = MultiplyAdd(a.W0, word, t0, ref carry);
            t1 = MultiplyAdd(a.W1, word, t1, ref carry);
            t2 = MultiplyAdd(a.W2, word, t2, ref carry);
            t3 = MultiplyAdd(a.W3, word, t3, ref carry);
            UInt128 top = (UInt128)t4 + carry;

            ulong factor = t0 * _negativeInverse;
            carry = 0;
            MultiplyAdd(factor, Modulus.W0, t0, ref carry);
            t0 = MultiplyAdd(factor, Modulus.W1, t1, ref carry);
            t1 = MultiplyAdd(factor, Modulus.W2, t2, ref carry);
            t2 = MultiplyAdd(factor, Modulus.W3, t3, ref carry);
            top += carry;
            t3 = (ulong)top;
            t4 = (ulong)(top >> 64);
        }

        Word256 product = new(t0, t1, t2, t3);
        Word256 reduced = Word256.Subtract(product, Modulus, out ulong borrow);
        return Word256.Select(0 - (borrow & ~t4 & 1), product, reduced);
    }

    /// <summary>0 gives 0.</summary>
    public Word256 Invert(in Word256 a) => PowerOfPublic(a, _inversion);

    /// <summary>The element to a power that is public.</summary>
    public Word256 PowerOfPublic(in Word256 a, in Word256 power)
    {
        Word256 result = One;
        for (int bit = 255; bit >= 0; bit--)
        {
            result = Multiply(result, result);
            result = power.Bits(bit, 1) == 1 ? Multiply(result, a) : result;
        }

        return result;
    }

    private static ulong MultiplyAdd(ulong a, ulong b, ulong addend, ref ulong carry)
    {
        UInt128 sum = Math.BigMul(a, b) + addend + carry;
        carry = (ulong)(sum >> 64);
        return (ulong)sum;
    }
}

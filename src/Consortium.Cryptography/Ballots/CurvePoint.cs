using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Consortium.Cryptography.Ballots;

/// <summary>
/// A point of curve P-256 in homogeneous coordinates. Sums are by the complete formulas of Renes, Costello and Batina (Eurocrypt
/// 2016, algorithm 4): no case is special, so none shows.
/// </summary>
internal readonly struct CurvePoint
{
    public const int Length = 33;

    private static readonly MontgomeryField Field = MontgomeryField.Coordinates;

    private static readonly Word256 B = Field.Enter(
        new(0x3BCE3C3E27D2604B, 0x651D06B0CC53B0F6, 0xB3EBBD55769886BC, 0x5AC635D8AA3A93E7));

    /// <summary>(p + 1) / 4: to this power a square gives its root.</summary>
    private static readonly Word256 RootPower =
        new(0x0000000000000000, 0x0000000040000000, 0x4000000000000000, 0x3FFFFFFFC0000000);

    private readonly Word256 _x, _y, _z;

    private CurvePoint(in Word256 x, in Word256 y, in Word256 z) => (_x, _y, _z) = (x, y, z);

    /// <summary>The sum of no points.</summary>
    public static CurvePoint Identity { get; } = new(default, Field.One, default);

    /// <summary>The curve's base point: what a choice counts.</summary>
    public static CurvePoint G { get; } = new(
        Field.Enter(new(0xF4A13945D898C296, 0x77037D812DEB33A0, 0xF8BCE6E563A440F2, 0x6B17D1F2E12C4247)),
        Field.Enter(new(0xCBB6406837BF51F5, 0x2BCE33576B315ECE, 0x8EE7EB4A7C0F9E16, 0x4FE342E2FE1A7F9B)),
        Field.One);

    /// <summary>
    /// A point of which nobody knows what multiple of <see cref="G"/> it is: the first x coordinate among SHA-256 of a label and
    /// a counter.
    /// </summary>
    public static CurvePoint H { get; } = Find("consortium ballot blinding point v1"u8);

    public static CurvePoint operator +(in CurvePoint a, in CurvePoint b)
    {
        Word256 xx = Field.Multiply(a._x, b._x);
        Word256 yy = Field.Multiply(a._y, b._y);
        Word256 zz = Field.Multiply(a._z, b._z);
        Word256 xy = Field.Subtract(
            Field.Multiply(Field.Add(a._x, a._y), Field.Add(b._x, b._y)), Field.Add(xx, yy));
        Word256 yz = Field.Subtract(
            Field.Multiply(Field.Add(a._y, a._z), Field.Add(b._y, b._z)), Field.Add(yy, zz));
        Word256 xz = Field.Subtract(
            Field.Multiply(Field.Add(a._x, a._z), Field.Add(b._x, b._z)), Field.Add(xx, zz));
        Word256 left = Triple(Field.Subtract(xz, Field.Multiply(B, zz)));
        Word256 below = Field.Subtract(yy, left);
        Word256 above = Field.Add(yy, left);
        Word256 tripledZ = Triple(zz);
        Word256 mixed = Triple(Field.Subtract(Field.Subtract(Field.Multiply(B, xz), tripledZ), xx));
        Word256 slope = Field.Subtract(Triple(xx), tripledZ);
        return new CurvePoint(
            Field.Subtract(Field.Multiply(xy, above), Field.Multiply(yz, mixed)),
            Field.Add(Field.Multiply(above, below), Field.Multiply(slope, mixed)),
            Field.Add(Field.Multiply(yz, below), Field.Multiply(xy, slope)));
    }

    public static CurvePoint operator -(in CurvePoint a) => new(a._x, Field.Negate(a._y), a._z);

    public static CurvePoint operator -(in CurvePoint a, in CurvePoint b) => a + (-b);

    /// <summary>A multiple by a number below 2^256, in the same time whatever the number.</summary>
    public CurvePoint Times(in Word256 number)
    {
        const int Window = 4;
        Span<CurvePoint> multiples = stackalloc CurvePoint[1 << Window];
        Multiples(multiples);
        CurvePoint product = Identity;
        for (int bit = 256 - Window; bit >= 0; bit -= Window)
        {
            for (int i = 0; i < Window; i++)
            {
                product += product;
            }

            product += Take(multiples, number.Bits(bit, Window));
        }

        multiples.Clear();
        return product;
    }

    /// <summary>This point 0, 1, 2, ... times.</summary>
    public void Multiples(Span<CurvePoint> destination)
    {
        destination[0] = Identity;
        for (int i = 1; i < destination.Length; i++)
        {
            destination[i] = destination[i - 1] + this;
        }
    }

    /// <summary>One of some points, whose place shows in no branch or index.</summary>
    public static CurvePoint Take(ReadOnlySpan<CurvePoint> points, ulong place)
    {
        CurvePoint taken = points[0];
        for (int i = 1; i < points.Length; i++)
        {
            ulong difference = place ^ (ulong)i;
            taken = Select(((difference | (0 - difference)) >> 63) - 1, points[i], taken);
        }

        return taken;
    }

    /// <summary>A multiple by a small number that is public.</summary>
    public CurvePoint TimesPublic(int number)
    {
        CurvePoint product = Identity;
        for (int bit = 30; bit >= 0; bit--)
        {
            product += product;
            product = ((number >> bit) & 1) == 1 ? product + this : product;
        }

        return product;
    }

    /// <summary><paramref name="mask"/> all ones takes <paramref name="a"/>, 0 takes <paramref name="b"/>.</summary>
    public static CurvePoint Select(ulong mask, in CurvePoint a, in CurvePoint b) => new(
        Word256.Select(mask, a._x, b._x), Word256.Select(mask, a._y, b._y), Word256.Select(mask, a._z, b._z));

    /// <summary>Whether both are one point.</summary>
    public bool Is(in CurvePoint other) =>
        Field.Multiply(_x, other._z) == Field.Multiply(other._x, _z)
        && Field.Multiply(_y, other._z) == Field.Multiply(other._y, _z);

    /// <summary>SEC 1's compressed form. The identity has none, and is written as 33 zeros, which nobody reads.</summary>
    public void Write(Span<byte> destination)
    {
        Word256 inverse = Field.Invert(_z);
        Word256 y = Field.Leave(Field.Multiply(_y, inverse));
        Field.Leave(Field.Multiply(_x, inverse)).Write(destination[1..]);
        destination[1..Length].Reverse();
        destination[0] = (byte)((2 + (y.W0 & 1)) * (_z == default ? 0u : 1u));
    }

    /// <summary>False when the 33 bytes are no point's compressed form.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out CurvePoint point)
    {
        Span<byte> reversed = stackalloc byte[Word256.Length];
        bytes[1..Length].CopyTo(reversed);
        reversed.Reverse();
        point = Identity;
        Word256 number = Word256.Read(reversed);
        return bytes[0] is 2 or 3 && Field.IsBelowModulus(number) && TryFind(number, bytes[0] & 1u, out point);
    }

    private static CurvePoint Find(ReadOnlySpan<byte> label)
    {
        Span<byte> input = stackalloc byte[label.Length + 1];
        label.CopyTo(input);
        Span<byte> hash = stackalloc byte[Word256.Length];
        for (byte counter = 0; ; counter++)
        {
            input[^1] = counter;
            SHA256.HashData(input, hash);
            Word256 number = Word256.Read(hash);
            if (Field.IsBelowModulus(number) && TryFind(number, 0, out CurvePoint point))
            {
                return point;
            }
        }
    }

    private static bool TryFind(in Word256 number, ulong parity, out CurvePoint point)
    {
        Word256 x = Field.Enter(number);
        Word256 square = Field.Add(Field.Multiply(x, Field.Subtract(Field.Multiply(x, x), Field.Of(3))), B);
        Word256 y = Field.PowerOfPublic(square, RootPower);
        y = (Field.Leave(y).W0 & 1) == parity ? y : Field.Negate(y);
        point = new CurvePoint(x, y, Field.One);
        return Field.Multiply(y, y) == square;
    }

    private static Word256 Triple(in Word256 a) => Field.Add(Field.Add(a, a), a);
}

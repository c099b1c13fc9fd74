using System.Buffers.Binary;

namespace Consortium.Cryptography.Ballots;

/// <summary>A 256-bit number in four words, the lowest first.</summary>
internal readonly record struct Word256(ulong W0, ulong W1, ulong W2, ulong W3)
{
    public const int Length = 32;

    public static Word256 Of(ulong value) => new(value, 0, 0, 0);

    /// <summary>Reads 32 bytes, the lowest first.</summary>
    public static Word256 Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, W0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], W1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], W2);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], W3);
    }

    /// <summary>The bit at a place from 0 to 255.</summary>
    public ulong Bits(int at, int count)
    {
        ulong word = at switch { < 64 => W0, < 128 => W1, < 192 => W2, _ => W3 };
        return (word >> (at & 63)) & ((1ul << count) - 1);
    }

    /// <summary><paramref name="mask"/> all ones takes <paramref name="a"/>, 0 takes <paramref name="b"/>.</summary>
    public static Word256 Select(ulong mask, in Word256 a, in Word256 b) => new(
        (a.W0 & mask) | (b.W0 & ~mask),
        (a.W1 & mask) | (b.W1 & ~mask),
        (a.W2 & mask) | (b.W2 & ~mask),
        (a.W3 & mask) | (b.W3 & ~mask));

    /// <summary>The difference modulo 2^256; <paramref name="borrow"/> is 1 when it is below 0.</summary>
    public static Word256 Subtract(in Word256 a, in Word256 b, out ulong borrow)
    {
        borrow = 0;
        return new Word256(
            SubtractWord(a.W0, b.W0, ref borrow),
            SubtractWord(a.W1, b.W1, ref borrow),
            SubtractWord(a.W2, b.W2, ref borrow),
            SubtractWord(a.W3, b.W3, ref borrow));
    }

    /// <summary>The sum modulo 2^256; <paramref name="carry"/> is 1 when it is beyond.</summary>
    public static Word256 Add(in Word256 a, in Word256 b, out ulong carry)
    {
        carry = 0;
        return new Word256(
            AddWord(a.W0, b.W0, ref carry),
            AddWord(a.W1, b.W1, ref carry),
            AddWord(a.W2, b.W2, ref carry),
            AddWord(a.W3, b.W3, ref carry));
    }

    private static ulong AddWord(ulong a, ulong b, ref ulong carry)
    {
        UInt128 sum = (UInt128)a + b + carry;
        carry = (ulong)(sum >> 64);
        return (ulong)sum;
    }

    private static ulong SubtractWord(ulong a, ulong b, ref ulong borrow)
    {
        UInt128 difference = (UInt128)a - b - borrow;
        borrow = (ulong)(difference >> 64) & 1;
        return (ulong)difference;
    }
}

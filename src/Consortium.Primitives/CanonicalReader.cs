using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Consortium.Primitives;

/// <summary>
/// Reads what <see cref="CanonicalWriter"/> wrote, from bytes that anyone may have sent. It rejects, with <see
/// cref="MalformedDataException"/>, whatever the writer would not have written, so that decoding and encoding again gives the
/// same bytes. Every length is compared with the bytes that are left before anything is allocated.
/// </summary>
public ref struct CanonicalReader
{
    private readonly string _subject;
    private readonly ReadOnlyMemory<byte> _memory;
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>A reader whose byte strings are copies.</summary>
    public CanonicalReader(string subject, ReadOnlySpan<byte> bytes)
    {
        _subject = subject;
        _bytes = bytes;
    }

    /// <summary>A reader whose byte strings alias <paramref name="bytes"/>.</summary>
    /// <param name="subject">What is being read, for messages.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="limits">See <see cref="LimitsOfTerms"/>.</param>
    public CanonicalReader(string subject, ReadOnlyMemory<byte> bytes, object? limits = null)
    {
        _subject = subject;
        _memory = bytes;
        _bytes = bytes.Span;
        LimitsOfTerms = limits;
    }

    /// <summary>
    /// The limits of the terms that another project adds to this reader by extension members. This project knows no such terms,
    /// so it carries the limits without a type; the extensions give them one.
    /// </summary>
    public readonly object? LimitsOfTerms { get; }

    public int Offset { get; private set; }

    public readonly int Remaining => _bytes.Length - Offset;

    public byte UInt8() => Span(1, "one byte")[0];

    public int UInt8(int minimum, int maximum, string what) => InRange(UInt8(), minimum, maximum, what, 1);

    public bool Bool() => UInt8(0, 1, "a flag") == 1;

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Span(2, "two bytes"));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Span(4, "four bytes"));

    public int Int32(int minimum, int maximum, string what) => InRange(Int32(), minimum, maximum, what, 4);

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Span(8, "eight bytes"));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Span(8, "eight bytes"));

    public float Single() => BinaryPrimitives.ReadSingleLittleEndian(Span(4, "four bytes"));

    public double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Span(8, "eight bytes"));

    /// <summary>A number that is neither NaN nor infinite.</summary>
    public double Finite()
    {
        int at = Offset;
        double value = Double();
        return double.IsFinite(value)
            ? value
            : throw Malformed(at, "a finite number", value.ToString(CultureInfo.InvariantCulture));
    }

    public Digest Digest() => new(Span(Primitives.Digest.Length, "a digest of 32 bytes"));

    public string Ascii(int maximumLength, string what)
    {
        int at = Offset;
        ReadOnlySpan<byte> bytes = Span(UInt8(1, maximumLength, $"the length of {what}"), what);
        return bytes.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0
            ? Encoding.ASCII.GetString(bytes)
            : throw Malformed(at, $"{what} in printable ASCII", "other bytes");
    }

    /// <summary>Text that may end in a log or on a terminal: valid UTF-8 without control characters.</summary>
    public string Text()
    {
        int at = Offset;
        int length = UInt16();
        if (length > CanonicalWriter.MaximumTextBytes)
        {
            throw Malformed(at, $"at most {CanonicalWriter.MaximumTextBytes} bytes of text", $"{length}");
        }

        ReadOnlySpan<byte> bytes = Span(length, "text");
        if (!Utf8.IsValid(bytes))
        {
            throw Malformed(at, "valid UTF-8", "other bytes");
        }

        string text = Encoding.UTF8.GetString(bytes);
        foreach (char c in text)
        {
            if (char.IsControl(c))
            {
                throw Malformed(at, "text without control characters", $"U+{(int)c:X4}");
            }
        }

        return text;
    }

    /// <summary>What <see cref="CanonicalWriter.Bytes"/> wrote.</summary>
    public ReadOnlyMemory<byte> Bytes(int maximum, string what) => Raw(Int32(0, maximum, $"the length of {what}"), what);

    /// <summary>The next <paramref name="length"/> bytes.</summary>
    public ReadOnlyMemory<byte> Raw(int length, string what)
    {
        int at = Offset;
        ReadOnlySpan<byte> taken = Span(length, what);
        return _memory.IsEmpty ? taken.ToArray() : _memory.Slice(at, length);
    }

    /// <summary>The next <paramref name="length"/> bytes, where the reader's own input has them.</summary>
    public ReadOnlySpan<byte> Span(int length, string what = "bytes")
    {
        if (length < 0 || length > Remaining)
        {
            throw Malformed(Offset, what, $"the end after {Remaining} of {length} bytes");
        }

        ReadOnlySpan<byte> taken = _bytes.Slice(Offset, length);
        Offset += length;
        return taken;
    }

    public void Expect(ReadOnlySpan<byte> mark)
    {
        int at = Offset;
        if (!Span(mark.Length, "a mark").SequenceEqual(mark))
        {
            throw Malformed(at, $"the mark {Encoding.ASCII.GetString(mark)}", "other bytes");
        }
    }

    public bool[] Bools()
    {
        var values = new bool[Count(1)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Bool();
        }

        return values;
    }

    public int[] Int32s()
    {
        var values = new int[Count(sizeof(int))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Int32();
        }

        return values;
    }

    public long[] Int64s()
    {
        int count = Count(sizeof(long));
        if (BitConverter.IsLittleEndian)
        {
            return MemoryMarshal.Cast<byte, long>(Span(count * sizeof(long))).ToArray();
        }

        var values = new long[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Int64();
        }

        return values;
    }

    public float[] Singles()
    {
        var values = new float[Count(sizeof(float))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Single();
        }

        return values;
    }

    /// <summary>Numbers of which each is <see cref="Finite"/>.</summary>
    public double[] Doubles()
    {
        var values = new double[Count(sizeof(double))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Finite();
        }

        return values;
    }

    /// <summary>A number of items to follow, each of at least <paramref name="smallest"/> bytes.</summary>
    public int Count(int maximum, int smallest, string what)
    {
        int at = Offset;
        int count = Int32(0, maximum, $"a number of {what}");
        return (long)count * smallest <= Remaining
            ? count
            : throw Malformed(at, $"at most {Remaining / smallest} {what} in the {Remaining} bytes that follow", $"{count}");
    }

    public readonly void End()
    {
        if (Remaining != 0)
        {
            throw Malformed(Offset, "the end", $"{Remaining} more bytes");
        }
    }

    /// <summary>Throws unless <paramref name="condition"/> holds for what was just read.</summary>
    public readonly void Require(bool condition, string expected, long found)
    {
        if (!condition)
        {
            throw Malformed(expected, found);
        }
    }

    public readonly MalformedDataException Malformed(string expected, long found) =>
        Malformed(expected, found.ToString(CultureInfo.InvariantCulture));

    public readonly MalformedDataException Malformed(string expected, string found) => Malformed(Offset, expected, found);

    public readonly MalformedDataException Malformed(int offset, string expected, string found) =>
        new(_subject, offset, expected, found);

    private int Count(int elementSize) => Count(int.MaxValue, elementSize, "elements");

    private readonly int InRange(int value, int minimum, int maximum, string what, int width) =>
        value >= minimum && value <= maximum
            ? value
            : throw Malformed(Offset - width, $"{what} of {minimum} to {maximum}", value.ToString(CultureInfo.InvariantCulture));
}

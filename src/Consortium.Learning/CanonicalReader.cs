using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Consortium.Primitives;

namespace Consortium.Learning;

/// <summary>
/// Reads what <see cref="CanonicalWriter"/> wrote. Every length is held against the bytes that are left before anything is allocated;
/// whatever is not canonical is refused with <see cref="MalformedDataException"/>.
/// </summary>
public ref struct CanonicalReader(string subject, ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    public int Offset { get; private set; }

    public readonly MalformedDataException Malformed(string expected, string found) => new(subject, Offset, expected, found);

    public readonly MalformedDataException Malformed(string expected, long found) =>
        Malformed(expected, found.ToString(CultureInfo.InvariantCulture));

    public readonly void Require(bool condition, string expected, long found)
    {
        if (!condition)
        {
            throw Malformed(expected, found);
        }
    }

    public readonly void End() => Require(Offset == _bytes.Length, "the end", _bytes.Length - Offset);

    public ReadOnlySpan<byte> Bytes(int length)
    {
        Require(length >= 0 && length <= _bytes.Length - Offset, $"{length} bytes", _bytes.Length - Offset);
        ReadOnlySpan<byte> taken = _bytes.Slice(Offset, length);
        Offset += length;
        return taken;
    }

    public void Expect(ReadOnlySpan<byte> label)
    {
        if (!Bytes(label.Length).SequenceEqual(label))
        {
            throw Malformed("the label " + System.Text.Encoding.ASCII.GetString(label), "other bytes");
        }
    }

    public byte Byte() => Bytes(1)[0];

    public bool Bool()
    {
        byte value = Byte();
        Require(value <= 1, "0 or 1", value);
        return value == 1;
    }

    public int Int() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(sizeof(int)));

    /// <summary>An integer from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public int Int(int least, int most, string what)
    {
        int value = Int();
        Require(value >= least && value <= most, $"{what} from {least} to {most}", value);
        return value;
    }

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(sizeof(long)));

    public float Float() => BitConverter.Int32BitsToSingle(Int());

    public double Double() => BitConverter.Int64BitsToDouble(Long());

    /// <summary>A number that is neither NaN nor infinite.</summary>
    public double Finite()
    {
        double value = Double();
        if (!double.IsFinite(value))
        {
            throw Malformed("a finite number", value.ToString(CultureInfo.InvariantCulture));
        }

        return value;
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

    public int[] Ints()
    {
        var values = new int[Count(sizeof(int))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Int();
        }

        return values;
    }

    public long[] Longs()
    {
        int count = Count(sizeof(long));
        if (BitConverter.IsLittleEndian)
        {
            return MemoryMarshal.Cast<byte, long>(Bytes(count * sizeof(long))).ToArray();
        }

        var values = new long[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Long();
        }

        return values;
    }

    public float[] Floats()
    {
        var values = new float[Count(sizeof(float))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Float();
        }

        return values;
    }

    public double[] Doubles()
    {
        var values = new double[Count(sizeof(double))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Finite();
        }

        return values;
    }

    private int Count(int elementSize)
    {
        int count = Int();
        Require(count >= 0 && count <= (_bytes.Length - Offset) / elementSize, "as many elements as bytes follow", count);
        return count;
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Consortium.Primitives;

/// <summary>
/// Writes canonical bytes: fields in a fixed order, numbers little-endian, anything of varying size behind its length or count.
/// No two values of a type have the same bytes, and no value has two encodings.
/// </summary>
public sealed class CanonicalWriter
{
    public const int MaximumTextBytes = 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void UInt8(int value) => Claim(1)[0] = checked((byte)value);

    public void Bool(bool value) => UInt8(value ? 1 : 0);

    public void UInt16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Claim(2), checked((ushort)value));

    public void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Claim(4), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Claim(8), value);

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Claim(8), value);

    public void Single(float value) => BinaryPrimitives.WriteSingleLittleEndian(Claim(4), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Claim(8), value);

    public void Digest(Digest value) => value.CopyTo(Claim(Primitives.Digest.Length));

    /// <summary>A short ASCII word behind one byte of length.</summary>
    public void Ascii(string value)
    {
        UInt8(value.Length);
        Encoding.ASCII.GetBytes(value, Claim(value.Length));
    }

    /// <summary>Text for people, as UTF-8 behind two bytes of length.</summary>
    public void Text(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        if (length > MaximumTextBytes)
        {
            throw new ArgumentException($"Text has at most {MaximumTextBytes} bytes, not {length}.", nameof(value));
        }

        UInt16(length);
        Encoding.UTF8.GetBytes(value, Claim(length));
    }

    /// <summary>Bytes behind four bytes of length.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        Raw(value);
    }

    /// <summary>Bytes whose number the reader knows.</summary>
    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Claim(value.Length));

    public void Bools(ReadOnlySpan<bool> values)
    {
        Int32(values.Length);
        foreach (bool value in values)
        {
            Bool(value);
        }
    }

    public void Int32s(ReadOnlySpan<int> values)
    {
        Int32(values.Length);
        foreach (int value in values)
        {
            Int32(value);
        }
    }

    public void Int64s(ReadOnlySpan<long> values)
    {
        Int32(values.Length);
        if (BitConverter.IsLittleEndian)
        {
            Raw(MemoryMarshal.AsBytes(values));
            return;
        }

        foreach (long value in values)
        {
            Int64(value);
        }
    }

    public void Singles(ReadOnlySpan<float> values)
    {
        Int32(values.Length);
        foreach (float value in values)
        {
            Single(value);
        }
    }

    public void Doubles(ReadOnlySpan<double> values)
    {
        Int32(values.Length);
        foreach (double value in values)
        {
            Double(value);
        }
    }

    private Span<byte> Claim(int length)
    {
        if (length == 0)
        {
            return [];
        }

        Span<byte> span = _buffer.GetSpan(length)[..length];
        _buffer.Advance(length);
        return span;
    }
}

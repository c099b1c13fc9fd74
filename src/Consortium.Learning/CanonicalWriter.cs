using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Consortium.Learning;

/// <summary>Writes the one byte form of a plan, state or model: little-endian, fixed order, arrays with their length first.</summary>
public sealed class CanonicalWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    public void Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
    }

    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Int(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(sizeof(int)), value);
        _buffer.Advance(sizeof(int));
    }

    public void Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(sizeof(long)), value);
        _buffer.Advance(sizeof(long));
    }

    public void Float(float value) => Int(BitConverter.SingleToInt32Bits(value));

    public void Double(double value) => Long(BitConverter.DoubleToInt64Bits(value));

    public void Bytes(ReadOnlySpan<byte> value) => _buffer.Write(value);

    public void Bools(ReadOnlySpan<bool> values)
    {
        Int(values.Length);
        foreach (bool value in values)
        {
            Bool(value);
        }
    }

    public void Ints(ReadOnlySpan<int> values)
    {
        Int(values.Length);
        foreach (int value in values)
        {
            Int(value);
        }
    }

    public void Longs(ReadOnlySpan<long> values)
    {
        Int(values.Length);
        if (BitConverter.IsLittleEndian)
        {
            _buffer.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        foreach (long value in values)
        {
            Long(value);
        }
    }

    public void Floats(ReadOnlySpan<float> values)
    {
        Int(values.Length);
        foreach (float value in values)
        {
            Float(value);
        }
    }

    public void Doubles(ReadOnlySpan<double> values)
    {
        Int(values.Length);
        foreach (double value in values)
        {
            Double(value);
        }
    }
}

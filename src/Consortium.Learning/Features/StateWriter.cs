using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Consortium.Learning.Features;

/// <summary>Writes little-endian values to a stream and, at the end, the SHA-256 of all of them.</summary>
internal sealed class StateWriter(Stream stream) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _filled;

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int taken = Math.Min(bytes.Length, Room(1).Length);
            bytes[..taken].CopyTo(_buffer.AsSpan(_filled));
            _filled += taken;
            bytes = bytes[taken..];
        }
    }

    public void Byte(byte value)
    {
        Room(1)[0] = value;
        _filled++;
    }

    public void Int(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Room(sizeof(int)), value);
        _filled += sizeof(int);
    }

    public void ULong(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Room(sizeof(ulong)), value);
        _filled += sizeof(ulong);
    }

    public void Double(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), value);
        _filled += sizeof(double);
    }

    /// <summary>Length in bytes (uint16) and UTF-8.</summary>
    public void Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        BinaryPrimitives.WriteUInt16LittleEndian(Room(sizeof(ushort)), checked((ushort)utf8.Length));
        _filled += sizeof(ushort);
        Bytes(utf8);
    }

    public void Finish()
    {
        Drain();
        stream.Write(_hash.GetHashAndReset());
        stream.Flush();
    }

    public void Dispose() => _hash.Dispose();

    private Span<byte> Room(int bytes)
    {
        if (_buffer.Length - _filled < bytes)
        {
            Drain();
        }

        return _buffer.AsSpan(_filled);
    }

    private void Drain()
    {
        _hash.AppendData(_buffer, 0, _filled);
        stream.Write(_buffer, 0, _filled);
        _filled = 0;
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Consortium.Cryptography.Proofs;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Writes canonical bytes: fields in a fixed order, integers little-endian, anything of varying size behind its length or count.
/// No two values of a type have the same bytes, and no value has two encodings.
/// </summary>
public sealed class CanonicalWriter
{
    internal const int MaximumTextBytes = 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();

    internal void UInt8(int value) => Claim(1)[0] = checked((byte)value);

    internal void UInt16(int value) => BinaryPrimitives.WriteUInt16LittleEndian(Claim(2), checked((ushort)value));

    internal void Int32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Claim(4), value);

    internal void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Claim(8), value);

    internal void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Claim(8), value);

    internal void Digest(Digest value) => value.CopyTo(Claim(Primitives.Digest.Length));

    internal void Party(PartyId value) => Ascii(value.Name);

    internal void Attempt(AttemptId value)
    {
        Digest(value.Consortium.Value);
        Digest(value.Session.Value);
        Int32(value.Round.Value);
        Int32(value.Attempt.Value);
    }

    internal void Shape(UpdateShape value)
    {
        Int32(value.Values);
        UInt64(value.Levels);
        Int32(value.Chunks);
    }

    internal void Place(DisputedPlace value)
    {
        Int32(value.Chunk);
        Int32(value.Coefficient);
    }

    /// <summary>A short ASCII word behind one byte of length.</summary>
    internal void Ascii(string value)
    {
        UInt8(value.Length);
        Encoding.ASCII.GetBytes(value, Claim(value.Length));
    }

    /// <summary>Text for people, as UTF-8 behind two bytes of length.</summary>
    internal void Text(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        if (length > MaximumTextBytes)
        {
            throw new ArgumentException($"Text has at most {MaximumTextBytes} bytes, not {length}.", nameof(value));
        }

        UInt16(length);
        Encoding.UTF8.GetBytes(value, Claim(length));
    }

    internal void Bytes(ReadOnlySpan<byte> value)
    {
        Int32(value.Length);
        value.CopyTo(Claim(value.Length));
    }

    internal void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Claim(value.Length));

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

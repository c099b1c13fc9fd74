using System.Buffers.Binary;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>
/// Writes SEAL's bytes into a destination of the right length. Every header is stamped 4.1, which all 4.x read.
/// </summary>
internal ref struct SealWriter(Span<byte> destination)
{
    public const int ModulusLength = SealReader.HeaderLength + sizeof(ulong);

    private Span<byte> _rest = destination;

    /// <summary>Bytes of an array of <paramref name="count"/> words with its header.</summary>
    public static long ArrayLength(long count) => SealReader.HeaderLength + sizeof(ulong) + sizeof(ulong) * count;

    /// <exception cref="ArgumentException">The destination is not of the object's length.</exception>
    public static SealWriter Begin(Span<byte> destination, int byteLength)
    {
        if (destination.Length != byteLength)
        {
            throw new ArgumentException(
                $"{byteLength} bytes are needed; the destination has {destination.Length}.", nameof(destination));
        }

        var writer = new SealWriter(destination);
        writer.WriteHeader(byteLength);
        return writer;
    }

    public void WriteByte(byte value)
    {
        _rest[0] = value;
        _rest = _rest[1..];
    }

    public void WriteUInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_rest, value);
        _rest = _rest[sizeof(ulong)..];
    }

    public void WriteDouble(double value) => WriteUInt64(BitConverter.DoubleToUInt64Bits(value));

    public void WriteParametersId(SealParametersId id)
    {
        WriteUInt64(id.Word0);
        WriteUInt64(id.Word1);
        WriteUInt64(id.Word2);
        WriteUInt64(id.Word3);
    }

    public void WriteModulus(ulong value)
    {
        WriteHeader(ModulusLength);
        WriteUInt64(value);
    }

    public void WriteArray(ReadOnlySpan<ulong> words)
    {
        WriteHeader(ArrayLength(words.Length));
        WriteUInt64((ulong)words.Length);
        foreach (ulong word in words)
        {
            WriteUInt64(word);
        }
    }

    private void WriteHeader(long length)
    {
        ReadOnlySpan<byte> start = [0x5E, 0xA1, SealReader.HeaderLength, 4, 1, 0, 0, 0];
        start.CopyTo(_rest);
        _rest = _rest[start.Length..];
        WriteUInt64((ulong)length);
    }
}

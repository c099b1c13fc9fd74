using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Consortium.Primitives;

namespace Consortium.Learning.Features;

/// <summary>Reads what <see cref="StateWriter"/> wrote, from bytes that may be anyone's.</summary>
internal sealed class StateReader(Stream stream) : IDisposable
{
    private const string Subject = "feature state";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[1 << 16];
    private long _start;
    private int _at;
    private int _end;

    public long Offset => _start + _at;

    /// <summary>The next bytes, valid until the next read.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (_end - _at < count)
        {
            Refill(count);
        }

        ReadOnlySpan<byte> bytes = _buffer.AsSpan(_at, count);
        _at += count;
        return bytes;
    }

    public byte Byte() => Bytes(1)[0];

    /// <summary>A value of <paramref name="minimum"/> to <paramref name="maximum"/>.</summary>
    public int Int(int minimum, int maximum, string what)
    {
        int value = BinaryPrimitives.ReadInt32LittleEndian(Bytes(sizeof(int)));
        if (value < minimum || value > maximum)
        {
            throw Malformed(
                sizeof(int),
                string.Create(CultureInfo.InvariantCulture, $"{what} of {minimum} to {maximum}"),
                value.ToString(CultureInfo.InvariantCulture));
        }

        return value;
    }

    public ulong ULong() => BinaryPrimitives.ReadUInt64LittleEndian(Bytes(sizeof(ulong)));

    public double Double(double minimum, string what)
    {
        double value = BinaryPrimitives.ReadDoubleLittleEndian(Bytes(sizeof(double)));
        if (!double.IsFinite(value) || value < minimum)
        {
            throw Malformed(sizeof(double), $"{what}, finite and not too small", value.ToString(CultureInfo.InvariantCulture));
        }

        return value;
    }

    public string Text()
    {
        int length = BinaryPrimitives.ReadUInt16LittleEndian(Bytes(sizeof(ushort)));
        ReadOnlySpan<byte> utf8 = Bytes(Math.Min(length, _buffer.Length));
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw Malformed(length, "text in UTF-8", "other bytes");
        }
    }

    public void Finish()
    {
        _hash.AppendData(_buffer, 0, _at);
        _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
        (_start, _end, _at) = (_start + _at, _end - _at, 0);
        byte[] expected = _hash.GetHashAndReset();
        if (!Bytes(SHA256.HashSizeInBytes).SequenceEqual(expected))
        {
            throw Malformed(SHA256.HashSizeInBytes, "the SHA-256 of what precedes", "another");
        }

        if (_at < _end || stream.ReadByte() >= 0)
        {
            throw Malformed(0, "the end", "more bytes");
        }
    }

    /// <summary>Says what is wrong with the value just read, of <paramref name="size"/> bytes.</summary>
    public MalformedDataException Malformed(int size, string expected, string found) =>
        new(Subject, Offset - size, expected, found);

    public void Dispose() => _hash.Dispose();

    private void Refill(int count)
    {
        _hash.AppendData(_buffer, 0, _at);
        _buffer.AsSpan(_at, _end - _at).CopyTo(_buffer);
        (_start, _end, _at) = (_start + _at, _end - _at, 0);
        _end += stream.ReadAtLeast(_buffer.AsSpan(_end), count - _end, throwOnEndOfStream: false);
        if (_end < count)
        {
            throw new MalformedDataException(Subject, _start + _end, "more bytes", "the end");
        }
    }
}

using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Consortium.Cryptography;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Ring;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Reads what <see cref="CanonicalWriter"/> wrote, from bytes that anyone may have sent. Refuses whatever the writer would not have
/// written, so that decoding and encoding again gives the same bytes. Byte strings alias the input.
/// </summary>
public ref struct CanonicalReader
{
    private readonly string _subject;
    private readonly ReadOnlyMemory<byte> _bytes;
    private int _offset;

    internal CanonicalReader(string subject, ReadOnlyMemory<byte> bytes, MessageLimits limits)
    {
        _subject = subject;
        _bytes = bytes;
        Limits = limits;
    }

    internal MessageLimits Limits { get; }

    internal readonly int Offset => _offset;

    internal readonly int Remaining => _bytes.Length - _offset;

    internal int UInt8() => Take(1, "one byte").Span[0];

    internal int UInt8(int minimum, int maximum, string what) => InRange(UInt8(), minimum, maximum, what, 1);

    internal int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2, "two bytes").Span);

    internal int Int32(int minimum, int maximum, string what) =>
        InRange(BinaryPrimitives.ReadInt32LittleEndian(Take(4, "four bytes").Span), minimum, maximum, what, 4);

    internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8, "eight bytes").Span);

    internal ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, "eight bytes").Span);

    internal Digest Digest() => new(Take(Primitives.Digest.Length, "a digest of 32 bytes").Span);

    internal ConsortiumDigest Consortium() => new(Digest());

    internal SessionId Session() => new(Digest());

    internal RoundNumber Round() => new(Int32(1, RoundNumber.Maximum, "a round"));

    internal AttemptId Attempt() =>
        new(Consortium(), Session(), Round(), new AttemptNumber(Int32(1, AttemptNumber.Maximum, "an attempt")));

    internal long Sequence()
    {
        int at = _offset;
        long value = Int64();
        return value > 0 ? value : throw Malformed(at, "a sequence number of at least 1", value.ToString(CultureInfo.InvariantCulture));
    }

    internal UpdateShape Shape()
    {
        int values = Int32(1, int.MaxValue, "a number of values");
        int at = _offset;
        ulong levels = UInt64();
        if (levels < 2)
        {
            throw Malformed(at, "at least 2 levels", levels.ToString(CultureInfo.InvariantCulture));
        }

        return new UpdateShape(values, levels, Int32(1, Limits.Chunks, "a number of chunks"));
    }

    internal DisputedPlace Place() =>
        new(Int32(DisputedPlace.KeySum, Limits.Chunks - 1, "a disputed chunk"), Int32(0, RnsBasis.Degree - 1, "a disputed coefficient"));

    internal PartyId Party()
    {
        int at = _offset;
        string name = Ascii(PartyId.MaximumLength, "a party id");
        return PartyId.IsValid(name) ? new PartyId(name) : throw Malformed(at, "a party id", $"{name.Length} characters that are not one");
    }

    internal string Ascii(int maximumLength, string what)
    {
        int at = _offset;
        ReadOnlySpan<byte> bytes = Take(UInt8(1, maximumLength, $"the length of {what}"), what).Span;
        return bytes.IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0
            ? Encoding.ASCII.GetString(bytes)
            : throw Malformed(at, $"{what} in printable ASCII", "other bytes");
    }

    /// <summary>Text that may end in a log or on a terminal: valid UTF-8 without control characters.</summary>
    internal string Text()
    {
        int at = _offset;
        int length = UInt16();
        if (length > CanonicalWriter.MaximumTextBytes)
        {
            throw Malformed(at, $"at most {CanonicalWriter.MaximumTextBytes} bytes of text", $"{length}");
        }

        ReadOnlySpan<byte> bytes = Take(length, "text").Span;
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
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

    internal ReadOnlyMemory<byte> Bytes(int maximum, string what) => Take(Int32(0, maximum, $"the length of {what}"), what);

    internal ReadOnlyMemory<byte> Raw(int length, string what) => Take(length, what);

    /// <summary>A number of items to follow, each of at least <paramref name="smallest"/> bytes.</summary>
    internal int Count(int maximum, int smallest, string what)
    {
        int at = _offset;
        int count = Int32(0, maximum, $"a number of {what}");
        return (long)count * smallest <= Remaining
            ? count
            : throw Malformed(at, $"at most {Remaining / smallest} {what} in the {Remaining} bytes that follow", $"{count}");
    }

    internal readonly void End()
    {
        if (Remaining != 0)
        {
            throw Malformed(_offset, "the end", $"{Remaining} more bytes");
        }
    }

    internal readonly MalformedDataException Malformed(int offset, string expected, string found) => new(_subject, offset, expected, found);

    private readonly int InRange(int value, int minimum, int maximum, string what, int width) =>
        value >= minimum && value <= maximum
            ? value
            : throw Malformed(_offset - width, $"{what} of {minimum} to {maximum}", value.ToString(CultureInfo.InvariantCulture));

    private ReadOnlyMemory<byte> Take(int length, string what)
    {
        if (length > Remaining)
        {
            throw Malformed(_offset, what, $"the end after {Remaining} of {length} bytes");
        }

        ReadOnlyMemory<byte> taken = _bytes.Slice(_offset, length);
        _offset += length;
        return taken;
    }
}

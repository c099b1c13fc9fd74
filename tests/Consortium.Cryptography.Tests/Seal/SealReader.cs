using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Consortium.Primitives;

namespace Consortium.Cryptography.Tests.Seal;

/// <summary>A cursor over SEAL's bytes: each value is checked to be there, and named with its offset when it is wrong.</summary>
internal ref struct SealReader(ReadOnlySpan<byte> source, string subject)
{
    public const int HeaderLength = 16;

    /// <summary>Where in a header the object's length stands.</summary>
    public const int SizeOffset = 8;

    private const ushort Magic = 0xA15E;
    private const byte MajorVersion = 4;
    private const byte LatestMinorVersion = 4;

    private readonly ReadOnlySpan<byte> _source = source;
    private readonly string _subject = subject;

    public int Offset { get; private set; }

    private readonly int Remaining => _source.Length - Offset;

    /// <summary>
    /// Reads an object's header and returns the length that it claims, its header included: at least that of a header.
    /// </summary>
    public long ReadHeader()
    {
        int start = Offset;
        ushort magic = ReadUInt16();
        Check(magic == Magic, start, "SEAL's mark 5E A1", magic);
        byte headerLength = ReadByte();
        Check(headerLength == HeaderLength, start + 2, "a header of 16 bytes", headerLength);
        byte major = ReadByte();
        Check(major == MajorVersion, start + 3, "format 4", major);
        byte minor = ReadByte();
        Check(minor <= LatestMinorVersion, start + 4, "a minor version of at most 4", minor);
        byte compression = ReadByte();
        Check(compression == 0, start + 5, "no compression", compression);
        ushort reserved = ReadUInt16();
        Check(reserved == 0, start + 6, "zero", reserved);
        ulong length = ReadUInt64();
        Check(length is >= HeaderLength and <= long.MaxValue, start + SizeOffset, "a length of at least 16", length);
        return (long)length;
    }

    /// <summary>Reads the header of an object that must have <paramref name="length"/> bytes.</summary>
    public void ReadHeader(long length)
    {
        int start = Offset;
        long found = ReadHeader();
        if (found != length)
        {
            throw Malformed(start + SizeOffset, $"{length} bytes", found);
        }
    }

    /// <summary>Reads the outermost header: the object fills the source, and is within the limits.</summary>
    public void ReadOutermostHeader(SealLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (_source.Length > limits.Bytes)
        {
            throw Malformed(0, $"at most {limits.Bytes} bytes", _source.Length);
        }

        ReadHeader(_source.Length);
    }

    public byte ReadByte() => Take(1)[0];

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>A whole number of which <paramref name="name"/> is the name, between the limits, both included.</summary>
    public int ReadInt32(string name, int least, int most)
    {
        int start = Offset;
        ulong value = ReadUInt64();
        return value >= (ulong)least && value <= (ulong)most
            ? (int)value
            : throw Malformed(start, $"{name} from {least} to {most}", value);
    }

    /// <summary>A polynomial degree: a power of two, at least 2.</summary>
    public int ReadDegree(SealLimits limits)
    {
        int start = Offset;
        int degree = ReadInt32("a degree", 2, limits.Degree);
        Check(int.IsPow2(degree), start, "a power of two", (ulong)degree);
        return degree;
    }

    /// <summary>An encoding's scale: finite and above zero.</summary>
    public double ReadScale()
    {
        int start = Offset;
        double scale = BitConverter.UInt64BitsToDouble(ReadUInt64());
        return double.IsFinite(scale) && scale > 0 ? scale : throw Malformed(start, "a finite scale above zero", scale);
    }

    public SealParametersId ReadParametersId() => new(ReadUInt64(), ReadUInt64(), ReadUInt64(), ReadUInt64());

    public ulong ReadModulus()
    {
        ReadHeader(SealWriter.ModulusLength);
        return ReadUInt64();
    }

    /// <summary>
    /// Reads the header and count of an array that should have <paramref name="count"/> words. Whether they are there is checked
    /// here, so that the caller may allocate for them.
    /// </summary>
    public void ReadArrayStart(long count)
    {
        ReadHeader(SealWriter.ArrayLength(count));
        int start = Offset;
        ulong found = ReadUInt64();
        if (found != (ulong)count)
        {
            throw Malformed(start, $"a count of {count} words", found);
        }

        if (Remaining < sizeof(ulong) * count)
        {
            throw Malformed(Offset, $"{sizeof(ulong) * count} bytes", Remaining);
        }
    }

    public void ReadWords(Span<ulong> destination)
    {
        Take(destination.Length * sizeof(ulong)).CopyTo(MemoryMarshal.AsBytes(destination));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(destination, destination);
        }
    }

    public readonly void CheckEnd()
    {
        if (Remaining != 0)
        {
            throw Malformed(Offset, "the end", Remaining);
        }
    }

    public readonly void Check(bool holds, int offset, string expected, ulong found)
    {
        if (!holds)
        {
            throw Malformed(offset, expected, found);
        }
    }

    public readonly MalformedDataException Malformed(int offset, string expected, IFormattable found) =>
        new(_subject, offset, expected, found.ToString(null, CultureInfo.InvariantCulture));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (Remaining < count)
        {
            throw Malformed(Offset, $"{count} bytes", Remaining);
        }

        ReadOnlySpan<byte> taken = _source.Slice(Offset, count);
        Offset += count;
        return taken;
    }
}

using System.Buffers.Binary;
using System.IO.Compression;

namespace Consortium.Learning.Payments;

/// <summary>
/// The unpacked content of a gzipped stream (RFC 1952), of one or several members, that is known to be whole at its end.
/// </summary>
/// <remarks>
/// The framework's stream ends quietly where packed data is cut short or is followed by other bytes. This one compares the file's
/// last four bytes with what they must be, the length of the last member, and fails the read that would report the end.
/// </remarks>
internal sealed class GzipContent : ForwardStream
{
    /// <summary>Places that may begin the last member before the file counts as not whole.</summary>
    private const int MostCandidates = 64;

    private const int SmallestMember = 18;
    private const int BlockLength = 1 << 16;

    private readonly Stream _packed;
    private readonly long _start;
    private readonly GZipStream _content;
    private long _length;
    private bool _isChecked;

    public GzipContent(Stream packed)
    {
        _packed = packed;
        _start = packed.Position;
        _content = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
    }

    public override int Read(Span<byte> buffer)
    {
        int count = _content.Read(buffer);
        _length += count;
        if (count == 0 && buffer.Length > 0 && !_isChecked)
        {
            _isChecked = true;
            if (!IsWhole())
            {
                throw new EndOfStreamException("the gzip data is cut short, or other bytes follow its end.");
            }
        }

        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
            _packed.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool IsWhole()
    {
        long end = _packed.Length;
        if (end - _start < SmallestMember)
        {
            return false;
        }

        Span<byte> trailer = stackalloc byte[4];
        _packed.Position = end - trailer.Length;
        _packed.ReadExactly(trailer);
        uint last = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        return last == (uint)_length
            || Candidates(end).Take(MostCandidates).Any(member => LengthFrom(member) is { } length && (uint)length == last);
    }

    /// <summary>Places that look like a member's start, the last first.</summary>
    private IEnumerable<long> Candidates(long end)
    {
        const int overlap = 2;
        byte[] block = new byte[BlockLength + overlap];
        for (long until = end; until > _start; until -= BlockLength)
        {
            long from = Math.Max(_start, until - BlockLength);
            int count = (int)Math.Min(until - from + overlap, end - from);
            _packed.Position = from;
            _packed.ReadExactly(block, 0, count);
            for (int at = count - 3; at >= 0; at--)
            {
                if (block[at] == 0x1F && block[at + 1] == 0x8B && block[at + 2] == 8 && from + at < until)
                {
                    yield return from + at;
                }
            }
        }
    }

    /// <summary>Unpacked length of what begins there; null when it is not packed data to its end.</summary>
    private long? LengthFrom(long place)
    {
        _packed.Position = place;
        using var member = new GZipStream(_packed, CompressionMode.Decompress, leaveOpen: true);
        byte[] block = new byte[BlockLength];
        long length = 0;
        try
        {
            for (int count; (count = member.Read(block)) > 0;)
            {
                length += count;
            }

            return length;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}

using System.Buffers.Binary;

namespace Consortium.Learning.Payments;

/// <summary>
/// Bounds what reading columns of a Parquet file takes in memory, from the file's own description, before the library allocates
/// what that claims.
/// </summary>
internal sealed class ParquetPages
{
    /// <summary>Bytes that the pages in use of all columns of a payment may take at once.</summary>
    public const long MostBytes = 256L << 20;

    /// <summary>Bytes of a footer, which is read whole.</summary>
    public const long LongestFooter = 32L << 20;

    private const int LongestHeader = 1 << 20;
    private const int FirstRead = 1 << 10;
    private const int TailLength = 8;
    private const int BytesOfDictionaryValue = 16;

    private readonly Stream _file;
    private readonly List<List<Chunk>> _groups = [];

    /// <summary>Reads the footer's description of where pages are.</summary>
    /// <param name="file">Its position is kept.</param>
    /// <exception cref="InvalidDataException">The footer is damaged.</exception>
    public ParquetPages(Stream file)
    {
        _file = file;
        long before = file.Position;
        Span<byte> tail = stackalloc byte[TailLength];
        file.Position = file.Length - TailLength;
        file.ReadExactly(tail);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (length > LongestFooter || length > file.Length - TailLength)
        {
            throw new InvalidDataException("the footer is longer than the file, or than is read");
        }

        byte[] footer = new byte[length];
        file.Position = file.Length - TailLength - length;
        file.ReadExactly(footer);
        file.Position = before;
        var reader = new ThriftReader(footer);
        for (int id = 0; reader.NextField(ref id, out int kind);)
        {
            if (id == 4)
            {
                ReadGroups(ref reader);
            }
            else
            {
                reader.Skip(kind);
            }
        }
    }

    /// <summary>Bytes of a column's dictionary and its largest page in a row group, unpacked.</summary>
    /// <exception cref="InvalidDataException">A page's header is damaged.</exception>
    public long BytesOf(int group, int column)
    {
        Chunk chunk = group < _groups.Count && column < _groups[group].Count ? _groups[group][column] : default;
        long at = chunk.Dictionary > 0 && chunk.Dictionary < chunk.Data ? chunk.Dictionary : chunk.Data;
        long end = at + chunk.Length;
        if (at <= 0 || chunk.Length < 0 || end > _file.Length)
        {
            throw new InvalidDataException("its pages do not lie within the file");
        }

        long before = _file.Position, ofDictionary = 0, largest = 0;
        while (at < end)
        {
            (Page page, int length) = ReadHeader(at, end);
            long bytes = page.Unpacked + (page.DictionaryValues * BytesOfDictionaryValue);
            ofDictionary = page.DictionaryValues > 0 ? Math.Max(ofDictionary, bytes) : ofDictionary;
            largest = page.DictionaryValues > 0 ? largest : Math.Max(largest, bytes);
            at += length + page.Packed;
            if (at > end)
            {
                throw new InvalidDataException("a page is longer than what its column has");
            }
        }

        _file.Position = before;
        return ofDictionary + largest;
    }

    private void ReadGroups(ref ThriftReader reader)
    {
        for (int left = reader.Count(out _); left > 0; left--)
        {
            var chunks = new List<Chunk>();
            for (int id = 0; reader.NextField(ref id, out int kind);)
            {
                if (id != 1)
                {
                    reader.Skip(kind);
                    continue;
                }

                for (int columns = reader.Count(out _); columns > 0; columns--)
                {
                    chunks.Add(ReadChunk(ref reader));
                }
            }

            _groups.Add(chunks);
        }
    }

    private static Chunk ReadChunk(ref ThriftReader reader)
    {
        var chunk = default(Chunk);
        for (int id = 0; reader.NextField(ref id, out int kind);)
        {
            if (id != 3)
            {
                reader.Skip(kind);
                continue;
            }

            for (int field = 0; reader.NextField(ref field, out int of);)
            {
                switch (field)
                {
                    case 7:
                        chunk = chunk with { Length = reader.Integer() };
                        break;
                    case 9:
                        chunk = chunk with { Data = reader.Integer() };
                        break;
                    case 11:
                        chunk = chunk with { Dictionary = reader.Integer() };
                        break;
                    default:
                        reader.Skip(of);
                        break;
                }
            }
        }

        return chunk;
    }

    private (Page Page, int Length) ReadHeader(long at, long end)
    {
        try
        {
            return ReadHeader(at, end, FirstRead);
        }
        catch (InvalidDataException) when (end - at > FirstRead)
        {
            return ReadHeader(at, end, LongestHeader); // statistics of long texts make headers long
        }
    }

    private (Page Page, int Length) ReadHeader(long at, long end, int size)
    {
        byte[] bytes = new byte[Math.Min(size, end - at)];
        _file.Position = at;
        _file.ReadExactly(bytes);
        var reader = new ThriftReader(bytes);
        var page = default(Page);
        for (int id = 0; reader.NextField(ref id, out int kind);)
        {
            switch (id)
            {
                case 2:
                    page = page with { Unpacked = reader.Integer() };
                    break;
                case 3:
                    page = page with { Packed = reader.Integer() };
                    break;
                case 7:
                    page = page with { DictionaryValues = ReadDictionaryValues(ref reader) };
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        return page is
        {
            Unpacked: >= 0 and <= int.MaxValue, Packed: >= 0 and <= int.MaxValue,
            DictionaryValues: >= 0 and <= int.MaxValue
        }
            ? (page, reader.Offset)
            : throw new InvalidDataException("a page's header names a size that is none");
    }

    private static long ReadDictionaryValues(ref ThriftReader reader)
    {
        long values = 0;
        for (int id = 0; reader.NextField(ref id, out int kind);)
        {
            if (id == 1)
            {
                values = reader.Integer();
            }
            else
            {
                reader.Skip(kind);
            }
        }

        return values;
    }

    /// <summary>Where a column's pages of a row group are.</summary>
    private readonly record struct Chunk(long Data, long Dictionary, long Length);

    private readonly record struct Page(long Unpacked, long Packed, long DictionaryValues);
}

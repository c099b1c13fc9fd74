using System.Buffers.Binary;
using System.IO.Compression;
using Consortium.Learning.Payments.Iso20022;
using Consortium.Learning.Payments.Swift;

namespace Consortium.Learning.Payments;

internal enum FileKind
{
    Text,
    Parquet,
    Xml,
    Fin,
}

/// <summary>Opens data files and tells their kind by their first bytes, not by their name.</summary>
internal static class FileBytes
{
    private const int BufferSize = 1 << 16;

    public static FileStream OpenRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);

    /// <summary>A new file to write, gzipped when its name says so.</summary>
    public static Stream Create(string path)
    {
        var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionLevel.Fastest) : file;
    }

    /// <summary>The content, unpacked where it is gzipped (RFC 1952).</summary>
    /// <exception cref="PaymentFileException">The file is empty, incomplete, or of a kind that is not read.</exception>
    public static (FileKind Kind, Stream Content, string Packing) Recognize(Stream stream, string name)
    {
        var buffered = new PrefixStream(stream, ForeignFormats.PrefixLength);
        ReadOnlySpan<byte> start = buffered.Prefix;
        if (start.IsEmpty)
        {
            throw new PaymentFileException(name, "the file is empty; expected at least a header line.") { IsIncomplete = true };
        }

        if (start.StartsWith("PAR1"u8))
        {
            RequireFooter(stream, name);
            return (FileKind.Parquet, stream, "");
        }

        if (start is [0x1F, 0x8B, ..])
        {
            (FileKind packed, PrefixStream unpacked) = Unpack(() => Gunzip(stream, name), name, "gzipped");
            return (packed, unpacked, ", gzipped");
        }

        if (ZipContent.Is(start))
        {
            (FileKind packed, PrefixStream unpacked) = Unpack(() => ZipContent.Open(stream, name), name, "zipped");
            return (packed, unpacked, ", zipped");
        }

        return !FinText.Is(start) && ForeignFormats.Describe(start) is { } foreign
            ? throw new PaymentFileException(name, foreign)
            : (KindOf(start), buffered, "");
    }

    /// <summary>Text of a plain or gzipped file.</summary>
    public static TextContent OpenText(string path)
    {
        string name = Path.GetFileName(path);
        FileStream stream = OpenRead(path);
        try
        {
            (FileKind kind, Stream content, _) = Recognize(stream, name);
            return kind == FileKind.Text
                ? TextContent.Open(content, name)
                : throw new PaymentFileException(name, $"expected separated text, found a file of kind {kind}.");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>What packed data that cannot be read to its end means.</summary>
    public static PaymentFileException NotUnpacked(string name, string place, Exception error) => error is EndOfStreamException
        ? new PaymentFileException(
            name, $"{place}the packed data is cut short, or other bytes follow its end: transfer the file again.", error)
        {
            IsIncomplete = true,
        }
        : new PaymentFileException(name, $"{place}the compressed data is damaged: transfer the file again.", error);

    private static GzipContent Gunzip(Stream stream, string name) => stream.CanSeek
        ? new GzipContent(stream)
        : throw new PaymentFileException(name, "a gzipped file must be read from a stream that can seek.");

    private static (FileKind Kind, PrefixStream Content) Unpack(Func<Stream> open, string name, string packing)
    {
        PrefixStream content;
        try
        {
            content = new PrefixStream(open(), ForeignFormats.PrefixLength);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            throw NotUnpacked(name, "", error);
        }

        ReadOnlySpan<byte> start = content.Prefix;
        return start.IsEmpty
            ? throw new PaymentFileException(name, $"the {packing} file is empty; expected at least a header line.")
            : start.StartsWith("PAR1"u8)
                ? throw new PaymentFileException(
                    name, $"this is a {packing} Parquet file; unpack it, for Parquet compresses by itself.")
            : start is [0x1F, 0x8B, ..] ? throw new PaymentFileException(name, "this was gzipped twice; unpack it once.")
            : !FinText.Is(start) && ForeignFormats.Describe(start) is { } foreign
                ? throw new PaymentFileException(name, $"within the {packing} file, {foreign}")
            : (KindOf(start), content);
    }

    /// <summary>What unpacked bytes that are not of a foreign kind are.</summary>
    private static FileKind KindOf(ReadOnlySpan<byte> start) =>
        XmlContent.Is(start) ? FileKind.Xml : FinText.Is(start) ? FileKind.Fin : FileKind.Text;

    private static void RequireFooter(Stream stream, string name)
    {
        if (!stream.CanSeek)
        {
            throw new PaymentFileException(name, "a Parquet file must be read from a stream that can seek.");
        }

        Span<byte> end = stackalloc byte[8];
        long at = stream.Position;
        if (stream.Length - at >= 12)
        {
            stream.Position = stream.Length - end.Length;
            stream.ReadExactly(end);
            stream.Position = at;
        }

        uint footer = BinaryPrimitives.ReadUInt32LittleEndian(end);
        if (end[4..].SequenceEqual("PAR1"u8) && footer > ParquetPages.LongestFooter)
        {
            throw new PaymentFileException(
                name,
                $"the Parquet file's footer has {footer >> 20:N0} MiB, more than {ParquetPages.LongestFooter >> 20}: write fewer "
                    + "columns and row groups into a file.");
        }

        if (!end[4..].SequenceEqual("PAR1"u8))
        {
            throw new PaymentFileException(
                name, "the Parquet file has no footer: its transfer has not finished, or it was cut short.")
            {
                IsIncomplete = true,
            };
        }
    }
}

using System.IO.Compression;

namespace Consortium.Learning.Payments;

internal enum FileKind
{
    Text,
    Parquet,
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
    public static (FileKind Kind, Stream Content, bool IsGzipped) Recognize(Stream stream, string name)
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
            return (FileKind.Parquet, stream, false);
        }

        if (ForeignFormats.Describe(start) is { } foreign)
        {
            throw new PaymentFileException(name, foreign);
        }

        if (start is not [0x1F, 0x8B, ..])
        {
            return (FileKind.Text, buffered, false);
        }

        return (FileKind.Text, Unpack(stream, name), true);
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
                : throw new PaymentFileException(name, "expected text, found a Parquet file.");
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
            name, $"{place}the gzip data is cut short, or other bytes follow its end: transfer the file again.", error)
        {
            IsIncomplete = true,
        }
        : new PaymentFileException(name, $"{place}the compressed data is damaged: transfer the file again.", error);

    private static PrefixStream Unpack(Stream stream, string name)
    {
        if (!stream.CanSeek)
        {
            throw new PaymentFileException(name, "a gzipped file must be read from a stream that can seek.");
        }

        PrefixStream content;
        try
        {
            content = new PrefixStream(new GzipContent(stream), ForeignFormats.PrefixLength);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            throw NotUnpacked(name, "", error);
        }

        ReadOnlySpan<byte> start = content.Prefix;
        return start.IsEmpty ? throw new PaymentFileException(name, "the gzipped file is empty; expected at least a header line.")
            : start.StartsWith("PAR1"u8)
                ? throw new PaymentFileException(
                    name, "this is a gzipped Parquet file; unpack it, for Parquet compresses by itself.")
            : start is [0x1F, 0x8B, ..] ? throw new PaymentFileException(name, "this was gzipped twice; unpack it once.")
            : ForeignFormats.Describe(start) is { } foreign
                ? throw new PaymentFileException(name, $"within the gzipped file, {foreign}")
            : content;
    }

    private static void RequireFooter(Stream stream, string name)
    {
        if (!stream.CanSeek)
        {
            throw new PaymentFileException(name, "a Parquet file must be read from a stream that can seek.");
        }

        Span<byte> end = stackalloc byte[4];
        long at = stream.Position;
        if (stream.Length - at >= 12)
        {
            stream.Position = stream.Length - end.Length;
            stream.ReadExactly(end);
            stream.Position = at;
        }

        if (!end.SequenceEqual("PAR1"u8))
        {
            throw new PaymentFileException(
                name, "the Parquet file has no footer: its transfer has not finished, or it was cut short.")
            {
                IsIncomplete = true,
            };
        }
    }
}

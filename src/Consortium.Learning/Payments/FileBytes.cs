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
    private const int SignatureLength = 4;

    public static FileStream OpenRead(string path) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.SequentialScan);

    /// <summary>A new file to write, gzipped when its name says so.</summary>
    public static Stream Create(string path)
    {
        var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionLevel.Fastest) : file;
    }

    /// <summary>The content, unpacked where it is gzipped (RFC 1952).</summary>
    /// <exception cref="PaymentFileException">The file is empty or a zip archive.</exception>
    public static (FileKind Kind, Stream Content) Recognize(Stream stream, string name)
    {
        var buffered = new PrefixStream(stream, SignatureLength);
        ReadOnlySpan<byte> start = buffered.Prefix;
        if (start.IsEmpty)
        {
            throw new PaymentFileException(name, "the file is empty; expected at least a header line.");
        }

        if (start.SequenceEqual("PAR1"u8))
        {
            return stream.CanSeek
                ? (FileKind.Parquet, stream)
                : throw new PaymentFileException(name, "a Parquet file must be read from a stream that can seek.");
        }

        if (start.SequenceEqual("PK\x03\x04"u8))
        {
            throw new PaymentFileException(name, "this is a zip archive; unpack it, or give the gzipped or plain file.");
        }

        return start is [0x1F, 0x8B, ..]
            ? (FileKind.Text, new GZipStream(buffered, CompressionMode.Decompress))
            : (FileKind.Text, buffered);
    }

    /// <summary>Text of a plain or gzipped file.</summary>
    public static StreamReader OpenText(string path)
    {
        FileStream stream = OpenRead(path);
        try
        {
            (FileKind kind, Stream content) = Recognize(stream, Path.GetFileName(path));
            return kind == FileKind.Text
                ? TextOf(content)
                : throw new PaymentFileException(Path.GetFileName(path), "expected text, found a Parquet file.");
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public static StreamReader TextOf(Stream content) => new(content, System.Text.Encoding.UTF8, true, BufferSize);
}

using System.Buffers.Binary;
using System.IO.Compression;

namespace Consortium.Learning.Payments;

/// <summary>The one file of a zip archive, unpacked as it is read.</summary>
internal sealed class ZipContent : ForwardStream
{
    private const int MostEntries = 100;
    private const int LongestDirectory = 1 << 20;
    private const int EndLength = 22;
    private const int LongestComment = 1 << 16;

    private readonly Stream _packed;
    private readonly ZipArchive _archive;
    private readonly Stream _content;

    private ZipContent(Stream packed, ZipArchive archive, Stream content) =>
        (_packed, _archive, _content) = (packed, archive, content);

    /// <summary>Whether bytes begin as a zip archive's that is no office program's file.</summary>
    public static bool Is(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[(byte)'P', (byte)'K', 3, 4])
        && start.IndexOf("[Content_Types].xml"u8) < 0 && start.IndexOf("xl/"u8) < 0;

    /// <exception cref="PaymentFileException">
    /// It is cut short, has other than one file, or a directory too long to look at.
    /// </exception>
    public static ZipContent Open(Stream packed, string name)
    {
        if (!packed.CanSeek)
        {
            throw new PaymentFileException(name, "a zip archive must be read from a stream that can seek.");
        }

        BoundDirectory(packed, name);
        var archive = new ZipArchive(packed, ZipArchiveMode.Read, leaveOpen: true);
        ZipArchiveEntry[] files =
            [.. archive.Entries.Where(
                entry => entry.Name.Length > 0 && !entry.FullName.StartsWith("__MACOSX", StringComparison.Ordinal))];
        if (files.Length != 1)
        {
            throw new PaymentFileException(
                name, $"the zip archive holds {files.Length} files; one is expected: unpack it into the folder.");
        }

        return files[0].IsEncrypted
            ? throw new PaymentFileException(name, "the file in the zip archive is encrypted; unpack it.")
            : new ZipContent(packed, archive, files[0].Open());
    }

    public override int Read(Span<byte> buffer) => _content.Read(buffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
            _archive.Dispose();
            _packed.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The directory at the archive's end is read into memory, so it is bounded first.</summary>
    private static void BoundDirectory(Stream packed, string name)
    {
        long start = packed.Position, length = packed.Length - start;
        byte[] tail = new byte[Math.Min(length, EndLength + LongestComment)];
        packed.Position = packed.Length - tail.Length;
        packed.ReadExactly(tail);
        packed.Position = start;
        int at = tail.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[(byte)'P', (byte)'K', 5, 6]);
        if (at < 0 || tail.Length - at < EndLength)
        {
            throw new PaymentFileException(
                name, "the zip archive has no directory: its transfer has not finished, or it was cut short.")
            {
                IsIncomplete = true,
            };
        }

        ReadOnlySpan<byte> end = tail.AsSpan(at);
        int entries = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        uint directory = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        if (entries > MostEntries || packed.Length - tail.Length + at - (start + directory) is < 0 or > LongestDirectory)
        {
            throw new PaymentFileException(name, "the zip archive's directory is too long for one file, or damaged: unpack it.");
        }
    }
}

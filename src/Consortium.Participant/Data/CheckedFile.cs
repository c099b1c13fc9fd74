using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Consortium.Primitives;

namespace Consortium.Participant.Data;

/// <summary>
/// A file of plain values that ends with the SHA-256 of all before it, written durably, and read only when it is whole.
/// </summary>
internal sealed class CheckedFile : IDisposable
{
    private const int BufferLength = 1 << 20;
    private const int LongestText = 1 << 12;
    private const int HashedAtOnce = 1 << 24;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly FileStream _file;
    private readonly string _path;

    private CheckedFile(FileStream file, string path) => (_file, _path) = (file, path);

    private long Left => _file.Length - _file.Position - SHA256.HashSizeInBytes;

    /// <summary>Writes a file under another name, and gives it its own once it is on the disk.</summary>
    public static void Write(string path, Action<CheckedFile> write)
    {
        string unfinished = path + ".unfinished";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = BufferLength };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = DurableFile.OwnerOnly;
        }

        using (var file = new CheckedFile(new FileStream(unfinished, options), path))
        {
            write(file);
            file._file.Write(file._hash.GetHashAndReset());
            file._file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
        DirectorySync.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>Reads a file that <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is another file, damaged or cut short.</exception>
    public static T Read<T>(string path, Func<CheckedFile, T> read)
    {
        using var file = new CheckedFile(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferLength, FileOptions.SequentialScan), path);
        T result = read(file);
        Span<byte> expected = stackalloc byte[SHA256.HashSizeInBytes];
        if (file.Left != 0 || file._file.ReadAtLeast(expected, expected.Length, throwOnEndOfStream: false) != expected.Length
            || !file._hash.GetHashAndReset().AsSpan().SequenceEqual(expected))
        {
            throw file.Malformed("its checksum differs");
        }

        return result;
    }

    public InvalidDataException Malformed(string what) => new($"{_path} cannot be used: {what}.");

    public void Put<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        for (; !values.IsEmpty;)
        {
            ReadOnlySpan<T> some = values[..Math.Min(values.Length, HashedAtOnce / 64)];
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(some);
            _hash.AppendData(bytes);
            _file.Write(bytes);
            values = values[some.Length..];
        }
    }

    public void Put(long value) => Put([value]);

    public void Put(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Put(utf8.Length);
        Put<byte>(utf8);
    }

    public void Get<T>(Span<T> values)
        where T : unmanaged
    {
        for (; !values.IsEmpty;)
        {
            Span<T> some = values[..Math.Min(values.Length, HashedAtOnce / 64)];
            Span<byte> bytes = MemoryMarshal.AsBytes(some);
            if (bytes.Length > Left)
            {
                throw Malformed("it is cut short");
            }

            _file.ReadExactly(bytes);
            _hash.AppendData(bytes);
            values = values[some.Length..];
        }
    }

    public long GetLong()
    {
        long value = 0;
        Get(MemoryMarshal.CreateSpan(ref value, 1));
        return value;
    }

    /// <summary>A count of things that take at least so many bytes each in the rest of the file.</summary>
    public int GetCount(int bytesEach)
    {
        long count = GetLong();
        return count >= 0 && count <= Math.Min(Left / bytesEach, int.MaxValue)
            ? (int)count
            : throw Malformed($"it counts {count} entries");
    }

    public string GetText()
    {
        byte[] utf8 = new byte[Math.Min(GetCount(1), LongestText)];
        Get<byte>(utf8);
        return Encoding.UTF8.GetString(utf8);
    }

    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }
}

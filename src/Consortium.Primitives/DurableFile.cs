using System.Security.Cryptography;

namespace Consortium.Primitives;

/// <summary>Writes a file so that it is there whole or not at all, on the disk before its name is.</summary>
public static class DurableFile
{
    public const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;

    /// <summary>Writes a file that must not be there yet.</summary>
    /// <exception cref="IOException">It is there, or cannot be written.</exception>
    public static void WriteNew(string path, ReadOnlySpan<byte> content, bool ownerOnly = false) =>
        Write(path, content, ownerOnly, overwrite: false);

    /// <summary>
    /// Writes a file, or puts it in the place of the one that is there; whoever reads meanwhile sees one or the other.
    /// </summary>
    public static void Replace(string path, ReadOnlySpan<byte> content, bool ownerOnly = false) =>
        Write(path, content, ownerOnly, overwrite: true);

    /// <summary>Creates a folder that only its owner can enter, or leaves the one that is there as it is.</summary>
    public static void CreateOwnersFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnlyFolder);
        }
    }

    /// <summary>
    /// Whether group or others can do anything with a file or folder; never on Windows, whose rights are not modes.
    /// </summary>
    public static bool IsExposed(string path, out UnixFileMode mode)
    {
        mode = OperatingSystem.IsWindows() ? OwnerOnlyFolder : File.GetUnixFileMode(path);
        return (mode & ~OwnerOnlyFolder) != 0;
    }

    private static void Write(string path, ReadOnlySpan<byte> content, bool ownerOnly, bool overwrite)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string temporary = Path.Combine(
            folder, $".{Path.GetFileName(path)}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}.tmp");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (ownerOnly && !OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = OwnerOnly;
            }

            using (var file = new FileStream(temporary, options))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite);
            DirectorySync.Flush(folder);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}

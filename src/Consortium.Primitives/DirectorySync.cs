using System.Runtime.InteropServices;

namespace Consortium.Primitives;

/// <summary>Makes a folder's entries durable: after a rename, fsync of the file alone does not keep its new name.</summary>
public static partial class DirectorySync
{
    private const int ReadOnly = 0;

    /// <summary>Nothing on Windows, where NTFS journals names.</summary>
    /// <exception cref="IOException">The folder could not be opened or synced.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int file = Open(folder, ReadOnly);
        if (file < 0)
        {
            throw Failure(folder);
        }

        try
        {
            if (Synchronize(file) != 0)
            {
                throw Failure(folder);
            }
        }
        finally
        {
            _ = Close(file);
        }
    }

    private static IOException Failure(string folder)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"{Marshal.GetPInvokeErrorMessage(error)}: {folder}", error);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}

using Consortium.Hosting.Storage;

namespace Consortium.Hosting.Sqlite;

/// <summary>
/// The folder that holds all a daemon must not lose. One process at a time has it, as long as this object lives.
/// </summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;

    private DataFolder(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    /// <summary>Creates the folder if need be, for its owner only, and takes it.</summary>
    /// <exception cref="StorageException">Another process has it, or it cannot be created.</exception>
    public static DataFolder Open(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(full);
            }
            else
            {
                Directory.CreateDirectory(full, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            return new DataFolder(full, Lock(System.IO.Path.Combine(full, "lock")));
        }
        catch (Exception exception) when (exception is IOException and not StorageException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageFault.Unavailable, $"The data folder {full} cannot be used: {exception.Message}", exception);
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string file)
    {
        try
        {
            // an exclusive flock on Unix
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (File.Exists(file))
        {
            throw new StorageException(
                StorageFault.InUse,
                $"The data folder {System.IO.Path.GetDirectoryName(file)} is in use by another process. Two daemons on one "
                    + "folder would spoil it: stop the other first.",
                exception);
        }
    }
}

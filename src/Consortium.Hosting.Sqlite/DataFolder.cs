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

            FileStream taken = Lock(System.IO.Path.Combine(full, "lock"));
            File.WriteAllText(OwnerFile(full), $"process {Environment.ProcessId} on {Environment.MachineName}\n");
            return new DataFolder(full, taken);
        }
        catch (Exception exception) when (exception is IOException and not StorageException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageFault.Unavailable, $"The data folder {full} cannot be used: {exception.Message}", exception);
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Tells people who holds the lock, which is what counts.</summary>
    private static string OwnerFile(string folder) => System.IO.Path.Combine(folder, "owner");

    private static string NameOwner(string folder)
    {
        try
        {
            using StreamReader file = File.OpenText(OwnerFile(folder));
            char[] text = new char[200];
            string line = new string(text, 0, file.ReadBlock(text)).Split('\n')[0];
            return line.Length > 0 && !line.Any(char.IsControl) ? line : "another process";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

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
                $"The data folder {System.IO.Path.GetDirectoryName(file)} is in use by "
                    + $"{NameOwner(System.IO.Path.GetDirectoryName(file)!)}. Two daemons on one folder would spoil it: stop the "
                    + "other first.",
                exception);
        }
    }
}

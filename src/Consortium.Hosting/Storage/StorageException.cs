namespace Consortium.Hosting.Storage;

/// <summary>
/// Storage failed. The message tells the operator what to do; nothing that was reported as stored is affected by it.
/// </summary>
public sealed class StorageException(StorageFault fault, string message, Exception? innerException = null)
    : IOException(message, innerException)
{
    public StorageFault Fault { get; } = fault;

    /// <summary>Gives what the operating system reported its meaning.</summary>
    public static StorageException From(string what, IOException exception) => exception is StorageException typed ? typed
        : IsDiskFull(exception)
            ? new StorageException(
                StorageFault.DiskFull, $"{what}: the disk is full. Free some space; work goes on by itself.", exception)
        : new StorageException(StorageFault.Unavailable, $"{what}: {exception.Message}", exception);

    // ENOSPC and EDQUOT, as .NET reports them on Linux and macOS; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL on Windows.
    private static bool IsDiskFull(IOException exception) =>
        exception.HResult is 28 or 122 or 69 or unchecked((int)0x80070070) or unchecked((int)0x80070027);
}

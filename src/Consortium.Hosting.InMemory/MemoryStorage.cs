using Consortium.Hosting.Faults;
using Consortium.Hosting.Sqlite;
using Consortium.Hosting.Storage;

namespace Consortium.Hosting.InMemory;

/// <summary>
/// A party's storage that lasts as long as this object, however often it is opened and closed: a process that ends loses it.
/// SQLite's engine runs in memory under it, for the port's SQL needs an engine, and this one is tested already.
/// </summary>
/// <param name="maximumBlobBytes">The most that ciphertext may take.</param>
public sealed class MemoryStorage(long maximumBlobBytes = long.MaxValue) : IStorage, IDisposable
{
    private readonly MemoryDatabase _database = new();
    private readonly MemoryBlobs _blobs = new(maximumBlobBytes);
    private int _isOwned;
    private volatile bool _isThere;

    public OpenStorage Open(DatabaseSchema schema, FaultPoint faults)
    {
        if (Interlocked.Exchange(ref _isOwned, 1) == 1)
        {
            throw new StorageException(
                StorageFault.InUse, "This storage in memory is in use: a party has one daemon. Stop the other first.");
        }

        try
        {
            var open = new OpenStorage(_database.Open(schema, faults), new MemoryBlobStore(_blobs, faults), new Ownership(this));
            _isThere = true;
            return open;
        }
        catch
        {
            Volatile.Write(ref _isOwned, 0);
            throw;
        }
    }

    public OpenStorage OpenForReading(DatabaseSchema schema) => _isThere
        ? new OpenStorage(_database.OpenForReading(schema), new MemoryBlobStore(_blobs, FaultPoints.None), ownership: null)
        : throw new StorageException(StorageFault.Missing, "Nothing was stored in this memory yet.");

    public void Dispose() => _database.Dispose();

    private sealed class Ownership(MemoryStorage storage) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref storage._isOwned, 0);
    }
}

namespace Consortium.Hosting.Storage;

/// <summary>A party's storage for as long as it is not disposed of.</summary>
/// <param name="ownership">What keeps others from owning it; null for a reader.</param>
public sealed class OpenStorage(StateDatabase database, BlobStore blobs, IDisposable? ownership) : IDisposable
{
    public StateDatabase Database => database;

    public BlobStore Blobs => blobs;

    public void Dispose()
    {
        database.Dispose();
        ownership?.Dispose();
    }
}

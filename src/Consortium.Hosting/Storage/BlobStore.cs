using System.Security.Cryptography;
using Consortium.Hosting.Faults;
using Consortium.Primitives;

namespace Consortium.Hosting.Storage;

/// <summary>
/// Ciphertext, each piece named by its SHA-256. A name appears only when its bytes are durable, so what is there is whole;
/// reading checks it all the same. Thread-safe.
/// </summary>
public abstract class BlobStore(FaultPoint faults)
{
    /// <summary>Bytes held.</summary>
    public abstract long Bytes { get; }

    protected FaultPoint Faults { get; } = faults;

    /// <summary>
    /// Stores <paramref name="content"/>; when the task completes it is durable. Storing it twice is storing it once.
    /// </summary>
    /// <exception cref="StorageException">Disk full, quota exceeded, disk failing. Nothing is stored then.</exception>
    public Task<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        PutAsync(content, Digest.Of(content.Span), cancellationToken);

    /// <summary>As the other, for content whose digest the caller has computed.</summary>
    public async Task<Digest> PutAsync(ReadOnlyMemory<byte> content, Digest digest, CancellationToken cancellationToken)
    {
        await StoreAsync(content, digest, cancellationToken);
        return digest;
    }

    /// <summary>The bytes that were stored under <paramref name="digest"/>, checked against it.</summary>
    /// <exception cref="StorageException">Missing, or damaged since.</exception>
    public async Task<byte[]> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        Faults("blob:reading");
        byte[] content = await LoadAsync(digest, cancellationToken);
        Span<byte> hash = stackalloc byte[Digest.Length];
        SHA256.HashData(content, hash);
        return new Digest(hash) == digest
            ? content
            : throw new StorageException(
                StorageFault.Corrupt,
                $"{PlaceOf(digest)} is damaged: its {content.Length} bytes are not what was stored. Check the disk; restore it "
                + "from a backup, or delete it "
                + "and have its sender send it again.");
    }

    /// <summary>
    /// A part of the bytes stored under <paramref name="digest"/>, as many as <paramref name="destination"/> takes. A part cannot
    /// be checked: the caller does.
    /// </summary>
    /// <exception cref="StorageException">Missing, or shorter than that.</exception>
    public Task ReadRangeAsync(Digest digest, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        Faults("blob:reading");
        return LoadRangeAsync(digest, offset, destination, cancellationToken);
    }

    /// <summary>
    /// Deletes what nobody refers to and was stored before <paramref name="before"/>; the time covers those who have stored a
    /// blob and not yet written down that they refer to it.
    /// </summary>
    /// <returns>Bytes freed.</returns>
    public abstract Task<long> CollectAsync(
        IReadOnlySet<Digest> referenced, DateTimeOffset before, CancellationToken cancellationToken);

    protected abstract Task StoreAsync(ReadOnlyMemory<byte> content, Digest digest, CancellationToken cancellationToken);

    /// <summary>What is there under <paramref name="digest"/>, unchecked.</summary>
    protected abstract Task<byte[]> LoadAsync(Digest digest, CancellationToken cancellationToken);

    protected abstract Task LoadRangeAsync(
        Digest digest, long offset, Memory<byte> destination, CancellationToken cancellationToken);

    /// <summary>Where a blob is, for people.</summary>
    protected abstract string PlaceOf(Digest digest);

    protected static StorageException Missing(string store, Digest digest, Exception? exception = null) => new(
        StorageFault.Missing, $"{digest} is not in {store}. Restore it from a backup, or have its sender send it again.",
        exception);

    protected static StorageException TooShort(string place, long end, Exception? exception = null) => new(
        StorageFault.Corrupt, $"{place} is damaged: it ends before byte {end}. Check the disk; restore it from a backup.",
        exception);

    protected static StorageException QuotaExceeded(string store, long held, long added, long maximum) => new(
        StorageFault.QuotaExceeded,
        $"{store} holds {held} bytes; {added} more would exceed its limit of {maximum}. Raise the limit or end old sessions.");
}

using Consortium.Hosting.Faults;
using Consortium.Hosting.Storage;
using Consortium.Primitives;

namespace Consortium.Hosting.InMemory;

/// <summary>One opening of a <see cref="MemoryStorage"/>'s blobs.</summary>
internal sealed class MemoryBlobStore(MemoryBlobs blobs, FaultPoint faults) : BlobStore(faults)
{
    private const string Place = "the storage in memory";

    public override long Bytes => blobs.Bytes;

    public override Task<long> CollectAsync(
        IReadOnlySet<Digest> referenced, DateTimeOffset before, CancellationToken cancellationToken) =>
        Task.FromResult(blobs.Collect(referenced, before));

    protected override Task StoreAsync(ReadOnlyMemory<byte> content, Digest digest, CancellationToken cancellationToken)
    {
        Faults("blob:writing");
        if (!blobs.TryPut(digest, content.Span, TimeProvider.System.GetUtcNow()))
        {
            throw QuotaExceeded(Place, blobs.Bytes, content.Length, blobs.MaximumBytes);
        }

        Faults("blob:stored");
        return Task.CompletedTask;
    }

    /// <summary>A copy: what is stored stays as it is, whatever the reader does with its own.</summary>
    protected override Task<byte[]> LoadAsync(Digest digest, CancellationToken cancellationToken) =>
        Task.FromResult((byte[])Find(digest).Clone());

    protected override Task LoadRangeAsync(
        Digest digest, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        byte[] content = Find(digest);
        if (offset + destination.Length > content.Length)
        {
            throw TooShort(PlaceOf(digest), offset + destination.Length);
        }

        content.AsMemory((int)offset, destination.Length).CopyTo(destination);
        return Task.CompletedTask;
    }

    protected override string PlaceOf(Digest digest) => $"{digest} in memory";

    private byte[] Find(Digest digest) => blobs.Find(digest) ?? throw Missing(Place, digest);
}

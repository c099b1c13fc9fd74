using Consortium.Hosting.InMemory;
using Consortium.Hosting.Storage;

namespace Consortium.Hosting.Tests.Storage;

public sealed class MemoryStorageTests : StorageSuite, IDisposable
{
    private readonly MemoryStorage _storage = new();

    protected override IStorage Storage => _storage;

    public void Dispose() => _storage.Dispose();

    [Fact]
    public async Task Put_BeyondTheQuota_IsRejectedAndRoomMadeAgainIsUsed()
    {
        using var storage = new MemoryStorage(maximumBlobBytes: 10_000);
        using OpenStorage open = OpenEmpty(storage);
        await CheckQuotaAsync(open);
    }
}

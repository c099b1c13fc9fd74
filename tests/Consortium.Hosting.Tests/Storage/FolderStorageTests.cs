using Consortium.Hosting.Sqlite;
using Consortium.Hosting.Storage;

namespace Consortium.Hosting.Tests.Storage;

public sealed class FolderStorageTests : StorageSuite, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    protected override IStorage Storage => new FolderStorage(Data);

    private string Data => _folder.File("data");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Put_BeyondTheQuota_IsRejectedAndRoomMadeAgainIsUsed()
    {
        using OpenStorage open = OpenEmpty(new FolderStorage(Data) { MaximumBlobBytes = 10_000 });
        await CheckQuotaAsync(open);
    }

    [Fact]
    public void Open_OwnedAlready_NamesTheFolder()
    {
        using OpenStorage owner = OpenEmpty(Storage);

        StorageException exception = Assert.Throws<StorageException>(() => OpenEmpty(Storage));

        Assert.Contains(Data, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NewFolder_IsForItsOwnerOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions");
            return;
        }

        OpenEmpty(Storage).Dispose();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Data));
    }

    [Fact]
    public void Open_PathIsAFile_SaysSo()
    {
        File.WriteAllText(Data, string.Empty);

        Assert.Equal(StorageFault.Unavailable, Assert.Throws<StorageException>(() => OpenEmpty(Storage)).Fault);
    }
}

using Consortium.Hosting.Storage;

namespace Consortium.Hosting.Tests.Storage;

public sealed class DataFolderTests
{
    [Fact]
    public void Open_SecondTime_IsRejectedUntilTheFirstIsClosed()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("data");
        using (DataFolder.Open(path))
        {
            StorageException exception = Assert.Throws<StorageException>(() => DataFolder.Open(path));
            Assert.Equal(StorageFault.InUse, exception.Fault);
            Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        }

        DataFolder.Open(path).Dispose();
    }

    [Fact]
    public void Open_NewFolder_IsForItsOwnerOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions");
            return;
        }

        using var folder = new TemporaryFolder();

        DataFolder.Open(folder.File("data")).Dispose();

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.File("data")));
    }

    [Fact]
    public void Open_PathIsAFile_SaysSo()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("data"), string.Empty);

        StorageException exception = Assert.Throws<StorageException>(() => DataFolder.Open(folder.File("data")));

        Assert.Equal(StorageFault.Unavailable, exception.Fault);
    }
}

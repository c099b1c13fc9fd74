using System.Runtime.Versioning;
using System.Security.Cryptography;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Sqlite;
using Consortium.Hosting.Storage;

namespace Consortium.Hosting.Tests.Storage;

/// <summary>What is SQLite's alone; what every storage holds is in <see cref="StorageSuite"/>.</summary>
public sealed class SqliteDatabaseTests
{
    private static readonly DatabaseSchema First = new(0x434f4e31, ["CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB)"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Open_UsesWriteAheadLogAndFullSync()
    {
        using var folder = new TemporaryFolder();
        using StateDatabase database = Open(folder);

        Assert.Equal("wal", Pragma(database, "journal_mode"));
        Assert.Equal("2", Pragma(database, "synchronous"));
        Assert.Equal("5000", Pragma(database, "busy_timeout"));
    }

    [Theory]
    [InlineData(true, "1")]
    [InlineData(false, "0")]
    public async Task Open_BySchema_OverwritesWhatIsDeletedOrNot(bool overwrites, string expected)
    {
        using var folder = new TemporaryFolder();
        using var database = SqliteDatabase.Open(
            folder.File("state.db"), First with { OverwritesDeleted = overwrites }, FaultPoints.None);

        string written = await database.WriteAsync(
            state => state.Query("PRAGMA secure_delete", row => row.GetString(0))[0], Cancellation);

        Assert.Equal(expected, written);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [SupportedOSPlatform("linux")]
    public async Task OpenForReading_FolderThatCannotBeWritten_IsRead(bool hasLog)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a file system's user is Linux's");
        using var folder = new TemporaryFolder();
        using var copy = new TemporaryFolder();
        using (StateDatabase database = Open(folder))
        {
            await database.WriteAsync(state => state.Execute("INSERT INTO facts VALUES ('a', x'01')"), Cancellation);
            foreach (string file in hasLog ? (string[])["state.db", "state.db-wal"] : [])
            {
                File.Copy(folder.File(file), copy.File(file)); // of a daemon that runs
            }
        }

        if (!hasLog)
        {
            File.Copy(folder.File("state.db"), copy.File("state.db"));
        }

        await CannotWrite.RunAsync(copy.Path, () =>
        {
            Assert.Throws<UnauthorizedAccessException>(() => File.WriteAllText(copy.File("other"), "x"));
            using SqliteDatabase read = SqliteDatabase.OpenForReading(copy.File("state.db"), First);
            Assert.Equal(
                "a",
                read.ReadAsync(state => state.Query("SELECT name FROM facts", row => row.GetString(0))[0], Cancellation).Result);
        });
    }

    [Fact]
    public async Task Open_NoDatabaseAtAll_IsCalledDamaged()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("state.db"), new string('x', 5000), Cancellation);

        StorageException exception = Assert.Throws<StorageException>(() => Open(folder));

        Assert.Equal(StorageFault.Corrupt, exception.Fault);
    }

    [Fact]
    public async Task Open_DamagedPage_IsRejectedWithWhatToDo()
    {
        using var folder = new TemporaryFolder();
        using (StateDatabase database = Open(folder))
        {
            await database.WriteAsync(
                state =>
                {
                    for (int i = 0; i < 500; i++)
                    {
                        state.Execute("INSERT INTO facts VALUES ($1, $2)", $"row {i}", RandomNumberGenerator.GetBytes(200));
                    }
                },
                Cancellation);
        }

        byte[] bytes = await File.ReadAllBytesAsync(folder.File("state.db"), Cancellation);
        bytes.AsSpan(3 * 4096, 4096).Fill(0xA5);
        await File.WriteAllBytesAsync(folder.File("state.db"), bytes, Cancellation);

        StorageException exception = Assert.Throws<StorageException>(() => Open(folder));

        Assert.Equal(StorageFault.Corrupt, exception.Fault);
        Assert.Contains("restore the data folder from a backup", exception.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(folder.File("state.db"), Cancellation));
    }

    [Fact]
    public async Task Write_DatabaseIsFull_SaysDiskFullAndGoesOnLater()
    {
        using var folder = new TemporaryFolder();
        using StateDatabase database = Open(folder);
        await database.WriteAsync(state => state.Query("PRAGMA max_page_count = 8", row => row.GetInt64(0)), Cancellation);

        StorageException exception = await Assert.ThrowsAsync<StorageException>(
            () => database.WriteAsync(
                state => { state.Execute("INSERT INTO facts VALUES ('a', $1)", new byte[100_000]); }, Cancellation));

        Assert.Equal(StorageFault.DiskFull, exception.Fault);
        await database.WriteAsync(state => state.Query("PRAGMA max_page_count = 100000", row => row.GetInt64(0)), Cancellation);
        await database.WriteAsync(
            state => { state.Execute("INSERT INTO facts VALUES ('a', $1)", new byte[100_000]); }, Cancellation);
    }

    private static StateDatabase Open(TemporaryFolder folder) =>
        SqliteDatabase.Open(folder.File("state.db"), First, FaultPoints.None);

    private static string Pragma(StateDatabase database, string name) =>
        database.ReadAsync(
            state => state.Query("PRAGMA " + name, row => row.GetString(0))[0], Cancellation).GetAwaiter().GetResult();
}

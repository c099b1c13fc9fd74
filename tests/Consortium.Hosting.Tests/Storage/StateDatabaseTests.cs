using System.Security.Cryptography;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Storage;

namespace Consortium.Hosting.Tests.Storage;

public sealed class StateDatabaseTests
{
    private static readonly DatabaseSchema First = new(0x434f4e31, ["CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB)"]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_ThenReopened_IsThere()
    {
        using var folder = new TemporaryFolder();
        using (StateDatabase database = Open(folder))
        {
            await database.WriteAsync(state => { state.Execute("INSERT INTO facts VALUES ($1, $2)", "a", new byte[] { 1, 2 }); }, Cancellation);
        }

        using StateDatabase reopened = Open(folder);
        Assert.Equal([1, 2], Assert.Single(await reopened.ReadAsync(state => state.Query("SELECT value FROM facts", row => (byte[])row.GetValue(0)), Cancellation)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenForReading_BesideTheOwnerOrAfterIt_SeesWhatWasCommittedAndCannotWrite(bool isOwned)
    {
        using var folder = new TemporaryFolder();
        StateDatabase owner = Open(folder);
        await owner.WriteAsync(state => { state.Execute("INSERT INTO facts VALUES ('a', NULL)"); }, Cancellation);
        if (!isOwned)
        {
            owner.Dispose();
        }

        using (StateDatabase reader = StateDatabase.OpenForReading(folder.File("state.db"), First))
        {
            Assert.Equal(["a"], await reader.ReadAsync(state => state.Query("SELECT name FROM facts", row => row.GetString(0)), Cancellation));
            await Assert.ThrowsAsync<StorageException>(() => reader.WriteAsync(state => { state.Execute("DELETE FROM facts"); }, Cancellation));
            if (isOwned)
            {
                await owner.WriteAsync(state => { state.Execute("INSERT INTO facts VALUES ('b', NULL)"); }, Cancellation);
                Assert.Equal(2, (await reader.ReadAsync(state => state.Query("SELECT name FROM facts", row => row.GetString(0)), Cancellation)).Count);
            }
        }

        owner.Dispose();
    }

    [Fact]
    public void OpenForReading_NoFileOrAnothersOrAnOlderOne_SaysSo()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("state.db");
        Assert.Equal(StorageFault.Missing, Assert.Throws<StorageException>(() => StateDatabase.OpenForReading(file, First)).Fault);
        Open(folder).Dispose();
        Assert.Equal(StorageFault.NotOurs, Assert.Throws<StorageException>(() => StateDatabase.OpenForReading(file, First with { ApplicationId = 1 })).Fault);
        Assert.Equal(
            StorageFault.NotOurs,
            Assert.Throws<StorageException>(() => StateDatabase.OpenForReading(file, First with { Migrations = [.. First.Migrations, "CREATE TABLE more (x)"] })).Fault);
    }

    [Fact]
    public void Open_UsesWriteAheadLogAndFullSync()
    {
        using var folder = new TemporaryFolder();
        using StateDatabase database = Open(folder);

        Assert.Equal("wal", Pragma(database, "journal_mode"));
        Assert.Equal(2L, Pragma(database, "synchronous"));
        Assert.Equal(5000L, Pragma(database, "busy_timeout"));
    }

    [Theory]
    [InlineData("database:beginning", false)]
    [InlineData("database:committing", false)]
    [InlineData("database:committed", true)]
    public async Task Write_CrashAtPoint_AllOrNothing(string point, bool happened)
    {
        using var folder = new TemporaryFolder();
        bool armed = false;
        using (StateDatabase crashing = StateDatabase.Open(folder.File("state.db"), First, passed =>
        {
            if (armed && passed == point)
            {
                throw new SimulatedCrashException(passed);
            }
        }))
        {
            armed = true;
            await Assert.ThrowsAsync<SimulatedCrashException>(() => crashing.WriteAsync(state => { state.Execute("INSERT INTO facts VALUES ('a', NULL)"); }, Cancellation));
        }

        using StateDatabase reopened = Open(folder);
        Assert.Equal(happened ? 1 : 0, await reopened.ReadAsync(state => state.Query("SELECT name FROM facts", row => row.GetString(0)).Count, Cancellation));
    }

    [Fact]
    public async Task Write_WorkThrows_NothingHappened()
    {
        using var folder = new TemporaryFolder();
        using StateDatabase database = Open(folder);

        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync(
            state =>
            {
                state.Execute("INSERT INTO facts VALUES ('a', NULL)");
                throw new InvalidOperationException();
            },
            Cancellation));

        Assert.Empty(await database.ReadAsync(state => state.Query("SELECT name FROM facts", row => row.GetString(0)), Cancellation));
    }

    [Fact]
    public async Task Open_OlderVersion_IsMigratedAndKeepsItsRows()
    {
        using var folder = new TemporaryFolder();
        using (StateDatabase old = Open(folder))
        {
            await old.WriteAsync(state => { state.Execute("INSERT INTO facts VALUES ('a', NULL)"); }, Cancellation);
        }

        DatabaseSchema second = First with { Migrations = [.. First.Migrations, "ALTER TABLE facts ADD COLUMN round INTEGER NOT NULL DEFAULT 7"] };
        using StateDatabase database = StateDatabase.Open(folder.File("state.db"), second, FaultPoints.None);

        Assert.Equal([7L], await database.ReadAsync(state => state.Query("SELECT round FROM facts", row => row.GetInt64(0)), Cancellation));
        Assert.Equal(2L, Pragma(database, "user_version"));
    }

    [Fact]
    public void Open_MigrationCrashes_NextStartDoesItAgain()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<SimulatedCrashException>(() => StateDatabase.Open(folder.File("state.db"), First, point => throw new SimulatedCrashException(point)));

        using StateDatabase database = Open(folder);

        Assert.Equal(1L, Pragma(database, "user_version"));
    }

    [Fact]
    public void Open_NewerVersion_IsRejected()
    {
        using var folder = new TemporaryFolder();
        StateDatabase.Open(folder.File("state.db"), First with { Migrations = [.. First.Migrations, "CREATE TABLE more (x)"] }, FaultPoints.None).Dispose();

        StorageException exception = Assert.Throws<StorageException>(() => Open(folder));

        Assert.Equal(StorageFault.NotOurs, exception.Fault);
        Assert.Contains("version 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnotherRolesFile_IsRejected()
    {
        using var folder = new TemporaryFolder();
        StateDatabase.Open(folder.File("state.db"), First with { ApplicationId = 99 }, FaultPoints.None).Dispose();

        StorageException exception = Assert.Throws<StorageException>(() => Open(folder));

        Assert.Equal(StorageFault.NotOurs, exception.Fault);
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
            () => database.WriteAsync(state => { state.Execute("INSERT INTO facts VALUES ('a', $1)", new byte[100_000]); }, Cancellation));

        Assert.Equal(StorageFault.DiskFull, exception.Fault);
        await database.WriteAsync(state => state.Query("PRAGMA max_page_count = 100000", row => row.GetInt64(0)), Cancellation);
        await database.WriteAsync(state => { state.Execute("INSERT INTO facts VALUES ('a', $1)", new byte[100_000]); }, Cancellation);
    }

    [Fact]
    public async Task Write_OneOfManyInACommitThrows_OnlyItsOwnIsUndone()
    {
        using var folder = new TemporaryFolder();
        using var entered = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        int commits = 0;
        using StateDatabase database = StateDatabase.Open(folder.File("state.db"), First, point => commits += point == "database:committed" ? 1 : 0);
        Task first = Task.Run(() => database.WriteAsync(
            state =>
            {
                entered.Set();
                go.Wait(Cancellation);
            },
            Cancellation));
        entered.Wait(Cancellation);

        // These wait for the first to end, and share the commit after it.
        Task[] others = [.. Enumerable.Range(0, 5).Select(i => database.WriteAsync(
            state =>
            {
                state.Execute("INSERT INTO facts VALUES ($1, NULL)", $"{i}");
                if (i == 3)
                {
                    throw new InvalidOperationException("number 3");
                }
            },
            Cancellation))];
        Task given = database.WriteAsync(state => { state.Execute("INSERT INTO facts VALUES ('given up', NULL)"); }, new CancellationToken(canceled: true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        go.Set();
        await first;

        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(others));
        Assert.Equal(4, others.Count(other => other.IsCompletedSuccessfully));
        Assert.Equal(["0", "1", "2", "4"], await database.ReadAsync(state => state.Query("SELECT name FROM facts ORDER BY name", row => row.GetString(0)), Cancellation));
        Assert.Equal(2, commits);
    }

    [Fact]
    public async Task Write_FromManyTasks_AllHappenOneAfterAnother()
    {
        using var folder = new TemporaryFolder();
        using StateDatabase database = Open(folder);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(
            () => database.WriteAsync(state => { state.Execute("INSERT INTO facts VALUES ($1, NULL)", $"{i}"); }, Cancellation))));

        Assert.Equal(50, (await database.ReadAsync(state => state.Query("SELECT name FROM facts", row => row.GetString(0)), Cancellation)).Count);
    }

    private static StateDatabase Open(TemporaryFolder folder) => StateDatabase.Open(folder.File("state.db"), First, FaultPoints.None);

    private static object Pragma(StateDatabase database, string name) =>
        database.ReadAsync(state => state.Query("PRAGMA " + name, row => row.GetValue(0))[0], Cancellation).GetAwaiter().GetResult();
}

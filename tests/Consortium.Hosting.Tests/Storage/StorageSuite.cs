using System.Security.Cryptography;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Storage;
using Consortium.Primitives;

namespace Consortium.Hosting.Tests.Storage;

/// <summary>What holds on every storage. A class that derives from it gives one that is empty.</summary>
public abstract class StorageSuite
{
    private static readonly DatabaseSchema First = new(
        0x434f4e31, ["CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB, number BIGINT NOT NULL DEFAULT 0)"]);

    private static readonly DatabaseSchema Second =
        First with { Migrations = [.. First.Migrations, "ALTER TABLE facts ADD COLUMN round INTEGER NOT NULL DEFAULT 7"] };

    protected abstract IStorage Storage { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_ThenReopened_IsThere()
    {
        byte[] content = RandomNumberGenerator.GetBytes(5000);
        Digest digest;
        using (OpenStorage open = Open())
        {
            await open.Database.WriteAsync(
                state => { state.Execute("INSERT INTO facts VALUES ($1, $2, $3)", "a", new byte[] { 1, 2 }, long.MaxValue); },
                Cancellation);
            await open.Database.WriteAsync(
                state => { state.Execute("INSERT INTO facts VALUES ($1, $2, $3)", "b", null, -1); }, Cancellation);
            digest = await open.Blobs.PutAsync(content, Cancellation);
        }

        using OpenStorage reopened = Open();
        Assert.Equal(
            ["a 0102 9223372036854775807", "b null -1"],
            await reopened.Database.ReadAsync(
                state => state.Query(
                    "SELECT name, value, number FROM facts ORDER BY name",
                    row =>
                        $"{row.GetString(0)} {(row.IsNull(1) ? "null" : Convert.ToHexString(row.GetBytes(1)))} "
                            + $"{row.GetInt64(2)}"),
                Cancellation));
        Assert.Equal(content, await reopened.Blobs.ReadAsync(digest, Cancellation));
        Assert.Equal(content.Length, reopened.Blobs.Bytes);
    }

    [Fact]
    public void Open_OwnedAlready_IsRejectedUntilTheOwnerLetsGo()
    {
        using (Open())
        {
            Assert.Equal(StorageFault.InUse, Assert.Throws<StorageException>(Open).Fault);
        }

        Open().Dispose();
    }

    [Fact]
    public void Open_FailsAfterItWasTaken_LetsGo()
    {
        Open().Dispose();
        Assert.Throws<StorageException>(() => Storage.Open(First with { ApplicationId = 99 }, FaultPoints.None));

        Open().Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OpenForReading_BesideTheOwnerOrAfterIt_SeesWhatWasCommittedAndCannotWrite(bool isOwned)
    {
        OpenStorage owner = Open();
        await AddAsync(owner, "a");
        Digest digest = await owner.Blobs.PutAsync(new byte[] { 1, 2, 3 }, Cancellation);
        if (!isOwned)
        {
            owner.Dispose();
        }

        using (OpenStorage reader = Storage.OpenForReading(First))
        {
            Assert.Equal(["a"], await NamesAsync(reader));
            Assert.Equal([1, 2, 3], await reader.Blobs.ReadAsync(digest, Cancellation));
            await Assert.ThrowsAsync<StorageException>(
                () => reader.Database.WriteAsync(state => { state.Execute("DELETE FROM facts"); }, Cancellation));
            if (isOwned)
            {
                await AddAsync(owner, "b");
                Assert.Equal(["a", "b"], await NamesAsync(reader));
            }
        }

        owner.Dispose();
    }

    [Fact]
    public void OpenForReading_NothingThereOrAnothersOrOfAnotherVersion_SaysSo()
    {
        Assert.Equal(StorageFault.Missing, Assert.Throws<StorageException>(() => Storage.OpenForReading(First)).Fault);
        Open().Dispose();
        Assert.Equal(
            StorageFault.NotOurs,
            Assert.Throws<StorageException>(() => Storage.OpenForReading(First with { ApplicationId = 1 })).Fault);
        Assert.Equal(StorageFault.NotOurs, Assert.Throws<StorageException>(() => Storage.OpenForReading(Second)).Fault);
    }

    [Fact]
    public void Open_AnotherRolesOrNewer_IsRejected()
    {
        Storage.Open(Second, FaultPoints.None).Dispose();

        Assert.Equal(StorageFault.NotOurs, Assert.Throws<StorageException>(Open).Fault);
        Assert.Equal(
            StorageFault.NotOurs,
            Assert.Throws<StorageException>(() => Storage.Open(Second with { ApplicationId = 99 }, FaultPoints.None)).Fault);
    }

    [Fact]
    public async Task Open_OlderVersion_IsMigratedAndKeepsItsRows()
    {
        using (OpenStorage old = Open())
        {
            await AddAsync(old, "a");
        }

        using OpenStorage migrated = Storage.Open(Second, FaultPoints.None);

        Assert.Equal(
            [7],
            await migrated.Database.ReadAsync(
                state => state.Query("SELECT round FROM facts", row => row.GetInt32(0)), Cancellation));
    }

    [Fact]
    public async Task Open_MigrationCrashes_NextStartDoesItAgain()
    {
        Assert.Throws<SimulatedCrashException>(() => Storage.Open(First, point => throw new SimulatedCrashException(point)));

        using OpenStorage open = Open();
        await AddAsync(open, "a");

        Assert.Equal(["a"], await NamesAsync(open));
    }

    [Theory]
    [InlineData("database:beginning", false)]
    [InlineData("database:committing", false)]
    [InlineData("database:committed", true)]
    public async Task Write_CrashAtPoint_AllOrNothing(string point, bool happened)
    {
        bool armed = false;
        using (OpenStorage crashing = Storage.Open(First, passed =>
        {
            if (armed && passed == point)
            {
                throw new SimulatedCrashException(passed);
            }
        }))
        {
            armed = true;
            await Assert.ThrowsAsync<SimulatedCrashException>(() => AddAsync(crashing, "a"));
        }

        using OpenStorage reopened = Open();
        Assert.Equal(happened ? ["a"] : [], await NamesAsync(reopened));
    }

    [Fact]
    public async Task Write_WorkThrowsOrItsSqlIsWrong_NothingHappened()
    {
        using OpenStorage open = Open();

        await Assert.ThrowsAsync<InvalidOperationException>(() => open.Database.WriteAsync(
            state =>
            {
                state.Execute("INSERT INTO facts (name) VALUES ('a')");
                throw new InvalidOperationException();
            },
            Cancellation));
        await Assert.ThrowsAsync<StorageException>(() => open.Database.WriteAsync(
            state =>
            {
                state.Execute("INSERT INTO facts (name) VALUES ('a')");
                state.Execute("INSERT INTO facts (name) VALUES ('a')");
            },
            Cancellation));
        await Assert.ThrowsAsync<StorageException>(
            () => open.Database.ReadAsync(state => state.Query("SELECT nonsense", row => row.GetInt32(0)), Cancellation));

        Assert.Empty(await NamesAsync(open));
    }

    [Fact]
    public async Task Read_WhileATransactionIsHalfDone_SeesNothingOfIt()
    {
        using OpenStorage open = Open();
        using var half = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        Task writing = Task.Run(() => open.Database.WriteAsync(
            state =>
            {
                state.Execute("INSERT INTO facts (name) VALUES ('a')");
                half.Set();
                go.Wait(Cancellation);
                state.Execute("INSERT INTO facts (name) VALUES ('b')");
            },
            Cancellation));
        half.Wait(Cancellation);

        Task<IReadOnlyList<string>> reading = NamesAsync(open);
        go.Set();
        await writing;

        Assert.NotEqual(1, (await reading).Count);
        Assert.Equal(["a", "b"], await NamesAsync(open));
    }

    [Fact]
    public async Task Write_OneOfManyInACommitThrows_OnlyItsOwnIsUndone()
    {
        using var entered = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        int commits = 0;
        using OpenStorage open = Storage.Open(First, point => commits += point == "database:committed" ? 1 : 0);
        Task first = Task.Run(() => open.Database.WriteAsync(
            state =>
            {
                entered.Set();
                go.Wait(Cancellation);
            },
            Cancellation));
        entered.Wait(Cancellation);

        // These wait for the first to end, and share the commit after it.
        Task[] others = [.. Enumerable.Range(0, 5).Select(i => open.Database.WriteAsync(
            state =>
            {
                state.Execute("INSERT INTO facts (name) VALUES ($1)", $"{i}");
                if (i == 3)
                {
                    throw new InvalidOperationException("number 3");
                }
            },
            Cancellation))];
        Task given = open.Database.WriteAsync(
            state => { state.Execute("INSERT INTO facts (name) VALUES ('given up')"); }, new CancellationToken(canceled: true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        go.Set();
        await first;

        await Assert.ThrowsAsync<InvalidOperationException>(() => Task.WhenAll(others));
        Assert.Equal(4, others.Count(other => other.IsCompletedSuccessfully));
        Assert.Equal(["0", "1", "2", "4"], await NamesAsync(open));
        Assert.Equal(2, commits);
    }

    [Fact]
    public async Task Write_FromManyTasks_AllHappenOneAfterAnother()
    {
        using OpenStorage open = Open();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => AddAsync(open, $"{i}"))));

        Assert.Equal(50, (await NamesAsync(open)).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    public async Task Put_AnyLength_ReadsTheSameBytes(int length)
    {
        using OpenStorage open = Open();
        byte[] content = RandomNumberGenerator.GetBytes(length);

        Digest digest = await open.Blobs.PutAsync(content, Cancellation);

        Assert.Equal(Digest.Of(content), digest);
        Assert.Equal(content, await open.Blobs.ReadAsync(digest, Cancellation));
        Assert.Equal(length, open.Blobs.Bytes);
    }

    [Fact]
    public async Task Put_BytesChangedAfterwards_StaysAsItWas()
    {
        using OpenStorage open = Open();
        byte[] content = [1, 2, 3];
        Digest digest = await open.Blobs.PutAsync(content, Cancellation);

        content[0] = 9;
        (await open.Blobs.ReadAsync(digest, Cancellation))[1] = 9;

        Assert.Equal([1, 2, 3], await open.Blobs.ReadAsync(digest, Cancellation));
    }

    [Fact]
    public async Task ReadRange_WithinAndBeyond_GivesThePartOrSaysSo()
    {
        using OpenStorage open = Open();
        byte[] content = RandomNumberGenerator.GetBytes(1000), part = new byte[100];
        Digest digest = await open.Blobs.PutAsync(content, Cancellation);

        await open.Blobs.ReadRangeAsync(digest, 850, part, Cancellation);

        Assert.Equal(content[850..950], part);
        Assert.Equal(StorageFault.Corrupt, await FaultOfAsync(() => open.Blobs.ReadRangeAsync(digest, 901, part, Cancellation)));
        Assert.Equal(StorageFault.Missing, await FaultOfAsync(() => open.Blobs.ReadRangeAsync(default, 0, part, Cancellation)));
        Assert.Equal(StorageFault.Missing, await FaultOfAsync(() => open.Blobs.ReadAsync(Digest.Of([1]), Cancellation)));
    }

    [Fact]
    public async Task Put_SameContentManyTimesAtOnce_IsHeldOnce()
    {
        using OpenStorage open = Open();
        byte[] content = RandomNumberGenerator.GetBytes(100_000);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => open.Blobs.PutAsync(content, Cancellation))));

        Assert.Equal(content, await open.Blobs.ReadAsync(Digest.Of(content), Cancellation));
        Assert.Equal(content.Length, open.Blobs.Bytes);
    }

    [Fact]
    public async Task Put_CrashAtEveryPoint_ReopenedStoreHoldsAllOrNothing()
    {
        var points = new List<string>();
        using (OpenStorage open = Storage.Open(First, points.Add))
        {
            points.Clear();
            await open.Blobs.PutAsync(new byte[5000], Cancellation);
        }

        Assert.True(points.Count >= 2, string.Join(' ', points));
        int held = 5000;
        foreach (string point in points.ToArray())
        {
            byte[] content = RandomNumberGenerator.GetBytes(5000);
            using (OpenStorage crashing = Storage.Open(First, passed =>
            {
                if (passed == point)
                {
                    throw new SimulatedCrashException(passed);
                }
            }))
            {
                await Assert.ThrowsAsync<SimulatedCrashException>(() => crashing.Blobs.PutAsync(content, Cancellation));
            }

            using OpenStorage reopened = Open();
            Assert.Contains(reopened.Blobs.Bytes, (long[])[held, held + 5000]);
            await reopened.Blobs.PutAsync(content, Cancellation);
            held += 5000;
            Assert.Equal(content, await reopened.Blobs.ReadAsync(Digest.Of(content), Cancellation));
            Assert.Equal(held, reopened.Blobs.Bytes);
        }
    }

    [Fact]
    public async Task Collect_KeepsWhatIsReferredToAndWhatIsYoung()
    {
        using OpenStorage open = Open();
        Digest kept = await open.Blobs.PutAsync(new byte[] { 1 }, Cancellation),
            dropped = await open.Blobs.PutAsync(new byte[] { 2 }, Cancellation);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();

        Assert.Equal(0, await open.Blobs.CollectAsync(new HashSet<Digest>(), now.AddHours(-1), Cancellation));
        Assert.Equal(1, await open.Blobs.CollectAsync(new HashSet<Digest> { kept }, now.AddMinutes(1), Cancellation));

        Assert.Equal([1], await open.Blobs.ReadAsync(kept, Cancellation));
        Assert.Equal(StorageFault.Missing, await FaultOfAsync(() => open.Blobs.ReadAsync(dropped, Cancellation)));
        Assert.Equal(1, open.Blobs.Bytes);
    }

    [Fact]
    public async Task Collect_BlobStoredAgain_IsAsYoungAsANewOne()
    {
        using OpenStorage open = Open();
        Digest blob = await open.Blobs.PutAsync(new byte[] { 1 }, Cancellation);
        DateTimeOffset between = TimeProvider.System.GetUtcNow();

        await open.Blobs.PutAsync(new byte[] { 1 }, Cancellation);

        Assert.Equal(0, await open.Blobs.CollectAsync(new HashSet<Digest>(), between, Cancellation));
        Assert.Equal([1], await open.Blobs.ReadAsync(blob, Cancellation));
    }

    /// <param name="open">A storage whose ciphertext may take 10,000 bytes.</param>
    protected static async Task CheckQuotaAsync(OpenStorage open)
    {
        await open.Blobs.PutAsync(RandomNumberGenerator.GetBytes(6000), Cancellation);

        Assert.Equal(StorageFault.QuotaExceeded, await FaultOfAsync(() => open.Blobs.PutAsync(new byte[6000], Cancellation)));
        Assert.Equal(
            6000,
            await open.Blobs.CollectAsync(new HashSet<Digest>(), TimeProvider.System.GetUtcNow().AddMinutes(1), Cancellation));

        await open.Blobs.PutAsync(new byte[6000], Cancellation);
        Assert.Equal(6000, open.Blobs.Bytes);
    }

    private protected static OpenStorage OpenEmpty(IStorage storage) => storage.Open(First, FaultPoints.None);

    private OpenStorage Open() => OpenEmpty(Storage);

    private static Task AddAsync(OpenStorage open, string name) =>
        open.Database.WriteAsync(state => { state.Execute("INSERT INTO facts (name) VALUES ($1)", name); }, Cancellation);

    private static Task<IReadOnlyList<string>> NamesAsync(OpenStorage open) =>
        open.Database.ReadAsync(
            state => state.Query("SELECT name FROM facts ORDER BY name", row => row.GetString(0)), Cancellation);

    private static async Task<StorageFault> FaultOfAsync(Func<Task> act) =>
        (await Assert.ThrowsAsync<StorageException>(act)).Fault;
}

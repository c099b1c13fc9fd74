using System.Security.Cryptography;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Tests.Storage;

public sealed class BlobStoreTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    public async Task Put_ThenReopened_ReadsTheSameBytes(int length)
    {
        using var folder = new TemporaryFolder();
        byte[] content = RandomNumberGenerator.GetBytes(length);

        Digest digest = await Open(folder).PutAsync(content, Cancellation);

        Assert.Equal(Digest.Of(content), digest);
        BlobStore reopened = Open(folder);
        Assert.Equal(content, await reopened.ReadAsync(digest, Cancellation));
        Assert.Equal(length, reopened.Bytes);
    }

    [Fact]
    public async Task ReadRange_ByAnother_GivesThePartAndLeavesTheStoreAlone()
    {
        using var folder = new TemporaryFolder();
        byte[] content = RandomNumberGenerator.GetBytes(1000), part = new byte[100];
        Digest digest = await Open(folder).PutAsync(content, Cancellation);
        string unfinished = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Single() + "-7.tmp"; // its owner is at work
        await File.WriteAllBytesAsync(unfinished, content, Cancellation);

        BlobStore reader = BlobStore.OpenForReading(folder.Path, FaultPoints.None);
        await reader.ReadRangeAsync(digest, 850, part, Cancellation);

        Assert.Equal(content[850..950], part);
        Assert.True(File.Exists(unfinished));
        Assert.Equal(StorageFault.Corrupt, (await Assert.ThrowsAsync<StorageException>(() => reader.ReadRangeAsync(digest, 901, part, Cancellation))).Fault);
        Assert.Equal(StorageFault.Missing, (await Assert.ThrowsAsync<StorageException>(() => reader.ReadRangeAsync(default, 0, part, Cancellation))).Fault);
    }

    [Fact]
    public async Task Put_SameContentManyTimesAtOnce_IsHeldOnce()
    {
        using var folder = new TemporaryFolder();
        BlobStore store = Open(folder);
        byte[] content = RandomNumberGenerator.GetBytes(100_000);

        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => store.PutAsync(content, Cancellation))));

        Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        Assert.Equal(content, await store.ReadAsync(Digest.Of(content), Cancellation));
        Assert.Equal(content.Length, store.Bytes);
    }

    [Fact]
    public async Task Put_CrashAtEveryPoint_ReopenedStoreHoldsAllOrNothing()
    {
        byte[] content = RandomNumberGenerator.GetBytes(5000);
        Digest digest = Digest.Of(content);
        List<string> points = await PointsOfPutAsync(content);
        Assert.True(points.Count >= 5, string.Join(' ', points));
        foreach (string point in points)
        {
            using var folder = new TemporaryFolder();
            BlobStore crashing = Open(folder, faults: passed =>
            {
                if (passed == point)
                {
                    throw new SimulatedCrashException(passed);
                }
            });
            await Assert.ThrowsAsync<SimulatedCrashException>(() => crashing.PutAsync(content, Cancellation));

            BlobStore reopened = Open(folder);
            Assert.Equal(reopened.Contains(digest) ? content.Length : 0, reopened.Bytes);
            await reopened.PutAsync(content, Cancellation);
            Assert.Equal(content, await reopened.ReadAsync(digest, Cancellation));
            Assert.Equal(content.Length, reopened.Bytes);
        }
    }

    [Fact]
    public async Task Open_HalfWrittenFileOfAKilledProcess_IsRemoved()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("ab"));
        await File.WriteAllBytesAsync(Path.Combine(folder.File("ab"), new string('a', 64) + "-1.tmp"), new byte[10], Cancellation);

        BlobStore store = Open(folder);

        Assert.Equal(0, store.Bytes);
        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1234)]
    [InlineData(4999)]
    public async Task Read_TornFile_SaysWhichFileAndWhatToDo(int lengthLeft)
    {
        using var folder = new TemporaryFolder();
        BlobStore store = Open(folder);
        Digest digest = await store.PutAsync(RandomNumberGenerator.GetBytes(5000), Cancellation);
        string file = Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        await using (FileStream torn = File.OpenWrite(file))
        {
            torn.SetLength(lengthLeft);
        }

        StorageException exception = await Assert.ThrowsAsync<StorageException>(() => store.ReadAsync(digest, Cancellation));

        Assert.Equal(StorageFault.Corrupt, exception.Fault);
        Assert.Contains(file, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_FlippedBit_IsNoticed()
    {
        using var folder = new TemporaryFolder();
        BlobStore store = Open(folder);
        Digest digest = await store.PutAsync(RandomNumberGenerator.GetBytes(5000), Cancellation);
        string file = Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        byte[] bytes = await File.ReadAllBytesAsync(file, Cancellation);
        bytes[2500] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancellation);

        StorageException exception = await Assert.ThrowsAsync<StorageException>(() => store.ReadAsync(digest, Cancellation));

        Assert.Equal(StorageFault.Corrupt, exception.Fault);
    }

    [Fact]
    public async Task Put_TornFileUnderItsName_IsReplaced()
    {
        using var folder = new TemporaryFolder();
        BlobStore store = Open(folder);
        byte[] content = RandomNumberGenerator.GetBytes(5000);
        Digest digest = await store.PutAsync(content, Cancellation);
        await using (FileStream torn = File.OpenWrite(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories)[0]))
        {
            torn.SetLength(17);
        }

        await store.PutAsync(content, Cancellation);

        Assert.Equal(content, await store.ReadAsync(digest, Cancellation));
    }

    [Fact]
    public async Task Read_NeverStored_IsMissing()
    {
        using var folder = new TemporaryFolder();

        StorageException exception = await Assert.ThrowsAsync<StorageException>(() => Open(folder).ReadAsync(Digest.Of([1]), Cancellation));

        Assert.Equal(StorageFault.Missing, exception.Fault);
    }

    [Fact]
    public async Task Put_BeyondTheQuota_IsRejectedAndRoomMadeAgainIsUsed()
    {
        using var folder = new TemporaryFolder();
        BlobStore store = Open(folder, maximumBytes: 10_000);
        Digest first = await store.PutAsync(RandomNumberGenerator.GetBytes(6000), Cancellation);

        StorageException exception = await Assert.ThrowsAsync<StorageException>(() => store.PutAsync(new byte[6000], Cancellation));
        store.Collect(new HashSet<Digest>(), TimeProvider.System.GetUtcNow().AddMinutes(1));

        Assert.Equal(StorageFault.QuotaExceeded, exception.Fault);
        Assert.False(store.Contains(first));
        await store.PutAsync(new byte[6000], Cancellation);
        Assert.Equal(6000, store.Bytes);
    }

    [Fact]
    public async Task Put_DiskIsFull_SaysSoAndKeepsNothing()
    {
        using var folder = new TemporaryFolder();
        bool full = true;
        BlobStore store = Open(folder, faults: point =>
        {
            if (full && point == "blob:written")
            {
                throw new IOException("No space left on device", 28);
            }
        });

        StorageException exception = await Assert.ThrowsAsync<StorageException>(() => store.PutAsync(new byte[100], Cancellation));

        Assert.Equal(StorageFault.DiskFull, exception.Fault);
        Assert.Equal(0, store.Bytes);
        Assert.Empty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
        full = false;
        await store.PutAsync(new byte[100], Cancellation);
        Assert.Equal(100, store.Bytes);
    }

    [Fact]
    public async Task From_WhatTheSystemReportsForAFullDisk_IsDiskFull()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "/dev/full is Linux's");
        IOException real = await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            await using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            await full.WriteAsync(new byte[4096], Cancellation);
        });

        Assert.Equal(StorageFault.DiskFull, StorageException.From("Storing", real).Fault);
    }

    [Fact]
    public async Task Collect_KeepsWhatIsReferredToAndWhatIsYoung()
    {
        using var folder = new TemporaryFolder();
        BlobStore store = Open(folder);
        Digest kept = await store.PutAsync(new byte[] { 1 }, Cancellation), dropped = await store.PutAsync(new byte[] { 2 }, Cancellation);

        Assert.Equal(0, store.Collect(new HashSet<Digest>(), TimeProvider.System.GetUtcNow().AddHours(-1)));
        Assert.Equal(1, store.Collect(new HashSet<Digest> { kept }, TimeProvider.System.GetUtcNow().AddMinutes(1)));

        Assert.True(store.Contains(kept));
        Assert.False(store.Contains(dropped));
    }

    [Fact]
    public async Task Collect_BlobStoredAgain_IsAsYoungAsANewOne()
    {
        using var folder = new TemporaryFolder();
        BlobStore store = Open(folder);
        Digest blob = await store.PutAsync(new byte[] { 1 }, Cancellation);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        File.SetLastWriteTimeUtc(Assert.Single(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories)), now.AddDays(-2).UtcDateTime);

        await store.PutAsync(new byte[] { 1 }, Cancellation);

        Assert.Equal(0, store.Collect(new HashSet<Digest>(), now.AddHours(-1)));
        Assert.True(store.Contains(blob));
    }

    private static async Task<List<string>> PointsOfPutAsync(byte[] content)
    {
        using var folder = new TemporaryFolder();
        var points = new List<string>();
        await Open(folder, faults: points.Add).PutAsync(content, Cancellation);
        return points;
    }

    private static BlobStore Open(TemporaryFolder folder, long maximumBytes = long.MaxValue, FaultPoint? faults = null) =>
        BlobStore.Open(folder.Path, maximumBytes, faults ?? FaultPoints.None);
}

using System.Security.Cryptography;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Sqlite;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Tests.Storage;

/// <summary>What is the file store's alone; what every store holds is in <see cref="StorageSuite"/>.</summary>
public sealed class FileBlobStoreTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ReadRange_ByAnother_GivesThePartAndLeavesTheStoreAlone()
    {
        using var folder = new TemporaryFolder();
        byte[] content = RandomNumberGenerator.GetBytes(1000), part = new byte[100];
        Digest digest = await Open(folder).PutAsync(content, Cancellation);
        // its owner is at work
        string unfinished = Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Single() + "-7.tmp";
        await File.WriteAllBytesAsync(unfinished, content, Cancellation);

        BlobStore reader = FileBlobStore.OpenForReading(folder.Path, FaultPoints.None);
        await reader.ReadRangeAsync(digest, 850, part, Cancellation);

        Assert.Equal(content[850..950], part);
        Assert.True(File.Exists(unfinished));
        Assert.Equal(
            StorageFault.Corrupt,
            (await Assert.ThrowsAsync<StorageException>(() => reader.ReadRangeAsync(digest, 901, part, Cancellation))).Fault);
        Assert.Equal(
            StorageFault.Missing,
            (await Assert.ThrowsAsync<StorageException>(() => reader.ReadRangeAsync(default, 0, part, Cancellation))).Fault);
    }

    [Fact]
    public async Task Open_HalfWrittenFileOfAKilledProcess_IsRemoved()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("ab"));
        await File.WriteAllBytesAsync(
            Path.Combine(folder.File("ab"), new string('a', 64) + "-1.tmp"), new byte[10], Cancellation);

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

        StorageException exception = await Assert.ThrowsAsync<StorageException>(
            () => store.PutAsync(new byte[100], Cancellation));

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
            await using var full = new FileStream(
                "/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            await full.WriteAsync(new byte[4096], Cancellation);
        });

        Assert.Equal(StorageFault.DiskFull, StorageException.From("Storing", real).Fault);
    }

    private static BlobStore Open(TemporaryFolder folder, long maximumBytes = long.MaxValue, FaultPoint? faults = null) =>
        FileBlobStore.Open(folder.Path, maximumBytes, faults ?? FaultPoints.None);
}

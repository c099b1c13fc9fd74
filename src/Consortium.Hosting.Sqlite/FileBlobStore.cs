using Consortium.Hosting.Faults;
using Consortium.Hosting.Storage;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;

namespace Consortium.Hosting.Sqlite;

/// <summary>A blob store in a folder: a file is written under a name of its own, synced, and renamed.</summary>
public sealed class FileBlobStore : BlobStore
{
    private const string TemporarySuffix = ".tmp";

    private readonly string _folder;
    private readonly long _maximumBytes;
    private readonly bool _syncs;
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 16).Select(_ => new SemaphoreSlim(1))];
    private long _bytes;
    private long _temporary;

    private FileBlobStore(string folder, long maximumBytes, FaultPoint faults, bool syncs)
        : base(faults)
    {
        _folder = folder;
        _maximumBytes = maximumBytes;
        _syncs = syncs;
    }

    public override long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Opens the store, creating its folder if need be, and removes what a crash left half-written.</summary>
    /// <param name="maximumBytes">Beyond it, <see cref="PutAsync"/> rejects.</param>
    /// <param name="syncs">Whether what is stored survives a power cut, not only the process's end.</param>
    public static FileBlobStore Open(string folder, long maximumBytes, FaultPoint faults, bool syncs = true)
    {
        var store = new FileBlobStore(Path.GetFullPath(folder), maximumBytes, faults, syncs);
        try
        {
            Directory.CreateDirectory(folder);
            foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
            {
                if (file.Extension == TemporarySuffix)
                {
                    file.Delete();
                }
                else
                {
                    store._bytes += file.Length;
                }
            }
        }
        catch (IOException exception)
        {
            throw StorageException.From($"Opening {folder}", exception);
        }

        return store;
    }

    /// <summary>Another process's store, to read from. Nothing is created in it and nothing removed.</summary>
    public static FileBlobStore OpenForReading(string folder, FaultPoint faults) =>
        new(Path.GetFullPath(folder), maximumBytes: 0, faults, syncs: true);

    public override Task<long> CollectAsync(
        IReadOnlySet<Digest> referenced, DateTimeOffset before, CancellationToken cancellationToken)
    {
        long freed = 0;
        foreach (FileInfo file in new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.Extension != TemporarySuffix
                && file.LastWriteTimeUtc < before.UtcDateTime
                && !referenced.Contains(Digest.Parse(file.Name)))
            {
                freed += Delete(file, before);
            }
        }

        return Task.FromResult(freed);
    }

    protected override async Task<byte[]> LoadAsync(Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(PlaceOf(digest), cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(_folder, digest, exception);
        }
        catch (IOException exception)
        {
            throw StorageException.From($"Reading {digest}", exception);
        }
    }

    protected override async Task LoadRangeAsync(
        Digest digest, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(
                PlaceOf(digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0,
                FileOptions.Asynchronous);
            file.Position = offset;
            await file.ReadExactlyAsync(destination, cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(_folder, digest, exception);
        }
        catch (EndOfStreamException exception)
        {
            throw TooShort(PlaceOf(digest), offset + destination.Length, exception);
        }
        catch (IOException exception)
        {
            throw StorageException.From($"Reading {digest}", exception);
        }
    }

    protected override async Task StoreAsync(ReadOnlyMemory<byte> content, Digest digest, CancellationToken cancellationToken)
    {
        string target = PlaceOf(digest);
        SemaphoreSlim turn = TurnOf(digest.ToString());
        await turn.WaitAsync(cancellationToken); // the same content, stored twice at once, is counted once
        try
        {
            var existing = new FileInfo(target);
            long replaced = existing.Exists ? existing.Length : 0;
            if (!existing.Exists || replaced != content.Length)
            {
                await WriteAsync(digest, target, content, replaced, cancellationToken);
            }
            else
            {
                // as good as new: not to be collected before it is referred to
                existing.LastWriteTimeUtc = TimeProvider.System.GetUtcNow().UtcDateTime;
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Two hexadecimal digits of folder keep folders small.</summary>
    protected override string PlaceOf(Digest digest)
    {
        string name = digest.ToString();
        return Path.Combine(_folder, name[..2], name);
    }

    private long Delete(FileInfo file, DateTimeOffset before)
    {
        SemaphoreSlim turn = TurnOf(file.Name);
        turn.Wait();
        try
        {
            file.Refresh();
            if (!file.Exists || file.LastWriteTimeUtc >= before.UtcDateTime)
            {
                return 0; // stored again meanwhile
            }

            long length = file.Length;
            file.Delete();
            Interlocked.Add(ref _bytes, -length);
            return length;
        }
        finally
        {
            turn.Release();
        }
    }

    private SemaphoreSlim TurnOf(string name) => _turns[Convert.ToInt32(name[..1], 16)];

    private async Task WriteAsync(
        Digest digest, string target, ReadOnlyMemory<byte> content, long replaced, CancellationToken cancellationToken)
    {
        long added = content.Length - replaced;
        if (Interlocked.Add(ref _bytes, added) > _maximumBytes)
        {
            Interlocked.Add(ref _bytes, -added);
            throw QuotaExceeded(_folder, Bytes, added, _maximumBytes);
        }

        string folder = Path.GetDirectoryName(target)!;
        string temporary = $"{target}-{Interlocked.Increment(ref _temporary)}{TemporarySuffix}";
        try
        {
            if (!Directory.Exists(folder))
            {
                Directory.CreateDirectory(folder);
                SyncEntries(_folder);
            }

            using Instruments.Work work = Instruments.Measure("store");
            Faults("blob:writing");
            await using (var file = new FileStream(
                temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await file.WriteAsync(content, cancellationToken);
                Faults("blob:written");
                file.Flush(flushToDisk: _syncs);
            }

            Faults("blob:synced");
            File.Move(temporary, target, overwrite: true);
            Faults("blob:renamed");
            SyncEntries(folder);
            Faults("blob:stored");
        }
        catch (Exception exception)
        {
            Interlocked.Add(ref _bytes, -added);
            File.Delete(temporary);
            if (exception is IOException failure)
            {
                throw StorageException.From($"Storing {digest}", failure);
            }

            throw;
        }
    }

    private void SyncEntries(string folder)
    {
        if (_syncs)
        {
            DirectorySync.Flush(folder);
        }
    }
}

using System.Security.Cryptography;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Storage;

/// <summary>
/// Ciphertext on disk, each piece named by its SHA-256. A name appears only when its bytes are durable, so what is there is whole;
/// reading checks it all the same. Thread-safe.
/// </summary>
public sealed class BlobStore
{
    private const string TemporarySuffix = ".tmp";

    private readonly string _folder;
    private readonly long _maximumBytes;
    private readonly FaultPoint _faults;
    private readonly bool _syncs;
    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, 16).Select(_ => new SemaphoreSlim(1))];
    private long _bytes;
    private long _temporary;

    private BlobStore(string folder, long maximumBytes, FaultPoint faults, bool syncs)
    {
        _folder = folder;
        _maximumBytes = maximumBytes;
        _faults = faults;
        _syncs = syncs;
    }

    /// <summary>Bytes held.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Opens the store, creating its folder if need be, and removes what a crash left half-written.</summary>
    /// <param name="maximumBytes">Beyond it, <see cref="PutAsync"/> rejects.</param>
    /// <param name="syncs">Whether what is stored survives a power cut, not only the process's end.</param>
    public static BlobStore Open(string folder, long maximumBytes, FaultPoint faults, bool syncs = true)
    {
        var store = new BlobStore(Path.GetFullPath(folder), maximumBytes, faults, syncs);
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
    public static BlobStore OpenForReading(string folder, FaultPoint faults) => new(Path.GetFullPath(folder), maximumBytes: 0, faults, syncs: true);

    /// <summary>Stores <paramref name="content"/>; when the task completes it survives a power cut. Storing it twice is storing it once.</summary>
    /// <exception cref="StorageException">Disk full, quota exceeded, disk failing. Nothing is stored then.</exception>
    public Task<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => PutAsync(content, Digest.Of(content.Span), cancellationToken);

    /// <summary>As the other, for a frame as it came.</summary>
    public Task<Digest> PutAsync(Frame frame, CancellationToken cancellationToken) => PutAsync(frame.Body, frame.Digest, cancellationToken);

    public bool Contains(Digest digest) => File.Exists(PathOf(digest));

    /// <summary>The bytes that were stored under <paramref name="digest"/>, checked against it.</summary>
    /// <exception cref="StorageException">Missing, or damaged since.</exception>
    public async Task<byte[]> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        byte[] content;
        try
        {
            _faults("blob:reading");
            content = await File.ReadAllBytesAsync(PathOf(digest), cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(digest, exception);
        }
        catch (IOException exception)
        {
            throw StorageException.From($"Reading {digest}", exception);
        }

        Span<byte> hash = stackalloc byte[Digest.Length];
        SHA256.HashData(content, hash);
        return new Digest(hash) == digest
            ? content
            : throw new StorageException(
                StorageFault.Corrupt, $"{PathOf(digest)} is damaged: its {content.Length} bytes are not what was stored. Check the disk; restore the file from a backup, or delete it and have its sender send it again.");
    }

    /// <summary>A part of the bytes stored under <paramref name="digest"/>, as many as <paramref name="destination"/> takes. A part cannot be checked: the caller does.</summary>
    /// <exception cref="StorageException">Missing, or shorter than that.</exception>
    public async Task ReadRangeAsync(Digest digest, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            _faults("blob:reading");
            await using var file = new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
            file.Position = offset;
            await file.ReadExactlyAsync(destination, cancellationToken);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Missing(digest, exception);
        }
        catch (EndOfStreamException exception)
        {
            throw new StorageException(
                StorageFault.Corrupt, $"{PathOf(digest)} is damaged: it ends before byte {offset + destination.Length}. Check the disk; restore the file from a backup.", exception);
        }
        catch (IOException exception)
        {
            throw StorageException.From($"Reading {digest}", exception);
        }
    }

    /// <summary>
    /// Deletes what nobody refers to and was stored before <paramref name="before"/>; the time covers those who have stored a blob and
    /// not yet written down that they refer to it.
    /// </summary>
    /// <returns>Bytes freed.</returns>
    public long Collect(IReadOnlySet<Digest> referenced, DateTimeOffset before)
    {
        long freed = 0;
        foreach (FileInfo file in new DirectoryInfo(_folder).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (file.Extension != TemporarySuffix && file.LastWriteTimeUtc < before.UtcDateTime && !referenced.Contains(Digest.Parse(file.Name)))
            {
                freed += Delete(file, before);
            }
        }

        return freed;
    }

    private long Delete(FileInfo file, DateTimeOffset before)
    {
        SemaphoreSlim turn = TransactionOf(file.Name);
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

    private SemaphoreSlim TransactionOf(string name) => _turns[Convert.ToInt32(name[..1], 16)];

    private async Task<Digest> PutAsync(ReadOnlyMemory<byte> content, Digest digest, CancellationToken cancellationToken)
    {
        string target = PathOf(digest);
        SemaphoreSlim turn = TransactionOf(digest.ToString());
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
                existing.LastWriteTimeUtc = TimeProvider.System.GetUtcNow().UtcDateTime; // as good as new: not to be collected before it is referred to
            }

            return digest;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task WriteAsync(Digest digest, string target, ReadOnlyMemory<byte> content, long replaced, CancellationToken cancellationToken)
    {
        long added = content.Length - replaced;
        if (Interlocked.Add(ref _bytes, added) > _maximumBytes)
        {
            Interlocked.Add(ref _bytes, -added);
            throw new StorageException(
                StorageFault.QuotaExceeded, $"{_folder} holds {Bytes} bytes; {added} more would exceed its limit of {_maximumBytes}. Raise the limit or end old sessions.");
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
            _faults("blob:writing");
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await file.WriteAsync(content, cancellationToken);
                _faults("blob:written");
                file.Flush(flushToDisk: _syncs);
            }

            _faults("blob:synced");
            File.Move(temporary, target, overwrite: true);
            _faults("blob:renamed");
            SyncEntries(folder);
            _faults("blob:stored");
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

    private StorageException Missing(Digest digest, Exception exception) =>
        new(StorageFault.Missing, $"{digest} is not in {_folder}. Restore the folder from a backup, or have its sender send it again.", exception);

    /// <summary>Two hexadecimal digits of folder keep folders small.</summary>
    private string PathOf(Digest digest)
    {
        string name = digest.ToString();
        return Path.Combine(_folder, name[..2], name);
    }
}

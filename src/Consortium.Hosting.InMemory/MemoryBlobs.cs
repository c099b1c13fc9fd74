using Consortium.Primitives;

namespace Consortium.Hosting.InMemory;

/// <summary>The blobs of a <see cref="MemoryStorage"/>, with the time at which each was last stored. Thread-safe.</summary>
internal sealed class MemoryBlobs(long maximumBytes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, (byte[] Content, DateTimeOffset Stored)> _blobs = [];
    private long _bytes;

    public long MaximumBytes => maximumBytes;

    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <returns>Whether there was room.</returns>
    public bool TryPut(Digest digest, ReadOnlySpan<byte> content, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_blobs.TryGetValue(digest, out (byte[] Content, DateTimeOffset Stored) known))
            {
                _blobs[digest] = (known.Content, now); // as good as new: not to be collected before it is referred to
                return true;
            }

            if (_bytes + content.Length > maximumBytes)
            {
                return false;
            }

            _blobs.Add(digest, (content.ToArray(), now));
            _bytes += content.Length;
            return true;
        }
    }

    public byte[]? Find(Digest digest)
    {
        lock (_lock)
        {
            return _blobs.TryGetValue(digest, out (byte[] Content, DateTimeOffset Stored) known) ? known.Content : null;
        }
    }

    public long Collect(IReadOnlySet<Digest> referenced, DateTimeOffset before)
    {
        lock (_lock)
        {
            long freed = 0;
            foreach (Digest digest in _blobs.Where(blob => blob.Value.Stored < before && !referenced.Contains(blob.Key))
                .Select(blob => blob.Key)
                .ToArray())
            {
                freed += _blobs[digest].Content.Length;
                _blobs.Remove(digest);
            }

            _bytes -= freed;
            return freed;
        }
    }
}

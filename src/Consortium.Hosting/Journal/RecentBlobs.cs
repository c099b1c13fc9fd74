using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Journal;

/// <summary>
/// The last few blobs read, kept in memory: a sum goes to every bank, and is read and checked once for all of them. Thread-safe.
/// </summary>
internal sealed class RecentBlobs(BlobStore blobs)
{
    private const int Kept = 8;

    private readonly Lock _lock = new();
    private readonly LinkedList<(Digest Digest, Task<byte[]> Content)> _recent = [];

    /// <summary>The content, which nobody may change.</summary>
    public Task<byte[]> ReadAsync(Digest digest)
    {
        lock (_lock)
        {
            for (LinkedListNode<(Digest Digest, Task<byte[]> Content)>? node = _recent.First; node is not null; node = node.Next)
            {
                if (node.Value.Digest == digest && !node.Value.Content.IsFaulted)
                {
                    _recent.Remove(node);
                    _recent.AddFirst(node);
                    return node.Value.Content;
                }
            }

            // for whoever asks for it, not for the first of them only
            Task<byte[]> content = blobs.ReadAsync(digest, CancellationToken.None);
            _recent.AddFirst((digest, content));
            if (_recent.Count > Kept)
            {
                _recent.RemoveLast();
            }

            return content;
        }
    }

    /// <summary>Lets go of everything, when there is nothing more to send.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _recent.Clear();
        }
    }
}

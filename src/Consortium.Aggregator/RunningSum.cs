using System.Collections.Concurrent;
using System.Collections.Immutable;
using Consortium.Cryptography.Encryption;
using Consortium.Hosting.Storage;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>
/// The sum of one attempt's updates, chunk by chunk as they come: 64 KiB a chunk, however many banks. Lost with the process, and
/// made again from what is stored. Thread-safe.
/// </summary>
internal sealed class RunningSum(AttemptId attempt, UpdateShape shape, SlotLayout layout)
{
    private readonly ImmutableArray<ChunkSum> _chunks =
        [.. Enumerable.Range(0, shape.Chunks).Select(chunk => new ChunkSum(layout, chunk))];
    private readonly ConcurrentDictionary<Digest, AddedChunks> _added = new();
    private readonly ReaderWriterLockSlim _closing = new();
    private bool _isClosed;

    public AttemptId Attempt => attempt;

    public UpdateShape Shape => shape;

    /// <summary>Whether nothing but chunks of this cohort's updates was added, so that adding the rest gives its sum.</summary>
    public bool LeadsTo(Cohort cohort) =>
        cohort.Attempt == attempt && cohort.Shape == shape
        && _added.Where(added => added.Value.Count > 0).Select(added => added.Key).ToHashSet()
            .IsSubsetOf(cohort.Members.Select(member => member.ManifestDigest));

    /// <summary>Whether every chunk of an update was added.</summary>
    public bool Contains(Digest source) => _added.TryGetValue(source, out AddedChunks? added) && added.Count == shape.Chunks;

    /// <summary>Takes no more frames as they arrive: what a closed cohort lacks is added from what is stored.</summary>
    public void Close()
    {
        _closing.EnterWriteLock();
        _isClosed = true;
        _closing.ExitWriteLock();
    }

    /// <summary>
    /// Adds the chunks of a frame that has the digests it should; each chunk of an update counts once, however often it comes.
    /// </summary>
    /// <returns>False when the sum is closed, and nothing was added.</returns>
    /// <exception cref="MalformedDataException">
    /// A chunk is malformed. Those before it stay added: the update they are of never completes.
    /// </exception>
    public bool TryAdd(ChunkFrame frame)
    {
        _closing.EnterReadLock();
        try
        {
            if (_isClosed)
            {
                return false;
            }

            Add(frame);
            return true;
        }
        finally
        {
            _closing.ExitReadLock();
        }
    }

    /// <summary>
    /// Adds what is missing of an update that is stored completely and was checked. Not while it is written out.
    /// </summary>
    public async Task AddAsync(
        IReadOnlyList<StoredFrame> cover, BlobStore blobs, MessageLimits limits, CancellationToken cancellationToken)
    {
        foreach (StoredFrame stored in cover)
        {
            Add(ChunkFrame.Decode(await blobs.ReadAsync(stored.Blob, cancellationToken), limits));
        }
    }

    /// <summary>The sum's chunks, one after the other. Only of a closed sum, or one that nobody else knows.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[checked(_chunks.Length * WireChunk.Size)];
        for (int i = 0; i < _chunks.Length; i++)
        {
            _chunks[i].WriteTo(bytes.AsSpan(i * WireChunk.Size, WireChunk.Size));
        }

        return bytes;
    }

    private void Add(ChunkFrame frame)
    {
        using Instruments.Work work = Instruments.Measure("sum", attempt);
        AddedChunks added = _added.GetOrAdd(frame.Source, static (_, chunks) => new AddedChunks(chunks), _chunks.Length);
        var busy = new List<int>();
        for (int i = 0; i < frame.Count; i++)
        {
            ChunkSum sum = _chunks[frame.First + i];
            if (Monitor.TryEnter(sum))
            {
                Add(frame, i, sum, added);
            }
            else
            {
                busy.Add(i); // all banks send chunks in the same order: rather than wait behind another's, go on with the next
            }
        }

        foreach (int i in busy)
        {
            ChunkSum sum = _chunks[frame.First + i];
            Monitor.Enter(sum);
            Add(frame, i, sum, added);
        }
    }

    /// <summary>Adds a chunk of a frame, once, under its sum's lock, which it gives back.</summary>
    private static void Add(ChunkFrame frame, int index, ChunkSum sum, AddedChunks added)
    {
        try
        {
            if (!added.Contains(frame.First + index))
            {
                sum.Add(frame.Chunk(index).Span);
                added.Note(frame.First + index);
            }
        }
        finally
        {
            Monitor.Exit(sum);
        }
    }

    /// <summary>Which chunks of one update were added. A chunk is looked up and noted under its sum's lock.</summary>
    private sealed class AddedChunks(int chunks)
    {
        private readonly bool[] _isAdded = new bool[chunks];
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public bool Contains(int chunk) => _isAdded[chunk];

        public void Note(int chunk)
        {
            _isAdded[chunk] = true;
            Interlocked.Increment(ref _count);
        }
    }
}

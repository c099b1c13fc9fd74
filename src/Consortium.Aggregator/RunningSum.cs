using System.Collections.Immutable;
using Consortium.Cryptography.Encryption;
using Consortium.Hosting.Storage;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>
/// The sum of one attempt's updates as they become complete: 64 KiB a chunk and one frame, however many banks. Lost with the process,
/// and made again from what is stored. Not thread-safe.
/// </summary>
internal sealed class RunningSum(AttemptId attempt, UpdateShape shape, SlotLayout layout)
{
    private readonly ImmutableArray<ChunkSum> _chunks = [.. Enumerable.Range(0, shape.Chunks).Select(chunk => new ChunkSum(layout, chunk))];
    private readonly HashSet<Digest> _added = [];

    public AttemptId Attempt => attempt;

    public UpdateShape Shape => shape;

    /// <summary>Whether nothing but updates of this cohort was added, so that adding the rest gives its sum.</summary>
    public bool LeadsTo(Cohort cohort) =>
        cohort.Attempt == attempt && cohort.Shape == shape && _added.IsSubsetOf(cohort.Members.Select(member => member.ManifestDigest));

    public bool Contains(Digest source) => _added.Contains(source);

    /// <summary>Adds an update that is stored completely and was checked.</summary>
    public async Task AddAsync(Digest source, IReadOnlyList<StoredFrame> cover, BlobStore blobs, MessageLimits limits, CancellationToken cancellationToken)
    {
        using Instruments.Work work = Instruments.Measure("sum", attempt);
        foreach (StoredFrame stored in cover)
        {
            ChunkFrame frame = ChunkFrame.Decode(await blobs.ReadAsync(stored.Blob, cancellationToken), limits);
            for (int i = 0; i < frame.Count; i++)
            {
                _chunks[frame.First + i].Add(frame.Chunk(i).Span);
            }
        }

        _added.Add(source);
    }

    /// <summary>The sum's chunks, one after the other.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[checked(_chunks.Length * WireChunk.Size)];
        for (int i = 0; i < _chunks.Length; i++)
        {
            _chunks[i].WriteTo(bytes.AsSpan(i * WireChunk.Size, WireChunk.Size));
        }

        return bytes;
    }
}

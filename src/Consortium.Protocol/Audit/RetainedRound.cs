using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Audit;

/// <summary>What the aggregator keeps of a released round, its chunks apart. Nothing here opens anything.</summary>
public sealed record RetainedRound
{
    private const byte Version = 3;

    /// <summary>More than any statement and its signature take, lists inside it apart.</summary>
    private static int StatementBytes => 8192 + SealedShare.MaximumProofBytes;

    public required Signed<Cohort> Cohort { get; init; }

    /// <summary>One for each member, in order.</summary>
    public required ImmutableArray<Signed<UpdateManifest>> Manifests { get; init; }

    /// <summary>Each member's chunk digests, in the same order.</summary>
    public required ImmutableArray<ImmutableArray<Digest>> ChunkDigests { get; init; }

    public required ImmutableArray<Digest> SumDigests { get; init; }

    /// <summary>Each member's tag of its update under the cohort, in the same order.</summary>
    public required ImmutableArray<Signed<UpdateTag>> Tags { get; init; }

    public required ImmutableArray<Signed<CohortApproval>> Approvals { get; init; }

    public required ImmutableArray<Signed<ShareSumManifest>> ShareSums { get; init; }

    public required ImmutableArray<Signed<ModelAdvanced>> Advances { get; init; }

    /// <summary>Of a vote: banks whose ballots do not count, in order, with what shows it.</summary>
    public ImmutableArray<VoidBallot> Voids { get; init; } = [];

    /// <summary>No round within <paramref name="limits"/> takes more bytes.</summary>
    public static long MaximumBytes(MessageLimits limits)
    {
        long statement = StatementBytes + ((long)Digest.Length * (limits.Participants + limits.KeyHolders));
        return statement * ((3L * limits.Participants) + (2L * limits.KeyHolders) + 1)
            + ((limits.Participants + 1L) * limits.Chunks * Digest.Length);
    }

    /// <summary>Canonical bytes: a version, then the members in order.</summary>
    public byte[] ToBytes()
    {
        var writer = new CanonicalWriter();
        writer.UInt8(Version);
        Cohort.Write(writer);
        Lists.Write(writer, Manifests);
        writer.Int32(ChunkDigests.Length);
        foreach (ImmutableArray<Digest> digests in ChunkDigests)
        {
            Lists.Write(writer, digests);
        }

        Lists.Write(writer, SumDigests);
        Lists.Write(writer, Tags);
        Lists.Write(writer, Approvals);
        Lists.Write(writer, ShareSums);
        Lists.Write(writer, Advances);
        Lists.Write(writer, Voids);
        return writer.ToArray();
    }

    /// <summary>Reads <see cref="ToBytes"/>. Whether anything in it is true is for <see cref="RoundAudit"/>.</summary>
    /// <exception cref="MalformedDataException">Not a retained round, or beyond <paramref name="limits"/>.</exception>
    public static RetainedRound FromBytes(ReadOnlyMemory<byte> bytes, MessageLimits limits)
    {
        var reader = new CanonicalReader("retained round", bytes, limits);
        reader.UInt8(Version, Version, "a version");
        var round = new RetainedRound
        {
            Cohort = Signed<Cohort>.Read(ref reader),
            Manifests = Lists.Statements<UpdateManifest>(ref reader, limits.Participants, "manifests"),
            ChunkDigests = ReadChunkDigests(ref reader),
            SumDigests = Lists.Digests(ref reader, limits.Chunks, "sum digests"),
            Tags = Lists.Statements<UpdateTag>(ref reader, limits.Participants, "tags"),
            Approvals = Lists.Statements<CohortApproval>(ref reader, limits.KeyHolders, "approvals"),
            ShareSums = Lists.Statements<ShareSumManifest>(ref reader, limits.KeyHolders, "share-sums"),
            Advances = Lists.Statements<ModelAdvanced>(ref reader, limits.Participants, "model advances"),
            Voids = Lists.VoidBallots(ref reader),
        };
        reader.End();
        return round;
    }

    private static ImmutableArray<ImmutableArray<Digest>> ReadChunkDigests(ref CanonicalReader reader)
    {
        var lists = ImmutableArray.CreateBuilder<ImmutableArray<Digest>>(
            reader.Count(reader.Limits.Participants, sizeof(int), "lists of chunk digests"));
        while (lists.Count < lists.Capacity)
        {
            lists.Add(Lists.Digests(ref reader, reader.Limits.Chunks, "chunk digests"));
        }

        return lists.MoveToImmutable();
    }
}

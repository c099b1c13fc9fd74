using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// What one participant needs to open a round's sum, and to see that it may. The sum's chunks follow in
/// <see cref="ChunkFrame"/>s.
/// </summary>
public sealed record AggregateReleased : Message
{
    public override MessageType Type => MessageType.AggregateReleased;

    public override PartyId Sender => Cohort.Sender;

    public override Digest Digest => Cohort.Digest;

    public required Signed<Cohort> Cohort { get; init; }

    /// <summary>Of this cohort, from T key holders or more.</summary>
    public required ImmutableArray<Signed<CohortApproval>> Approvals { get; init; }

    /// <summary>Of this cohort, from T key holders or more.</summary>
    public required ImmutableArray<Signed<ShareSumManifest>> ShareSums { get; init; }

    /// <summary>The receiver's share-sum from each of them, in the same order.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> SealedSums { get; init; }

    /// <summary>Each member's tag of its update, in order. They add up to the tag of the sum.</summary>
    public required ImmutableArray<Signed<UpdateTag>> Tags { get; init; }

    /// <summary>Digest of each chunk of the sum. Their root is in the cohort.</summary>
    public required ImmutableArray<Digest> SumChunkDigests { get; init; }

    /// <summary>Of a vote: each member's ballot, in order, which the count is held against. Otherwise none.</summary>
    public ImmutableArray<Signed<UpdateManifest>> Ballots { get; init; } = [];

    /// <summary>Of a vote: banks whose ballots do not count, in order, with what shows it.</summary>
    public ImmutableArray<VoidBallot> Voids { get; init; } = [];

    internal static AggregateReleased Read(ref CanonicalReader reader) => new()
    {
        Cohort = Signed<Cohort>.Read(ref reader),
        Approvals = Lists.Statements<CohortApproval>(ref reader, reader.Limits.KeyHolders, "approvals"),
        ShareSums = Lists.Statements<ShareSumManifest>(ref reader, reader.Limits.KeyHolders, "share-sums"),
        SealedSums = Lists.Sealed(ref reader, reader.Limits.KeyHolders, "sealed share-sums"),
        Tags = Lists.Statements<UpdateTag>(ref reader, reader.Limits.Participants, "tags"),
        SumChunkDigests = Lists.Digests(ref reader, reader.Limits.Chunks, "sum digests"),
        Ballots = Lists.Statements<UpdateManifest>(ref reader, reader.Limits.Participants, "ballots"),
        Voids = Lists.VoidBallots(ref reader),
    };

    internal override void Write(CanonicalWriter writer)
    {
        Cohort.Write(writer);
        Lists.Write(writer, Approvals);
        Lists.Write(writer, ShareSums);
        Lists.Write(writer, SealedSums);
        Lists.Write(writer, Tags);
        Lists.Write(writer, SumChunkDigests);
        Lists.Write(writer, Ballots);
        Lists.Write(writer, Voids);
    }
}

using System.Collections.Immutable;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Audit;

/// <summary>What the aggregator keeps of a released round, its chunks apart. Nothing here opens anything.</summary>
public sealed record RetainedRound
{
    public required Signed<Cohort> Cohort { get; init; }

    /// <summary>One for each member, in order.</summary>
    public required ImmutableArray<Signed<UpdateManifest>> Manifests { get; init; }

    /// <summary>Each member's chunk digests, in the same order.</summary>
    public required ImmutableArray<ImmutableArray<Digest>> ChunkDigests { get; init; }

    public required ImmutableArray<Digest> SumDigests { get; init; }

    public required ImmutableArray<Signed<CohortApproval>> Approvals { get; init; }

    public required ImmutableArray<Signed<ShareSumManifest>> ShareSums { get; init; }

    public required ImmutableArray<Signed<ModelAdvanced>> Advances { get; init; }
}

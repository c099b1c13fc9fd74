using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>All that opens a round's sum but its chunks, with every share-sum sealed to every bank.</summary>
internal sealed record ReleasedCohort(
    Signed<Cohort> Cohort,
    ImmutableArray<Signed<CohortApproval>> Approvals,
    ImmutableArray<ShareSumReleased> ShareSums,
    ImmutableArray<Signed<UpdateTag>> Tags,
    ImmutableArray<Digest> SumDigests,
    ImmutableArray<Signed<UpdateManifest>> Ballots,
    ImmutableArray<VoidBallot> Voids)
{
    /// <summary>What the plan's participant of that index is sent: of the sealed share-sums, those for it.</summary>
    public AggregateReleased For(int participant) => new()
    {
        Cohort = Cohort,
        Approvals = Approvals,
        ShareSums = [.. ShareSums.Select(released => released.Manifest)],
        SealedSums = [.. ShareSums.Select(released => released.SealedSums[participant])],
        Tags = Tags,
        SumChunkDigests = SumDigests,
        Ballots = Ballots,
        Voids = Voids,
    };
}

using System.Collections.Immutable;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Rounds;

/// <summary>What the aggregator is to do next. One of the records nested here.</summary>
public abstract record AggregatorEffect
{
    private AggregatorEffect()
    {
    }

    /// <summary>Sign this and send it to these participants, and to the operator where it is named.</summary>
    public sealed record OpenRound(RoundOpened Opened, ImmutableArray<PartyId> To) : AggregatorEffect;

    /// <summary>
    /// Sum the members' chunks, sign the cohort with the sum's root in place of <see cref="Cohort.SumRoot"/>, keep the sum, and hand
    /// the signed cohort to the session.
    /// </summary>
    public sealed record SumUpdates(Cohort WithoutSum) : AggregatorEffect;

    /// <summary>Send this to a key holder as a <see cref="CohortClosed"/>, with its sealed shares.</summary>
    public sealed record SendCohort(PartyId To, Signed<Cohort> Cohort, ImmutableArray<Signed<UpdateManifest>> Manifests) : AggregatorEffect;

    /// <summary>Send these approvals to a key holder.</summary>
    public sealed record RelayApprovals(PartyId To, ApprovalsRelayed Approvals) : AggregatorEffect;

    /// <summary>Send this to a participant as an <see cref="AggregateReleased"/>, with its own sealed share-sums, then the sum's chunks.</summary>
    public sealed record SendAggregate(
        PartyId To,
        Signed<Cohort> Cohort,
        ImmutableArray<Signed<CohortApproval>> Approvals,
        ImmutableArray<ShareSumReleased> Releases) : AggregatorEffect;

    /// <summary>Send the operator this record of a released round.</summary>
    public sealed record RecordRound(RoundRecorded Recorded) : AggregatorEffect;

    /// <summary>Have this ready for a participant that asks, in place of what was sent: it holds more share-sums.</summary>
    public sealed record RetainAggregate(SendAggregate Aggregate) : AggregatorEffect;

    /// <summary>Send a participant every retained aggregate from this round on.</summary>
    public sealed record SendRetained(PartyId To, RoundNumber From) : AggregatorEffect;

    /// <summary>Sign this and send it to everyone in the session.</summary>
    public sealed record Abandon(AttemptAbandoned Abandoned) : AggregatorEffect;

    /// <summary>Sign this and send it to the sender of what was refused.</summary>
    public sealed record Refuse(PartyId To, Rejected Rejected) : AggregatorEffect;

    /// <summary>Tell people whom the session waits for.</summary>
    public sealed record ReportMissing(AttemptId Attempt, ImmutableArray<PartyId> Missing, string Detail) : AggregatorEffect;

    /// <summary>Tell people that a bank holds another model state than the rest.</summary>
    public sealed record ReportDiverged(PartyId Participant, StateDigest State, StateDigest Others) : AggregatorEffect;

    /// <summary>Tell people what a party refused, and why.</summary>
    public sealed record ReportRefusal(PartyId By, Rejected Rejected) : AggregatorEffect;

    /// <summary>Tell people that the session cannot go on by itself.</summary>
    public sealed record ReportStalled(AttemptId Attempt, string Detail) : AggregatorEffect;

    /// <summary>The plan is done; most banks hold this state.</summary>
    public sealed record ReportCompleted(StateDigest State) : AggregatorEffect;
}

using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Rounds;

/// <summary>What the aggregator is to do next. One of the records nested here.</summary>
public abstract record AggregatorEffect
{
    private AggregatorEffect()
    {
    }

    /// <summary>Send the session's plan, as the operator signed it.</summary>
    public sealed record SendPlan(ImmutableArray<PartyId> To) : AggregatorEffect;

    /// <summary>Send this control, as the operator signed it.</summary>
    public sealed record SendControl(Signed<SessionControl> Control, ImmutableArray<PartyId> To) : AggregatorEffect;

    /// <summary>Keep this control for parties that missed it, in place of an earlier one.</summary>
    public sealed record KeepControl(Signed<SessionControl> Control) : AggregatorEffect;

    /// <summary>Send a party the control that was kept last, if there was one.</summary>
    public sealed record SendLastControl(PartyId To) : AggregatorEffect;

    /// <summary>Send the operator this message as it is.</summary>
    public sealed record ForwardToOperator(Message Message) : AggregatorEffect;

    /// <summary>Sign and send the operator the session's status.</summary>
    public sealed record ReportStatus : AggregatorEffect;

    /// <summary>Sign this and send it to these participants, and to the operator where it is named.</summary>
    public sealed record OpenRound(RoundOpened Opened, ImmutableArray<PartyId> To) : AggregatorEffect;

    /// <summary>Keep the session key that a key holder offered, as it signed it.</summary>
    public sealed record KeepSessionKey(Signed<SessionKeyOffered> Offered) : AggregatorEffect;

    /// <summary>Send a member this message of another's as it is.</summary>
    public sealed record Forward(Message Message, PartyId To) : AggregatorEffect;

    /// <summary>Send these participants all session keys kept.</summary>
    public sealed record SendSessionKeys(ImmutableArray<PartyId> To) : AggregatorEffect;

    /// <summary>Sign and send key holders that the session has ended: they erase its keys.</summary>
    public sealed record EndSession(ImmutableArray<PartyId> To) : AggregatorEffect;

    /// <summary>
    /// Sum the members' chunks, sign the cohort with the sum's root in place of <see cref="Cohort.SumRoot"/>, keep the sum, and
    /// hand the signed cohort to the session.
    /// </summary>
    public sealed record SumUpdates(Cohort WithoutSum) : AggregatorEffect;

    /// <summary>Keep this update: what is decided from here on refers to it by its digest.</summary>
    public sealed record KeepUpdate(UpdateSubmitted Update) : AggregatorEffect;

    /// <summary>
    /// Erase the sealed key shares of the session's updates, but for those of this attempt, if one is named, and every opening
    /// proof. Nothing that is decided from here on takes them.
    /// </summary>
    public sealed record EraseShares(AttemptId? Kept) : AggregatorEffect;

    /// <summary>
    /// Send this to key holders as a <see cref="CohortClosed"/>: the members' manifests, and each holder's sealed shares.
    /// </summary>
    public sealed record SendCohort(ImmutableArray<PartyId> To, Signed<Cohort> Cohort, ImmutableArray<VoidBallot> Voids)
        : AggregatorEffect;

    /// <summary>Send the cohort to members, who give their tags under it.</summary>
    public sealed record AskForTags(ImmutableArray<PartyId> To, Signed<Cohort> Cohort) : AggregatorEffect;

    /// <summary>Keep this tag, in place of an earlier one of that bank, for the banks to be sent and for the audit.</summary>
    public sealed record KeepTag(Signed<UpdateTag> Tag) : AggregatorEffect;

    /// <summary>Compute the tag of this cohort's kept sum and hand it to the session.</summary>
    public sealed record TagSum(Signed<Cohort> Cohort) : AggregatorEffect;

    /// <summary>
    /// The members' tags do not add up to the sum's: compute each from the chunks that the bank sent, and tell the session whose
    /// are others.
    /// </summary>
    public sealed record CheckTags(Signed<Cohort> Cohort) : AggregatorEffect;

    /// <summary>Send these approvals to key holders.</summary>
    public sealed record RelayApprovals(ImmutableArray<PartyId> To, ApprovalsRelayed Approvals) : AggregatorEffect;

    /// <summary>Keep this share-sum of the round's cohort, for the banks to be sent and for the audit.</summary>
    public sealed record KeepShareSum(ShareSumReleased Released) : AggregatorEffect;

    /// <summary>
    /// Keep this share-sum of an earlier round too, if that round released its cohort: for a bank that cannot open with those
    /// that came in time.
    /// </summary>
    public sealed record KeepLateShareSum(ShareSumReleased Released) : AggregatorEffect;

    /// <summary>Keep this record of a released round, and send it to the operator.</summary>
    public sealed record RecordRound(RoundRecorded Recorded) : AggregatorEffect;

    /// <summary>
    /// Send each of these participants an <see cref="AggregateReleased"/> of the round that was recorded last, with its own part
    /// of every share-sum kept, then the sum's chunks.
    /// </summary>
    public sealed record SendAggregate(ImmutableArray<PartyId> To) : AggregatorEffect;

    /// <summary>Send a participant every retained aggregate from this round on.</summary>
    public sealed record SendRetained(PartyId To, RoundNumber From) : AggregatorEffect;

    /// <summary>Keep this for the audit.</summary>
    public sealed record KeepAdvance(Signed<ModelAdvanced> Advanced) : AggregatorEffect;

    /// <summary>Send this to members of the disputed cohort.</summary>
    public sealed record SendDispute(ImmutableArray<PartyId> To, DisputeRelayed Dispute) : AggregatorEffect;

    /// <summary>Keep this opening proof for the key holder that is to judge it.</summary>
    public sealed record KeepOpeningProof(OpeningProofSubmitted Proof) : AggregatorEffect;

    /// <summary>
    /// Send a key holder an <see cref="OpeningProofRelayed"/>: the bank's kept proof and what it takes to judge it.
    /// </summary>
    public sealed record RelayOpeningProof(Signed<Cohort> Cohort, PartyId Bank, PartyId Holder) : AggregatorEffect;

    /// <summary>Send this to members of the disputed cohort.</summary>
    public sealed record SendVerdict(ImmutableArray<PartyId> To, Signed<OpeningProofJudged> Verdict) : AggregatorEffect;

    /// <summary>Sign this and send it to everyone in the session.</summary>
    public sealed record Abandon(AttemptAbandoned Abandoned) : AggregatorEffect;

    /// <summary>Sign this and send it to the sender of what was rejected.</summary>
    public sealed record Reject(PartyId To, Rejected Rejected) : AggregatorEffect;

    /// <summary>
    /// Tell the operator why an update does not count, once for each reason in an attempt: a session of fixed cohort then waits
    /// for that bank.
    /// </summary>
    public sealed record ReportRejectedUpdate(AttemptId Attempt, PartyId Bank, Digest UpdateDigest, Rejection Rejection)
        : AggregatorEffect;

    /// <summary>Tell people whom the session waits for.</summary>
    public sealed record ReportMissing(AttemptId Attempt, ImmutableArray<PartyId> Missing, string Detail) : AggregatorEffect;

    /// <summary>Tell people that a bank holds another model state than the rest.</summary>
    public sealed record ReportDiverged(PartyId Participant, StateDigest State, StateDigest Others) : AggregatorEffect;

    /// <summary>Tell people what a party rejected, and why.</summary>
    public sealed record ReportRejection(PartyId By, Rejected Rejected) : AggregatorEffect;

    /// <summary>Tell people that the session cannot go on by itself.</summary>
    public sealed record ReportStalled(AttemptId Attempt, string Detail) : AggregatorEffect;

    /// <summary>The plan is done; most banks hold this state.</summary>
    public sealed record ReportCompleted(StateDigest State) : AggregatorEffect;
}

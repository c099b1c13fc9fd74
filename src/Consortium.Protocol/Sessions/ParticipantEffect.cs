using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Sessions;

/// <summary>What a participant is to do next. One of the records nested here.</summary>
public abstract record ParticipantEffect
{
    private ParticipantEffect()
    {
    }

    /// <summary>Append this to the participation ledger, and have it on disk, before any effect that follows.</summary>
    public sealed record Record(LedgerEntry.Participated Entry) : ParticipantEffect;

    /// <summary>Send these very bytes to the aggregator, and the chunks kept with them.</summary>
    public sealed record Submit(UpdateSubmitted Update) : ParticipantEffect;

    /// <summary>Keep the session key that a key holder offered, until a secret is agreed under it.</summary>
    public sealed record KeepSessionKey(Signed<SessionKeyOffered> Offered) : ParticipantEffect;

    /// <summary>
    /// Agree a secret under every session key that was offered, and tell each key holder: rounds may have been missed.
    /// </summary>
    public sealed record SendAgreements : ParticipantEffect;

    /// <summary>Keep what a key holder sealed: it opens sums that were released before the two agreed.</summary>
    public sealed record KeepLateSums(PartyId Holder, LateSumsSealed Late) : ParticipantEffect;

    /// <summary>Erase every secret that was agreed for the session.</summary>
    public sealed record EraseSessionKeys : ParticipantEffect;

    /// <summary>Forget the chunks of an attempt that will not be asked for again.</summary>
    public sealed record DeleteUpdate(AttemptId Attempt) : ParticipantEffect;

    /// <summary>
    /// Keep this until it is the next round's and its chunks are all here; then give it to <see
    /// cref="ParticipantSession.BeginOpening"/>.
    /// </summary>
    public sealed record KeepSum(AggregateReleased Aggregate) : ParticipantEffect;

    /// <summary>Sign this and send it to the aggregator.</summary>
    public sealed record SendTag(UpdateTag Tag) : ParticipantEffect;

    /// <summary>
    /// Hold the sum against the members' tags, open it, compute the next state, and report to
    /// <see cref="ParticipantSession.Advanced"/>, <see cref="ParticipantSession.WrongSum"/> or
    /// <see cref="ParticipantSession.NotOpened"/>.
    /// </summary>
    public sealed record OpenSum(AggregateReleased Aggregate) : ParticipantEffect;

    /// <summary>Sign this and send it to the aggregator.</summary>
    public sealed record SendAdvanced(ModelAdvanced Advanced) : ParticipantEffect;

    /// <summary>Sign this and send it to the aggregator.</summary>
    public sealed record SendDispute(SumDisputed Disputed) : ParticipantEffect;

    /// <summary>Send the kept opening proof, these very bytes, to the aggregator: a message for each key holder.</summary>
    public sealed record SendOpeningProof : ParticipantEffect;

    /// <summary>Sign this and send it to the aggregator.</summary>
    public sealed record RequestCatchUp(CatchUpRequested Request) : ParticipantEffect;

    /// <summary>Sign this and send it to the sender of what was rejected.</summary>
    public sealed record Reject(Rejected Rejected) : ParticipantEffect;

    /// <summary>This bank's model is not the others'. It sends no updates until people have looked.</summary>
    public sealed record ReportDiverged(AttemptId Attempt, StateDigest Own, StateDigest Others) : ParticipantEffect;

    /// <summary>Tell people what another party rejected of this bank.</summary>
    public sealed record ReportRejection(PartyId By, Rejected Rejected) : ParticipantEffect;

    /// <summary>The plan is done; the model is in this state.</summary>
    public sealed record ReportCompleted(StateDigest State) : ParticipantEffect;

    /// <summary>Tell people whom an abandoned attempt waited for.</summary>
    public sealed record ReportAbandoned(AttemptAbandoned Abandoned) : ParticipantEffect;
}

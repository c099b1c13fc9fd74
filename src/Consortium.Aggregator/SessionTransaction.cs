using System.Collections.Immutable;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;
using Microsoft.Extensions.Logging;

namespace Consortium.Aggregator;

/// <summary>
/// One transaction: saves what the state machine gives and gathers what is to be sent and done after the commit.
/// </summary>
internal sealed partial class SessionTransaction(
    Party party, StateTransaction state, DecodedState decoded, StatusReports statusReports, RejectionNotices notices,
    ILogger logger)
{
    /// <summary>Rounds that a bank which was away is sent at once; it asks for more when it has applied them.</summary>
    private const int RoundsAtOnce = 16;

    public StateTransaction State => state;

    public List<OutgoingFrame> Outgoing { get; } = [];

    public List<Work> Work { get; } = [];

    public Delivery Delivery { get; private set; } = Delivery.Accepted;

    /// <summary>The session that was decided on last, as it is now; null when nothing changed.</summary>
    public AggregatorSession? Ruled { get; private set; }

    public AggregatorSession? Find(SessionId session) => decoded.Find(state, session);

    /// <summary>Starts the session of a plan, or sends the plan of a known one again.</summary>
    public void Start(Authentic<Signed<SessionPlan>> plan)
    {
        if (Find(new SessionId(plan.Message.Digest)) is { } known)
        {
            CarryOut(known.Restate());
        }
        else if (AggregatorSession.RejectPlan(party.Configuration, plan) is { } reject)
        {
            Reject(reject.To, reject.Rejected);
        }
        else
        {
            CarryOut(AggregatorSession.Start(party.Configuration, plan, party.Now));
        }
    }

    /// <summary>Has the session's state machine decide; without such a session the frame is rejected.</summary>
    public void Decide(SessionId session, Func<AggregatorSession, Step<AggregatorSession, AggregatorEffect>> rule)
    {
        if (Retention.IsDeleted(state, session))
        {
            return; // too late is done with: a key holder that starts again repeats its last word on every session
        }

        if (Find(session) is { } found)
        {
            CarryOut(rule(found));
        }
        else
        {
            Delivery = Delivery.Rejected($"{RejectionReason.UnknownSession}: no plan of session {session} was started here");
        }
    }

    public void CarryOut(Step<AggregatorSession, AggregatorEffect> step)
    {
        AggregatorSession session = step.State;
        decoded.Save(state, session);
        Ruled = session;
        foreach (AggregatorEffect effect in step.Effects)
        {
            CarryOut(session, effect);
        }
    }

    public void Send(Message message, params IEnumerable<PartyId> to) => Outgoing.AddRange(OutgoingFrame.Of(to, message));

    /// <summary>Answers a sender whose message is rejected.</summary>
    public void Reject(PartyId to, Rejected rejected)
    {
        Send(party.Sign(rejected), to);
        Delivery = Party.Verdict(rejected);
        LogRejected(logger, to, rejected.SubjectType, rejected.Reason, rejected.Detail);
    }

    private void CarryOut(AggregatorSession session, AggregatorEffect effect)
    {
        switch (effect)
        {
            case AggregatorEffect.SendPlan(var to):
                Send(session.Plan, to);
                break;
            case AggregatorEffect.SendControl(var control, var to):
                Send(control, to);
                break;
            case AggregatorEffect.KeepControl(var control):
                Archive.KeepControl(state, control);
                break;
            case AggregatorEffect.SendLastControl(var to):
                if (Archive.FindControl(state, session.Session, party.Configuration.Limits) is { } last)
                {
                    Send(last, to);
                }

                break;
            case AggregatorEffect.ForwardToOperator(var message):
                Send(message, party.Configuration.Operator.Id);
                break;
            case AggregatorEffect.ReportStatus:
                statusReports.Report(this, session);
                break;
            case AggregatorEffect.KeepAdvance(var advanced):
                Archive.AddAdvance(state, advanced);
                break;
            case AggregatorEffect.SendDispute(var to, var dispute):
                Send(dispute, to);
                break;
            case AggregatorEffect.KeepOpeningProof(var proof):
                OpeningProofTable.Add(state, proof);
                break;
            case AggregatorEffect.RelayOpeningProof(var cohort, var bank, var holder):
                Work.Add(new Work.Relay(cohort, bank, holder));
                break;
            case AggregatorEffect.SendVerdict(var to, var verdict):
                Send(verdict, to);
                break;
            case AggregatorEffect.ReportRejectedUpdate(var attempt, var bank, var update, var rejection):
                notices.Make(this, attempt, bank, update, rejection, party.Configuration.Operator.Id);
                break;
            case AggregatorEffect.KeepSessionKey(var offered):
                SessionKeyTable.Keep(state, offered);
                break;
            case AggregatorEffect.SendSessionKeys(var to):
                foreach (Signed<SessionKeyOffered> offered in
                    SessionKeyTable.All(state, session.Session, party.Configuration.Limits))
                {
                    Send(offered, to);
                }

                break;
            case AggregatorEffect.Forward(var message, var to):
                Send(message, to);
                break;
            case AggregatorEffect.EndSession(var to):
                Send(
                    party.Sign(new SessionEnded { Consortium = party.Configuration.Digest, Session = session.Session }), to);
                break;
            case AggregatorEffect.OpenRound(var opened, var to):
                Send(party.Sign(opened), to);
                LogOpened(logger, opened.Attempt);
                break;
            case AggregatorEffect.SumUpdates(var cohort):
                Work.Add(new Work.Finish(cohort.Attempt));
                break;
            case AggregatorEffect.KeepUpdate(var update):
                Archive.AddUpdate(state, update);
                Work.Add(new Work.Check(update.Digest));
                break;
            case AggregatorEffect.EraseShares(var kept):
                Archive.EraseShares(state, session.Session, kept);
                break;
            case AggregatorEffect.SendCohort(var to, var cohort, var voids):
                SendCohort(to, cohort, voids);
                break;
            case AggregatorEffect.AskForTags(var to, var cohort):
                Send(cohort, to);
                break;
            case AggregatorEffect.KeepTag(var tag):
                Archive.AddTag(state, tag);
                break;
            case AggregatorEffect.TagSum(var cohort):
                Work.Add(new Work.TagSum(cohort));
                break;
            case AggregatorEffect.CheckTags(var cohort):
                Work.Add(new Work.CheckTags(cohort));
                break;
            case AggregatorEffect.RelayApprovals(var to, var approvals):
                Send(approvals, to);
                break;
            case AggregatorEffect.KeepShareSum(var released):
                Archive.AddShareSum(state, released);
                break;
            case AggregatorEffect.KeepLateShareSum(var released):
                Archive.AddLateShareSum(state, released);
                break;
            case AggregatorEffect.RecordRound(var recorded):
                Archive.AddRelease(state, recorded);
                Archive.DeleteUnchecked(state, session.Session);
                Send(recorded, party.Configuration.Operator.Id);
                break;
            case AggregatorEffect.SendAggregate(var to):
                SendAggregate(session, session.Round.Attempt.Round, to);
                break;
            case AggregatorEffect.SendRetained(var bank, var from):
                foreach (RoundNumber round in Archive.ReleasedRounds(state, session.Session)
                    .Where(round => round >= from)
                    .Take(RoundsAtOnce))
                {
                    SendAggregate(session, round, [bank]);
                }

                break;
            case AggregatorEffect.Abandon(var abandoned):
                Send(party.Sign(abandoned), [.. session.Plan.Statement.Participants, .. session.Round.KeyHolders,
                    party.Configuration.Operator.Id]);
                LogAbandoned(logger, abandoned.Attempt, abandoned.Reason, abandoned.Detail);
                break;
            case AggregatorEffect.Reject(var to, var rejected):
                Reject(to, rejected);
                break;
            case AggregatorEffect.ReportMissing(var attempt, var missing, _):
                LogMissing(logger, attempt, string.Join(", ", missing));
                break;
            case AggregatorEffect.ReportDiverged(var bank, var own, var others):
                LogDiverged(logger, bank, own, others);
                break;
            case AggregatorEffect.ReportRejection(var by, var rejected):
                LogReported(logger, by, rejected.SubjectType, rejected.Reason, rejected.Detail);
                break;
            case AggregatorEffect.ReportStalled(var attempt, var detail):
                LogStalled(logger, attempt, detail);
                break;
            case AggregatorEffect.ReportCompleted(var reached):
                LogCompleted(logger, session.Session, reached);
                break;
            default:
                throw new InvalidOperationException($"No way to carry out {effect.GetType().Name}.");
        }
    }

    private void SendCohort(ImmutableArray<PartyId> to, Signed<Cohort> cohort, ImmutableArray<VoidBallot> voids)
    {
        ImmutableArray<UpdateSubmitted> updates =
            [.. cohort.Statement.Members.Select(
                member => Archive.FindUpdate(state, member.ManifestDigest, party.Configuration.Limits)!)];
        foreach (PartyId holder in to)
        {
            int index = party.Configuration.IndexOfKeyHolder(holder);
            Send(
                new CohortClosed
                {
                    Cohort = cohort,
                    Manifests = [.. updates.Select(update => update.Manifest)],
                    SealedShares =
                        [.. updates.Select(
                            update => (ReadOnlyMemory<byte>)Archive.FindSealedShare(state, update.Digest, index)!)],
                    Voids = voids,
                },
                holder);
        }
    }

    private void SendAggregate(AggregatorSession session, RoundNumber round, ImmutableArray<PartyId> to)
    {
        ReleasedCohort released = Archive.FindRelease(state, session.Session, round, party.Configuration.Limits)!;
        IReadOnlyList<StoredFrame> sum = Archive.Frames(state, released.Cohort.Digest, party.Id);
        foreach (PartyId bank in to)
        {
            Send(released.For(session.Plan.Statement.Participants.IndexOf(bank)), bank);
            Outgoing.AddRange(sum.Select(frame => OutgoingFrame.OfBlob(bank, frame.Blob, released.Cohort.Statement.Attempt)));
        }
    }
}

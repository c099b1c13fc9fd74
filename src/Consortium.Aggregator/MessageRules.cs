using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Primitives;
using Consortium.Protocol;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;

namespace Consortium.Aggregator;

/// <summary>What comes of each message beside what its session's state machine says: what is archived, said again, and told to people.</summary>
internal sealed class MessageRules(Party party, StatusReports standings, RejectionNotices complaints)
{
    public void Start(SessionTransaction turn, Authentic<Signed<SessionPlan>> plan)
    {
        Signed<SessionPlan> signed = plan.Message;
        if (turn.Find(new SessionId(signed.Digest)) is { } known)
        {
            // Whoever has the plan takes no notice; whoever lost or rejected it gets another chance.
            turn.Send(signed, known.IsCompleted ? [] : Members(signed.Statement));
            standings.Tell(turn, known);
            return;
        }

        IReadOnlyList<Problem> problems = PlanCheck.Problems(signed.Statement, party.Configuration);
        if (problems.Count > 0)
        {
            var rejection = new Rejection(RejectionReason.NotAllowed, string.Join(" ", problems));
            turn.Reject(signed.Sender, Rejected.For(party.Configuration.Digest, new SessionId(signed.Digest), MessageType.SessionPlan, signed.Digest, rejection));
            return;
        }

        turn.Send(signed, Members(signed.Statement));
        Step<AggregatorSession, AggregatorEffect> started = AggregatorSession.Start(party.Configuration, plan, party.Now);
        turn.CarryOut(started);
        standings.Tell(turn, started.State);
    }

    public void Control(SessionTransaction turn, Authentic<Signed<SessionControl>> control) => turn.Decide(control.Message.Statement.Session, session =>
    {
        turn.Send(control.Message, Members(session.Plan.Statement));
        var step = session.Control(control);
        if (step.State.Progress != session.Progress)
        {
            Archive.KeepControl(turn.State, control.Message);
        }

        standings.Tell(turn, step.State);
        return step;
    });

    public static void CatchUp(SessionTransaction turn, Authentic<Signed<CatchUpRequested>> request) => turn.Decide(request.Message.Statement.Session, session =>
    {
        turn.SendControl(session.Session, request.Message.Sender);
        return session.CatchUp(request);
    });

    /// <summary>Passes a rejection on to people, unless all it says is that something was not heard, which is then said again.</summary>
    public void Receive(SessionTransaction turn, Authentic<Signed<Rejected>> rejected)
    {
        Signed<Rejected> message = rejected.Message;
        Rejected statement = message.Statement;
        bool asksForPlan = statement is { SubjectType: MessageType.SessionPlan, Reason: RejectionReason.UnknownSession };
        if (!asksForPlan)
        {
            turn.Send(message, party.Configuration.Operator.Id);
        }

        turn.Decide(statement.Session, session =>
        {
            if (!Members(session.Plan.Statement).Contains(message.Sender))
            {
                return session.ReceiveRejection(rejected, party.Now);
            }

            if (asksForPlan)
            {
                turn.Send(session.Plan, message.Sender);
            }

            if (asksForPlan || statement.Reason == RejectionReason.SessionNotRunning)
            {
                turn.SendControl(session.Session, message.Sender);
            }

            return asksForPlan ? new(session, []) : session.ReceiveRejection(rejected, party.Now);
        });
    }

    public void Submit(SessionTransaction turn, Authentic<UpdateSubmitted> update) => turn.Decide(update.Message.Manifest.Statement.Attempt.Session, session =>
    {
        var step = session.Submit(update);
        foreach (AggregatorEffect.Reject rejected in step.Effects.OfType<AggregatorEffect.Reject>().Where(rejected => Party.Verdict(rejected.Rejected) != Delivery.Accepted))
        {
            complaints.Make(
                turn, update.Message.Manifest.Statement.Attempt, rejected.To, update.Message.Digest, new Rejection(rejected.Rejected.Reason, rejected.Rejected.Detail),
                party.Configuration.Operator.Id);
        }

        return step;
    });

    public void Advance(SessionTransaction turn, Authentic<Signed<ModelAdvanced>> advanced) => turn.Decide(advanced.Message.Statement.Attempt.Session, session =>
    {
        Archive.AddAdvance(turn.State, advanced.Message);
        turn.Send(advanced.Message, party.Configuration.Operator.Id);
        return session.Advance(advanced, party.Now);
    });

    private IEnumerable<PartyId> Members(SessionPlan plan) => [.. plan.Participants, .. party.Configuration.KeyHolders.Select(holder => holder.Id)];
}

using System.Collections.Immutable;
using System.Threading.Channels;
using Consortium.Cryptography;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Health;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Storage;
using Consortium.Protocol;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;
using Microsoft.Extensions.Logging;

namespace Consortium.Aggregator;

/// <summary>Takes every frame to its session's state machine, watches the time, and has sums made.</summary>
internal sealed partial class AggregatorRole : IRole
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly Party _party;
    private readonly ILogger _logger;
    private readonly ChunkIntake _intake;
    private readonly Summation _summation;
    private readonly Retention _retention;
    private readonly Standings _standings;
    private readonly Complaints _complaints;
    private readonly Channel<Work> _work = Channel.CreateUnbounded<Work>();
    private readonly PhaseClock _phases;

    /// <summary>Sessions that ended and of which the last was told.</summary>
    private readonly HashSet<SessionId> _ended = [];

    public AggregatorRole(Party party, AggregatorOptions options)
    {
        _party = party;
        _logger = party.Loggers.CreateLogger("Consortium.Aggregator");
        _phases = new PhaseClock(party.Time);
        _intake = new ChunkIntake(party);
        _complaints = new Complaints(party);
        _summation = new Summation(party, _complaints, ActAsync, _logger);
        _standings = new Standings(party);
        _retention = new Retention(party, TimeSpan.FromDays(options.RetainDays), _logger);
    }

    public Task RestartAsync(CancellationToken cancellationToken) => ActAsync(
        turn =>
        {
            ImmutableArray<PartyId> unreached = [.. Outbox.Recipients(turn.State)];
            foreach (SessionId session in SessionTable.All(turn.State))
            {
                turn.Rule(session, found => found.Restart(unreached));
            }

            turn.Work.AddRange(Archive.Unchecked(turn.State).Select(source => new Work.Check(source)));
        },
        cancellationToken);

    public async Task<Delivery> HandleAsync(Frame frame, CancellationToken cancellationToken)
    {
        if (ChunkIntake.IsChunks(frame.Body.Span))
        {
            return await _intake.HandleAsync(
                frame,
                (chunks, stored) => KeepAsync(frame, chunks, stored, cancellationToken),
                (chunks, refusal) => ComplainAsync(frame.Sender, chunks, refusal, cancellationToken),
                cancellationToken);
        }

        Message message;
        try
        {
            message = MessageCodec.Decode(frame.Body, _party.Configuration.Limits);
        }
        catch (MalformedDataException malformed)
        {
            return Delivery.Rejected($"{RejectionReason.Malformed}: {malformed.Message}");
        }

        long now = Now();
        return message switch
        {
            Signed<SessionPlan> plan => await TakeAsync(frame, plan, Start, cancellationToken),
            Signed<SessionControl> control => await TakeAsync(frame, control, Control, cancellationToken),
            UpdateSubmitted update => await TakeAsync(frame, update, Submit, cancellationToken),
            Signed<CohortApproval> approval => await TakeAsync(
                frame, approval, (turn, given) => turn.Rule(given.Message.Statement.Attempt.Session, session => session.Approve(given)), cancellationToken),
            ShareSumReleased release => await TakeAsync(frame, release, Release, cancellationToken),
            Signed<ModelAdvanced> advanced => await TakeAsync(frame, advanced, Advance, cancellationToken),
            Signed<CatchUpRequested> request => await TakeAsync(frame, request, CatchUp, cancellationToken),
            Signed<Rejected> rejected => await TakeAsync(frame, rejected, (turn, given) => Hear(turn, given, now), cancellationToken),
            _ => Delivery.Rejected($"{RejectionReason.WrongRole}: a {message.Type} is not for the aggregator"),
        };
    }

    public async Task RunAsync(CancellationToken cancellationToken) =>
        await await Task.WhenAny(
            TickAsync(cancellationToken), _summation.RunAsync(_work.Reader, cancellationToken), _retention.RunAsync(cancellationToken));

    public HealthItem Inspect() => new("session", true, _phases.ToString());

    /// <summary>Does one piece of what takes too long for a transaction.</summary>
    /// <returns>Whether there was anything to do.</returns>
    internal async Task<bool> WorkAsync(CancellationToken cancellationToken)
    {
        if (!_work.Reader.TryRead(out Work? work))
        {
            return false;
        }

        await _summation.WorkAsync(work, cancellationToken);
        return true;
    }

    /// <summary>Has every session that has not ended do what is due by now.</summary>
    internal Task RemindAsync(CancellationToken cancellationToken) => ActAsync(
        turn =>
        {
            ImmutableArray<PartyId> unreached = [.. Outbox.Recipients(turn.State)];
            foreach (SessionId id in SessionTable.All(turn.State).Where(id => !_ended.Contains(id)))
            {
                AggregatorSession session = turn.Find(id)!;
                if (session.Tick(Now(), unreached) is { Effects.IsEmpty: false } step)
                {
                    turn.CarryOut(step);
                    session = step.State;
                }

                _standings.TellNews(turn, session);
                if (session.HasEnded)
                {
                    _ended.Add(id);
                }
            }
        },
        cancellationToken);

    private void Start(Turn turn, Authentic<Signed<SessionPlan>> plan)
    {
        Signed<SessionPlan> signed = plan.Message;
        if (turn.Find(new SessionId(signed.Digest)) is { } known)
        {
            // Whoever has the plan takes no notice; whoever lost or refused it gets another chance.
            turn.Send(signed, known.IsCompleted ? [] : Members(signed.Statement));
            _standings.Tell(turn, known);
            return;
        }

        IReadOnlyList<Problem> problems = PlanCheck.Problems(signed.Statement, _party.Configuration);
        if (problems.Count > 0)
        {
            turn.Refuse(signed.Sender, new Rejected
            {
                Consortium = _party.Configuration.Digest,
                Session = new SessionId(signed.Digest),
                SubjectType = MessageType.SessionPlan,
                Subject = signed.Digest,
                Reason = RejectionReason.NotAllowed,
                Detail = new Refusal(RejectionReason.NotAllowed, string.Join(" ", problems)).Detail,
            });
            return;
        }

        turn.Send(signed, Members(signed.Statement));
        Step<AggregatorSession, AggregatorEffect> started = AggregatorSession.Start(_party.Configuration, plan, Now());
        turn.CarryOut(started);
        _standings.Tell(turn, started.State);
    }

    private void Control(Turn turn, Authentic<Signed<SessionControl>> control) => turn.Rule(control.Message.Statement.Session, session =>
    {
        turn.Send(control.Message, Members(session.Plan.Statement));
        var step = session.Control(control);
        if (step.State.Progress != session.Progress)
        {
            Archive.KeepControl(turn.State, control.Message);
        }

        _standings.Tell(turn, step.State);
        return step;
    });

    /// <summary>One that comes when its round is over is kept for a bank that cannot open with those that came in time.</summary>
    private static void Release(Turn turn, Authentic<ShareSumReleased> release)
    {
        AttemptId attempt = release.Message.Manifest.Statement.Attempt;
        turn.Rule(attempt.Session, session =>
        {
            if (attempt.Round < session.Round.Attempt.Round && release.Message.SealedSums.Length == session.Plan.Statement.Participants.Length)
            {
                Archive.AddLateShareSum(turn.State, release.Message);
            }

            return session.Release(release);
        });
    }

    private static void CatchUp(Turn turn, Authentic<Signed<CatchUpRequested>> request) => turn.Rule(request.Message.Statement.Session, session =>
    {
        turn.SendControl(session.Session, request.Message.Sender);
        return session.CatchUp(request);
    });

    /// <summary>Passes a refusal on to people, unless all it says is that something was not heard, which is then said again.</summary>
    private void Hear(Turn turn, Authentic<Signed<Rejected>> rejected, long now)
    {
        Signed<Rejected> message = rejected.Message;
        Rejected statement = message.Statement;
        bool asksForPlan = statement is { SubjectType: MessageType.SessionPlan, Reason: RejectionReason.UnknownSession };
        if (!asksForPlan)
        {
            turn.Send(message, _party.Configuration.Operator.Id);
        }

        turn.Rule(statement.Session, session =>
        {
            if (!Members(session.Plan.Statement).Contains(message.Sender))
            {
                return session.Refused(rejected, now);
            }

            if (asksForPlan)
            {
                turn.Send(session.Plan, message.Sender);
            }

            if (asksForPlan || statement.Reason == RejectionReason.SessionNotRunning)
            {
                turn.SendControl(session.Session, message.Sender);
            }

            return asksForPlan ? new(session, []) : session.Refused(rejected, now);
        });
    }

    private void Submit(Turn turn, Authentic<UpdateSubmitted> update) => turn.Rule(update.Message.Manifest.Statement.Attempt.Session, session =>
    {
        var step = session.Submit(update);
        foreach (AggregatorEffect.Refuse refused in step.Effects.OfType<AggregatorEffect.Refuse>().Where(refused => Party.Verdict(refused.Rejected) != Delivery.Accepted))
        {
            _complaints.Make(
                turn, update.Message.Manifest.Statement.Attempt, refused.To, update.Message.Digest, new Refusal(refused.Rejected.Reason, refused.Rejected.Detail),
                _party.Configuration.Operator.Id);
        }

        return step;
    });

    private void Advance(Turn turn, Authentic<Signed<ModelAdvanced>> advanced) => turn.Rule(advanced.Message.Statement.Attempt.Session, session =>
    {
        Archive.AddAdvance(turn.State, advanced.Message);
        turn.Send(advanced.Message, _party.Configuration.Operator.Id);
        return session.Advance(advanced, Now());
    });

    private IEnumerable<PartyId> Members(SessionPlan plan) => [.. plan.Participants, .. _party.Configuration.KeyHolders.Select(holder => holder.Id)];

    /// <summary>Notes where a frame's chunks are. The last one completes its update.</summary>
    private Task<Delivery> KeepAsync(Frame frame, ChunkFrame chunks, StoredFrame stored, CancellationToken cancellationToken)
    {
        return HandleAsync(frame, Keep, cancellationToken);

        void Keep(Turn turn)
        {
            AggregatorSession? session = turn.Find(chunks.Attempt.Session);
            if (ChunkIntake.Unwanted(session, chunks, frame.Sender) is not null)
            {
                return;
            }

            Archive.AddFrame(turn.State, chunks.Attempt.Session, chunks.Source, frame.Sender, stored);
            if (Archive.FindUpdate(turn.State, chunks.Source, _party.Configuration.Limits) is not { } update)
            {
                return;
            }

            if (!stored.IsChecked)
            {
                turn.Work.Add(new Work.Check(chunks.Source)); // the manifest came while the frame was being stored
            }
            else
            {
                Summation.Complete(turn, session!, update);
            }
        }
    }

    private Task ComplainAsync(PartyId bank, ChunkFrame chunks, Refusal refusal, CancellationToken cancellationToken) =>
        _complaints.IsNew(chunks.Attempt, bank, refusal)
            ? ActAsync(turn => _complaints.Make(turn, chunks.Attempt, bank, chunks.Source, refusal, bank, _party.Configuration.Operator.Id), cancellationToken)
            : Task.CompletedTask;

    private async Task TickAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TickInterval, _party.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await RemindAsync(cancellationToken);
            }
            catch (IOException failure)
            {
                LogNotReminded(_logger, failure); // what is due now is due at the next tick
            }
        }
    }

    private Task<Delivery> TakeAsync<T>(Frame frame, T message, Action<Turn, Authentic<T>> rule, CancellationToken cancellationToken)
        where T : Message =>
        _party.Gate.TryAdmit(message, out Authentic<T> authentic, out Refusal? refusal)
            ? HandleAsync(frame, turn => rule(turn, authentic), cancellationToken)
            : Task.FromResult(Delivery.Rejected($"{refusal.Reason}: {refusal.Detail}"));

    /// <summary>What is said twice is answered twice: the state machine, not the memory of frames, makes that harmless.</summary>
    private async Task<Delivery> HandleAsync(Frame frame, Action<Turn> rule, CancellationToken cancellationToken)
    {
        Turn? turn = null;
        Delivery delivery = await _party.Journal.HandleOnceAsync(
            frame,
            (state, _) =>
            {
                turn = new Turn(_party, state, _logger);
                rule(turn);
                return new Transition(turn.Delivery, turn.Outgoing) { Once = false };
            },
            cancellationToken);
        Finish(turn);
        return delivery;
    }

    private async Task ActAsync(Action<Turn> rule, CancellationToken cancellationToken)
    {
        Turn? turn = null;
        await _party.Journal.ActAsync(
            state =>
            {
                turn = new Turn(_party, state, _logger);
                rule(turn);
                return turn.Outgoing;
            },
            cancellationToken);
        Finish(turn);
    }

    private void Finish(Turn? committed)
    {
        foreach (Work work in committed?.Work ?? [])
        {
            _work.Writer.TryWrite(work);
        }

        if (committed?.Ruled is { } session)
        {
            _phases.Note(session);
        }
    }

    private long Now() => _party.Time.GetUtcNow().ToUnixTimeMilliseconds();
}

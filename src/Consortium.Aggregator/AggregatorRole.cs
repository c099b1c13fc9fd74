using System.Collections.Immutable;
using System.Threading.Channels;
using Consortium.Cryptography;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Health;
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

/// <summary>Takes every frame to its session's state machine, watches the time, and has sums made.</summary>
internal sealed partial class AggregatorRole : IRole
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly Party _party;
    private readonly ILogger _logger;
    private readonly DecodedState _decoded;
    private readonly ChunkIntake _intake;
    private readonly Summation _summation;
    private readonly Retention _retention;
    private readonly StatusReports _statusReports;
    private readonly RejectionNotices _notices;
    private readonly MessageDispatch _dispatch;
    private readonly Channel<Work> _work = Channel.CreateUnbounded<Work>();
    private readonly PhaseClock _phases;

    /// <summary>Ended sessions whose last status was reported.</summary>
    private readonly HashSet<SessionId> _ended = [];

    public AggregatorRole(Party party, AggregatorOptions options)
    {
        _party = party;
        _logger = party.Loggers.CreateLogger("Consortium.Aggregator");
        _phases = new PhaseClock(party.Time);
        _decoded = new DecodedState(party.Configuration);
        _notices = new RejectionNotices(party);
        _summation = new Summation(
            party, _decoded, _notices, new OpeningProofRelay(party, ActAsync), new TagCheck(party, _decoded, ActAsync, _logger),
            ActAsync, _logger);
        _intake = new ChunkIntake(party, _decoded, _summation);
        _statusReports = new StatusReports(party);
        _retention = new Retention(party, TimeSpan.FromDays(options.RetainDays), _logger);
        _dispatch = new MessageDispatch(party)
            .On(Take<Signed<SessionPlan>>((transaction, plan) => transaction.Start(plan)))
            .On(InSession<Signed<SessionControl>>((session, control) => session.Control(control)))
            .On(InSession<Signed<SessionKeyOffered>>((session, offered) => session.Offer(offered, party.Now)))
            .On(InSession<Signed<SecretAgreed>>((session, agreed) => session.Agree(agreed)))
            .On(InSession<Signed<LateSumsSealed>>((session, late) => session.Answer(late)))
            .On(InSession<UpdateSubmitted>((session, update) => session.Submit(update)))
            .On(InSession<Signed<UpdateTag>>((session, tag) => session.Tag(tag)))
            .On(InSession<Signed<CohortApproval>>((session, approval) => session.Approve(approval)))
            .On(InSession<ShareSumReleased>((session, released) => session.Release(released)))
            .On(InSession<Signed<ModelAdvanced>>((session, advanced) => session.Advance(advanced, party.Now)))
            .On(InSession<Signed<CatchUpRequested>>((session, request) => session.CatchUp(request)))
            .On(Take<Signed<Rejected>>(ReceiveRejection))
            .On(Take<Signed<BallotKeyRevealed>>(Reveal))
            .On(InSession<Signed<SumDisputed>>((session, disputed) => session.Dispute(disputed)))
            .On(InSession<OpeningProofSubmitted>((session, proof) => session.Submit(proof)))
            .On(InSession<Signed<OpeningProofJudged>>((session, judged) => session.Judge(judged)))
            .Complete();
    }

    public Task RestartAsync(CancellationToken cancellationToken) => ActAsync(
        transaction =>
        {
            ImmutableArray<PartyId> unreached = [.. Outbox.Recipients(transaction.State)];
            foreach (SessionId session in SessionTable.All(transaction.State))
            {
                transaction.Decide(session, found => found.Restart(unreached));
            }

            transaction.Work.AddRange(Archive.Unchecked(transaction.State).Select(source => new Work.Check(source)));
        },
        cancellationToken);

    public async Task<Delivery> HandleAsync(Frame frame, CancellationToken cancellationToken)
    {
        if (ChunkIntake.IsChunks(frame.Body.Span))
        {
            return await _intake.HandleAsync(
                frame,
                (chunks, stored) => KeepAsync(frame, chunks, stored, cancellationToken),
                (chunks, rejection) => ComplainAsync(frame.Sender, chunks, rejection, cancellationToken),
                cancellationToken);
        }

        return await _dispatch.HandleAsync(frame, cancellationToken);
    }

    public async Task RunAsync(CancellationToken cancellationToken) =>
        await await Task.WhenAny(
            TickAsync(cancellationToken), _summation.RunAsync(_work.Reader, cancellationToken),
            _retention.RunAsync(cancellationToken));

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
        transaction =>
        {
            ImmutableArray<PartyId> unreached = [.. Outbox.Recipients(transaction.State)];
            foreach (SessionId id in SessionTable.All(transaction.State).Where(id => !_ended.Contains(id)))
            {
                AggregatorSession session = transaction.Find(id)!;
                if (session.Tick(_party.Now, unreached) is { Effects.IsEmpty: false } step)
                {
                    transaction.CarryOut(step);
                    session = step.State;
                }

                _statusReports.ReportNews(transaction, session);
                if (session.HasEnded && session.AreSharesErased)
                {
                    _ended.Add(id);
                    _decoded.Forget(id);
                }
            }
        },
        cancellationToken);

    /// <summary>Notes where a frame's chunks are. The last one completes its update.</summary>
    private Task<Delivery> KeepAsync(Frame frame, ChunkFrame chunks, StoredFrame stored, CancellationToken cancellationToken)
    {
        return HandleAsync(frame, Keep, cancellationToken);

        void Keep(SessionTransaction transaction)
        {
            AggregatorSession? session = transaction.Find(chunks.Attempt.Session);
            if (ChunkIntake.Unwanted(session, chunks, frame.Sender) is not null)
            {
                return;
            }

            Archive.AddFrame(transaction.State, chunks.Attempt.Session, chunks.Source, frame.Sender, stored);
            if (_decoded.FindUpdate(transaction.State, chunks.Source, isCommitted: false) is not { } update)
            {
                return;
            }

            if (!stored.IsChecked)
            {
                transaction.Work.Add(new Work.Check(chunks.Source)); // the manifest came while the frame was being stored
            }
            else
            {
                Summation.Complete(transaction, session!, update);
            }
        }
    }

    private Task ComplainAsync(PartyId bank, ChunkFrame chunks, Rejection rejection, CancellationToken cancellationToken) =>
        _notices.IsNew(chunks.Attempt, bank, rejection)
            ? ActAsync(
                transaction => _notices.Make(
                    transaction, chunks.Attempt, bank, chunks.Source, rejection, bank, _party.Configuration.Operator.Id),
                cancellationToken)
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

    /// <summary>Has the session that a message is about decide on it.</summary>
    private Func<Frame, T, CancellationToken, Task<Delivery>> InSession<T>(
        Func<AggregatorSession, Authentic<T>, Step<AggregatorSession, AggregatorEffect>> decide)
        where T : Message =>
        Take<T>(
            (transaction, authentic) =>
                transaction.Decide(authentic.Message.Session!.Value, session => decide(session, authentic)));

    private void ReceiveRejection(SessionTransaction transaction, Authentic<Signed<Rejected>> rejected)
    {
        Rejected statement = rejected.Message.Statement;
        Signed<UpdateManifest>? manifest = statement.SubjectType == MessageType.UpdateManifest
            ? Archive.FindUpdate(transaction.State, statement.SubjectDigest, _party.Configuration.Limits)?.Manifest
            : null;
        transaction.Decide(statement.Session, session => session.ReceiveRejection(rejected, manifest, _party.Now));
    }

    private void Reveal(SessionTransaction transaction, Authentic<Signed<BallotKeyRevealed>> revealed)
    {
        BallotKeyRevealed statement = revealed.Message.Statement;
        int holder = _party.Configuration.IndexOfKeyHolder(revealed.Message.Sender);
        MessageLimits limits = _party.Configuration.Limits;
        Signed<UpdateManifest>? ballot = Archive.FindUpdate(transaction.State, statement.Ballot, limits)?.Manifest;
        Signed<UpdateManifest>? commitment = ballot is null
            ? null
            : Archive.ManifestsOf(transaction.State, statement.Attempt.Session, ballot.Sender, limits)
                .FirstOrDefault(update => RevealedShare.Commits(update.Statement, holder, statement.Key.Span));
        transaction.Decide(statement.Attempt.Session, session => session.Reveal(revealed, ballot, commitment));
    }

    /// <summary>Lets a message pass the gate, then decides on it in one transaction.</summary>
    private Func<Frame, T, CancellationToken, Task<Delivery>> Take<T>(Action<SessionTransaction, Authentic<T>> decide)
        where T : Message => (frame, message, cancellationToken) =>
        _party.Gate.TryAdmit(message, out Authentic<T> authentic, out Rejection? rejection)
            ? HandleAsync(frame, transaction => decide(transaction, authentic), cancellationToken)
            : Task.FromResult(Delivery.Rejected($"{rejection.Reason}: {rejection.Detail}"));

    /// <summary>What is said twice is answered twice: the state machine, not the memory of frames, makes that harmless.</summary>
    private async Task<Delivery> HandleAsync(Frame frame, Action<SessionTransaction> rule, CancellationToken cancellationToken)
    {
        SessionTransaction? transaction = null;
        Delivery delivery = await _party.Journal.HandleAsync(
            frame,
            state =>
            {
                transaction = new SessionTransaction(_party, state, _decoded, _statusReports, _notices, _logger);
                rule(transaction);
                return new Transition(transaction.Delivery, transaction.Outgoing);
            },
            cancellationToken);
        Finish(transaction);
        return delivery;
    }

    private async Task ActAsync(Action<SessionTransaction> rule, CancellationToken cancellationToken)
    {
        SessionTransaction? transaction = null;
        await _party.Journal.ActAsync(
            state =>
            {
                transaction = new SessionTransaction(_party, state, _decoded, _statusReports, _notices, _logger);
                rule(transaction);
                return transaction.Outgoing;
            },
            cancellationToken);
        Finish(transaction);
    }

    private void Finish(SessionTransaction? committed)
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
}

using System.Collections.Concurrent;
using System.Collections.Immutable;
using Consortium.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Health;
using Consortium.Hosting.Journal;
using Consortium.Hosting.Secrets;
using Consortium.Hosting.Storage;
using Consortium.Participant.Data;
using Consortium.Participant.Rounds;
using Consortium.Participant.Store;
using Consortium.Primitives;
using Consortium.Protocol;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;
using Consortium.Workloads;
using Microsoft.Extensions.Logging;

namespace Consortium.Participant;

/// <summary>
/// One bank. Each frame is decided on in one transaction; what takes long (computing an update, opening a sum) is done beside,
/// from what is saved, so that a crash anywhere only means doing it again. Ciphertext is stored before anything says that it
/// exists.
/// </summary>
internal sealed partial class ParticipantRole : IRole, IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenCatchUps = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPatience = TimeSpan.FromHours(1);
    private static readonly TimeSpan BetweenExpiries = TimeSpan.FromHours(1);

    private readonly Party _party;
    private readonly ParticipantOptions _options;
    private readonly ILogger _logger;
    private readonly SessionVault _vault;
    private readonly SessionWork _work;
    private readonly DataWatch _data;
    private readonly MessageDispatch _dispatch;
    private readonly SemaphoreSlim _wake = new(0, 1);
    private readonly Dictionary<SessionId, long> _caughtUp = [];
    private readonly DecodedSessions<ParticipantSession> _sessions;
    private readonly ConcurrentDictionary<SessionId, (long Since, TimeSpan Patience)> _quiet = new();

    /// <summary>
    /// Plans that this bank does not take part in: it does not ask for them again. Used within transactions only.
    /// </summary>
    private readonly HashSet<SessionId> _rejected = [];

    private long? _expired;
    private HealthItem? _beforeFailure;
    private volatile HealthItem _health = new("training", true, "no session yet");

    public ParticipantRole(Party party, ParticipantOptions options)
    {
        _party = party;
        _sessions = new(encoded => SessionState.DecodeParticipant(encoded, party.Id, party.Configuration));
        _options = options;
        _logger = party.Loggers.CreateLogger<ParticipantRole>();
        _data = new DataWatch(party, options);
        _vault = new SessionVault(party);
        _work = new SessionWork(party, _data, _vault, options.Noise);
        _dispatch = new MessageDispatch(party)
            .On<Signed<SessionPlan>>(Join)
            .On(InSession<Signed<SessionKeyOffered>>((session, offered) => session.Learn(offered)))
            .On(InSession<Signed<LateSumsSealed>>((session, late) => session.LearnLate(late)))
            .On(InSession<Signed<RoundOpened>>((session, opened) => session.Open(opened)))
            .On(InSession<Signed<Cohort>>((session, closed) => session.Close(closed)))
            .On(InSession<AggregateReleased>((session, released) => session.Receive(released, _party.LedgerRules)))
            .On(InSession<Signed<AttemptAbandoned>>((session, abandoned) => session.Abandon(abandoned)))
            .On(InSession<Signed<SessionControl>>((session, control) => session.Control(control)))
            .On(InSession<DisputeRelayed>((session, dispute) => session.RequestOpeningProof(dispute)))
            .On(InSession<Signed<Rejected>>((session, rejected) => session.ReceiveRejection(rejected)))
            .On<Signed<OpeningProofJudged>>(Receive)
            .Complete();
    }

    private PartyId Aggregator => _party.Configuration.Aggregator.Id;

    public void Dispose() => _wake.Dispose();

    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await _party.Journal.ActAsync(
            state =>
            {
                var outgoing = new List<OutgoingFrame>();
                foreach (SessionId session in SessionTable.All(state))
                {
                    outgoing.AddRange(CarryOut(state, Find(state, session)!.Restart()).Outgoing);
                }

                return outgoing;
            },
            cancellationToken);
        await _work.CollectAsync(cancellationToken);
    }

    public Task<Delivery> HandleAsync(Frame frame, CancellationToken cancellationToken)
    {
        try
        {
            if (frame.Body.Span.StartsWith("CNCF"u8))
            {
                return TakeChunksAsync(frame, ChunkFrame.Decode(frame.Body, _party.Configuration.Limits), cancellationToken);
            }
        }
        catch (MalformedDataException malformed)
        {
            return Task.FromResult(Delivery.Rejected($"{RejectionReason.Malformed}: {malformed.Message}"));
        }

        return _dispatch.HandleAsync(frame, cancellationToken);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.Yield(); // reading the first files may take minutes, in which the caller has other things to start
        while (true)
        {
            if (!await TryWorkAsync(cancellationToken))
            {
                await _wake.WaitAsync(BetweenLooks, cancellationToken);
            }
        }
    }

    public HealthItem Inspect() => _health;

    /// <summary>Has the session that a message is about decide on it.</summary>
    private Func<StateTransaction, Authentic<T>, Transition> InSession<T>(
        Func<ParticipantSession, Authentic<T>, Step<ParticipantSession, ParticipantEffect>> decide)
        where T : Message =>
        (state, authentic) => Decide(state, authentic.Message.Session!.Value, session => decide(session, authentic));

    private Transition Join(StateTransaction state, Authentic<Signed<SessionPlan>> plan)
    {
        SessionPlan statement = plan.Message.Statement;
        var session = new SessionId(plan.Message.Digest);
        if (SessionTable.Find(state, session) is not null)
        {
            return new Transition(Delivery.Accepted, []);
        }

        IReadOnlyList<Problem> problems = PlanReview.Problems(
            statement, _party.Id, _options.Policy, _party.Configuration, out WorkloadState? initial);
        Rejection? rejection = initial is null
            ? new Rejection(RejectionReason.NotAllowed, string.Join(" ", problems))
            : _party.LedgerRules.Check(statement, session);
        if (initial is null || rejection is not null)
        {
            LogRejectedPlan(_logger, session, rejection!.Detail);
            _rejected.Add(session);
            return new Transition(
                Delivery.Rejected($"{rejection.Reason}: {rejection.Detail}"),
                [Reject(session, MessageType.SessionPlan, plan.Message.Digest, rejection.Reason, rejection.Detail)]);
        }

        ParticipantSession joined = ParticipantSession.Join(_party.Id, plan);
        _vault.Begin(state, session);
        TrainingTables.BeginTraining(state, session, initial.Bytes.ToArray(), _data.Batches);
        LogJoined(_logger, session, statement.Name);
        _health = new HealthItem("training", true, $"joined session {session}");
        return CarryOut(state, joined.Restart());
    }

    /// <summary>
    /// For people: which bank could not prove its opening of the place where a sum does not open, and which could.
    /// </summary>
    private Transition Receive(StateTransaction state, Authentic<Signed<OpeningProofJudged>> judged)
    {
        OpeningProofJudged verdict = judged.Message.Statement;
        if (verdict.Holds)
        {
            LogOpeningProofHolds(_logger, judged.Message.Sender, verdict.Bank, verdict.Attempt);
        }
        else
        {
            LogOpeningProofFailed(_logger, judged.Message.Sender, verdict.Bank, verdict.Attempt, verdict.Detail);
        }

        return new Transition(Delivery.Accepted, []);
    }

    private async Task<Delivery> TakeChunksAsync(Frame frame, ChunkFrame chunks, CancellationToken cancellationToken)
    {
        if (frame.Sender != Aggregator
            || chunks.Attempt.Consortium != _party.Configuration.Digest
            || chunks.ChunkLength != WireChunk.Size)
        {
            return Delivery.Rejected($"{RejectionReason.Inconsistent}: no chunks of a sum");
        }

        SessionId id = chunks.Attempt.Session;
        bool isDue = await _party.Database.ReadAsync(
            state => Find(state, id) is { } session
                && chunks.Attempt.Round.Value > session.RoundsDone
                && chunks.Attempt.Round.Value <= session.Plan.Statement.Rounds,
            cancellationToken);
        if (!isDue)
        {
            return Delivery.Accepted; // of a round that is done: repeats are part of the protocol
        }

        _quiet.TryRemove(id, out _);
        Digest blob = await _party.Blobs.PutAsync(frame.Body, frame.Digest, cancellationToken);
        await _party.Database.WriteAsync(state => TrainingTables.KeepSumFrame(state, chunks, blob), cancellationToken);
        Wake();
        return Delivery.Accepted;
    }

    private Transition Decide(
        StateTransaction state, SessionId id, Func<ParticipantSession, Step<ParticipantSession, ParticipantEffect>> rule)
    {
        _quiet.TryRemove(id, out _);
        return Find(state, id) is { } session ? CarryOut(state, rule(session)) : AskForPlan(id);
    }

    /// <summary>Something of a session came before its plan did, or instead of it.</summary>
    private Transition AskForPlan(SessionId id)
    {
        string detail = $"this bank has joined no session {id}";
        return new Transition(
            Delivery.Rejected($"{RejectionReason.UnknownSession}: {detail}"),
            _rejected.Contains(id) || !IsTimeToCatchUp(id)
                ? []
                : [Reject(id, MessageType.SessionPlan, id.Value, RejectionReason.UnknownSession, detail)]);
    }

    private ParticipantSession? Find(StateTransaction state, SessionId session) => _sessions.Find(state, session);

    /// <summary>What is said twice is answered twice: the session's state makes that harmless.</summary>
    private Transition CarryOut(StateTransaction state, Step<ParticipantSession, ParticipantEffect> step)
    {
        (ParticipantSession session, ImmutableArray<ParticipantEffect> effects) = step;
        _sessions.Save(state, session.Session, SessionState.Encode(session), session);
        var outgoing = new List<OutgoingFrame>();
        Delivery delivery = Delivery.Accepted;
        foreach (ParticipantEffect effect in effects)
        {
            switch (effect)
            {
                case ParticipantEffect.Submit(var update):
                    outgoing.Add(_party.Outgoing(Aggregator, update));
                    outgoing.AddRange(
                        TrainingTables.UpdateFrames(state, session.Session).Select(
                            blob => OutgoingFrame.OfBlob(Aggregator, blob, update.Manifest.Statement.Attempt)));
                    break;
                case ParticipantEffect.Record(var entry):
                    _party.Ledger.Record(entry);
                    LogRecorded(_logger, entry.Session, entry.Window);
                    break;
                case ParticipantEffect.KeepSum(var released):
                    TrainingTables.KeepAggregate(state, released);
                    break;
                case ParticipantEffect.KeepSessionKey(var offered):
                    SessionVault.Keep(state, offered);
                    break;
                case ParticipantEffect.SendAgreements:
                    outgoing.AddRange(Agree(state, session).Select(agreed => _party.Outgoing(Aggregator, agreed)));
                    break;
                case ParticipantEffect.KeepLateSums(var holder, var late):
                    KeepLateSums(state, session.Session, holder, late);
                    break;
                case ParticipantEffect.EraseSessionKeys:
                    _vault.Erase(state, session.Session);
                    LogErased(_logger, session.Session);
                    break;
                case ParticipantEffect.DeleteUpdate:
                    TrainingTables.DeleteUpdate(state, session.Session);
                    break;
                case ParticipantEffect.SendAdvanced(var advanced):
                    outgoing.Add(_party.Outgoing(Aggregator, _party.Sign(advanced)));
                    break;
                case ParticipantEffect.SendTag(var tag):
                    outgoing.Add(_party.Outgoing(Aggregator, _party.Sign(tag)));
                    break;
                case ParticipantEffect.SendDispute(var disputed):
                    outgoing.Add(_party.Outgoing(Aggregator, _party.Sign(disputed)));
                    break;
                case ParticipantEffect.SendOpeningProof:
                    outgoing.AddRange(
                        TrainingTables.OpeningProofs(state, session.Session, _party.Configuration.Limits)
                            .Select(proof => _party.Outgoing(Aggregator, proof)));
                    break;
                case ParticipantEffect.RequestCatchUp(var request) when IsTimeToCatchUp(session.Session):
                    outgoing.Add(_party.Outgoing(Aggregator, _party.Sign(request)));
                    break;
                case ParticipantEffect.Reject(var rejected):
                    outgoing.Add(_party.Outgoing(Aggregator, _party.Sign(rejected)));
                    delivery = Party.Verdict(rejected);
                    break;
                default:
                    Report(session, effect);
                    break;
            }
        }

        Wake();
        return new Transition(delivery, outgoing);
    }

    /// <summary>Agrees a secret under every key that was offered, and gives the agreements, signed.</summary>
    private List<Signed<SecretAgreed>> Agree(StateTransaction state, ParticipantSession session)
    {
        using SessionSecrets? secrets = _vault.Load(state, session.Session);
        if (secrets is null)
        {
            return [];
        }

        foreach (PartyId holder in session.Keys.Keys)
        {
            secrets.Agree(
                _party.Configuration.Find(holder)!, _vault.FindOffer(state, session.Session, holder)!.Statement.Key);
        }

        _vault.Save(state, session.Session, secrets);
        return
        [
            .. secrets.Agreements.Select(pair => _party.Sign(new SecretAgreed
            {
                Consortium = _party.Configuration.Digest,
                Session = session.Session,
                Holder = pair.Other,
                Agreement = pair.Agreement,
            })),
        ];
    }

    private void KeepLateSums(StateTransaction state, SessionId session, PartyId holder, LateSumsSealed late)
    {
        using SessionSecrets? secrets = _vault.Load(state, session);
        if (secrets?.TryTakeLate(_party.Configuration.Find(holder)!, late) == true)
        {
            _vault.Save(state, session, secrets);
        }
    }

    private void Report(ParticipantSession session, ParticipantEffect effect)
    {
        switch (effect)
        {
            case ParticipantEffect.ReportDiverged(var attempt, var own, var others):
                LogDiverged(_logger, attempt, own, others);
                _health = new HealthItem(
                    "training", false, $"diverged at {attempt}: this bank is in state {own}, the others in {others}");
                break;
            case ParticipantEffect.ReportRejection(var by, var rejected):
                LogRejected(_logger, by, rejected.SubjectType, rejected.Reason, rejected.Detail);
                break;
            case ParticipantEffect.ReportAbandoned(var abandoned):
                LogAbandoned(_logger, abandoned.Attempt, abandoned.Reason, abandoned.Detail);
                break;
            case ParticipantEffect.ReportCompleted(var completed):
                LogCompleted(_logger, session.Session, completed);
                break;
            case ParticipantEffect.OpenSum or ParticipantEffect.RequestCatchUp:
                break; // opened by the work that asked, or asked for a moment ago
            default:
                throw new InvalidOperationException($"No way to carry out {effect.GetType().Name}.");
        }
    }

    private bool IsTimeToCatchUp(SessionId session)
    {
        if (_caughtUp.TryGetValue(session, out long last) && _party.Time.GetElapsedTime(last) < BetweenCatchUps)
        {
            return false;
        }

        _caughtUp[session] = _party.Time.GetTimestamp();
        return true;
    }

    private OutgoingFrame Reject(SessionId session, MessageType type, Digest subject, RejectionReason reason, string detail) =>
        _party.Outgoing(
            Aggregator,
            _party.Sign(Rejected.For(_party.Configuration.Digest, session, type, subject, new Rejection(reason, detail))));

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // it is awake already
        }
    }
}

using System.Collections.Immutable;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Proofs;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Secrets;
using Consortium.Participant.Rounds;
using Consortium.Primitives;
using Consortium.Protocol;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;

namespace Consortium.Testing.Scripted;

/// <summary>
/// A bank without data, disk or process: it encrypts and opens as a participant does, by the same state machine, and keeps
/// nothing. Sends everything <see cref="Copies"/> times.
/// </summary>
public sealed class ScriptedBank : IAsyncDisposable
{
    private readonly ConsortiumFolder _consortium;
    private readonly PartyId _id;
    private readonly ScriptedModel _model;
    private readonly MessageGate _gate;
    private readonly PartyBus _bus;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<Digest, SortedList<int, ChunkFrame>> _chunks = [];
    private readonly List<byte[]> _outgoing = [];
    private readonly Dictionary<Digest, Signed<SessionKeyOffered>> _keys = [];
    private ParticipantSession? _session;
    private readonly List<OpeningProofSubmitted> _openingProofs = [];
    private EncryptedUpdate? _update;
    private AggregateReleased? _released;

    public ScriptedBank(ConsortiumFolder consortium, PartyId id, ScriptedModel model, Func<PartyId, FrameHandler, PartyBus> join)
    {
        _consortium = consortium;
        _id = id;
        _model = model;
        _gate = new MessageGate(consortium.Configuration, id);
        _bus = join(id, HandleAsync);
    }

    public PartyId Id => _id;

    /// <summary>What it shares with key holders in the session that it is in.</summary>
    public SessionSecrets? Secrets { get; private set; }

    public SessionId? Session => _session?.Session;

    public int Copies { get; init; } = 1;

    /// <summary>Whether it encrypts under another key than it shares, and proves its opening as if it had not.</summary>
    public bool HasTwoKeys { get; init; }

    public Task StartAsync(CancellationToken cancellationToken) => _bus.StartAsync(cancellationToken);

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    private async Task<Delivery> HandleAsync(Frame frame, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (frame.Body.Span.StartsWith("CNCF"u8))
            {
                ChunkFrame chunks = ChunkFrame.Decode(frame.Body, _consortium.Configuration.Limits);
                if (!_chunks.TryGetValue(chunks.Source, out SortedList<int, ChunkFrame>? of))
                {
                    _chunks.Add(chunks.Source, of = []);
                }

                of[chunks.First] = chunks;
                Open();
                await SendAllAsync(cancellationToken);
                return Delivery.Accepted;
            }

            switch (MessageCodec.Decode(frame.Body, _consortium.Configuration.Limits))
            {
                case Signed<SessionPlan> plan when _session?.IsCompleted != false
                    && _gate.TryAdmit(plan, out var admitted, out _):
                    _session = ParticipantSession.Join(_id, admitted);
                    Secrets = TestSecrets.Begin(_consortium.IdentityOf(_id).Public);
                    CarryOut(_session.Restart());
                    break;
                case Signed<SessionKeyOffered> offered
                    when _session is not null && _gate.TryAdmit(offered, out var admitted, out _):
                    CarryOut(_session.Learn(admitted));
                    break;
                case Signed<RoundOpened> opened when _session is not null && _gate.TryAdmit(opened, out var admitted, out _):
                    CarryOut(_session.Open(admitted));
                    break;
                case DisputeRelayed dispute when _session is not null && _gate.TryAdmit(dispute, out var admitted, out _):
                    CarryOut(_session.RequestOpeningProof(admitted));
                    ProveOpening();
                    break;
                case Signed<Cohort> closed when _session is not null && _gate.TryAdmit(closed, out var admitted, out _):
                    CarryOut(_session.Close(admitted));
                    break;
                case AggregateReleased released when _session is not null && _gate.TryAdmit(released, out var admitted, out _):
                    CarryOut(_session.BeginOpening(admitted, Rules));
                    break;
            }

            await SendAllAsync(cancellationToken);
            return Delivery.Accepted;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>A bank of one session remembers nothing of others.</summary>
    private LedgerRules Rules => new(ParticipationLedger.Begin(_id), 1, DateOnly.MaxValue);

    private void CarryOut(Step<ParticipantSession, ParticipantEffect> step)
    {
        _session = step.State;
        foreach (ParticipantEffect effect in step.Effects)
        {
            switch (effect)
            {
                case ParticipantEffect.KeepSessionKey(var offered):
                    _keys[offered.Digest] = offered;
                    break;
                case ParticipantEffect.Submit(var update):
                    Send(MessageCodec.Encode(update));
                    foreach (byte[] frame in _update!.Frames)
                    {
                        Send(frame);
                    }

                    break;
                case ParticipantEffect.OpenSum(var aggregate):
                    _released = aggregate;
                    Open();
                    break;
                case ParticipantEffect.SendTag(var tag):
                    Signed<UpdateTag> own = _consortium.Sign(_id, tag);
                    _gate.Know(own);
                    Send(MessageCodec.Encode(own));
                    break;
                case ParticipantEffect.SendAdvanced(var advanced):
                    Send(MessageCodec.Encode(_consortium.Sign(_id, advanced)));
                    break;
                case ParticipantEffect.SendDispute(var disputed):
                    Send(MessageCodec.Encode(_consortium.Sign(_id, disputed)));
                    break;
                case ParticipantEffect.SendOpeningProof:
                    _openingProofs.ForEach(proof => Send(MessageCodec.Encode(proof)));
                    break;
                case ParticipantEffect.RequestCatchUp(var request):
                    Send(MessageCodec.Encode(_consortium.Sign(_id, request)));
                    break;
                case ParticipantEffect.Reject(var rejected):
                    Send(MessageCodec.Encode(_consortium.Sign(_id, rejected)));
                    break;
            }
        }

        if (_session.DueTag is { } cohort)
        {
            CarryOut(_session.Tagged(TestTag.Of(
                _session.Plan.Statement, cohort,
                _update!.Frames.Select(frame => ChunkFrame.Decode(frame, _consortium.Configuration.Limits)))));
        }

        if (_session.DueUpdate is AttemptId attempt)
        {
            Prepare(attempt);
        }
    }

    private void Prepare(AttemptId attempt)
    {
        SessionPlan plan = _session!.Plan.Statement;
        var shape = new UpdateShape(_model.Values, _model.Levels, 0);
        shape = shape with { Chunks = shape.LayoutFor(plan).ChunkCount(shape.Values) };
        long[] vector = _model.Vector(_id, attempt.Round);
        foreach (Digest key in _session.SessionKeys.Where(key => key != default))
        {
            Secrets!.Agree(_consortium.Configuration.Find(_keys[key].Sender)!, _keys[key].Statement.Key);
        }

        _update = HasTwoKeys
            ? UpdateOfTwoKeys.Encrypt(
                _consortium, _id, plan, attempt, _session.State, shape, vector, _session.SessionKeys, Secrets!)
            : EncryptedUpdate.Create(
                vector, shape, attempt, _session.State, plan, _consortium.Configuration, _id, _consortium.IdentityOf(_id),
                _session.SessionKeys, Secrets!);
        CarryOut(_session.Prepared(_update.Message, ScriptedModel.DigestOf(_id, attempt.Round), Rules, default));
    }

    private void Open()
    {
        if (_released is not { } released || !_chunks.TryGetValue(released.Cohort.Digest, out SortedList<int, ChunkFrame>? frames)
            || frames.Values.Sum(frame => frame.Count) < released.SumChunkDigests.Length
            || frames.Values.Any(frame => frame.FirstWrongChunk(released.SumChunkDigests) is not null))
        {
            return;
        }

        _released = null;
        _chunks.Clear();
        Cohort cohort = released.Cohort.Statement;
        if (cohort.Attempt.Round.Value != _session!.RoundsDone + 1)
        {
            return;
        }

        var opener = new SumOpener(
            _session.Plan.Statement, _consortium.Configuration, Secrets!, _id,
            _session.SharingIn(cohort.Attempt, _consortium.Configuration));
        CarryOut(opener.Open(released, [.. frames.Values]) switch
        {
            SumOpening.Opened opened =>
                _session.Advanced(
                    cohort.Attempt, new CohortDigest(released.Cohort.Digest), _model.Advance(_session.State, opened.Sum)),
            SumOpening.WrongSum wrong => _session.WrongSum(released.Cohort, wrong.Detail),
            SumOpening.Spoiled spoiled => _session.NotOpened(released.Cohort, spoiled.Detail, spoiled.Place),
            _ => throw new InvalidOperationException("No such outcome of opening a sum."),
        });
    }

    private void ProveOpening()
    {
        if (_session is not { OpeningProofIsDue: true, Update: { } update, Disputed: { } disputed })
        {
            return;
        }

        PrivateIdentity identity = _consortium.IdentityOf(_id);
        if (KeptKey.TryOpen(
            _update!.SealedKey, _consortium.Configuration.Threshold, disputed.Attempt, Secrets!.Storage, out KeptKey? kept))
        {
            using KeptKey key = kept;
            ReadOnlyMemory<byte> chunk = disputed.Place.Chunk == DisputedPlace.KeySum ? default
                : _update.Frames.Select(frame => ChunkFrame.Decode(frame, _consortium.Configuration.Limits))
                    .SelectMany(frame => Enumerable.Range(0, frame.Count).Select(frame.Chunk)).ElementAt(disputed.Place.Chunk);
            _openingProofs.AddRange(
                UpdateOpeningProof.Create(
                    update.Manifest, disputed, chunk, key, _session.Plan.Statement, _consortium.Configuration, identity,
                    Secrets!)!);
        }

        CarryOut(_session.Proved(_openingProofs[0].Digest));
    }

    private void Send(byte[] body)
    {
        for (int copy = 0; copy < Copies; copy++)
        {
            _outgoing.Add(body);
        }
    }

    private async Task SendAllAsync(CancellationToken cancellationToken)
    {
        byte[][] bodies = [.. _outgoing];
        _outgoing.Clear();
        await Task.WhenAll(
            bodies.Select(body => _bus.SendAsync(_consortium.Configuration.Aggregator.Id, body, cancellationToken)));
    }
}

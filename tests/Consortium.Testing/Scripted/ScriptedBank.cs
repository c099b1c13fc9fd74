using System.Collections.Immutable;
using Consortium.Hosting.Bus;
using Consortium.Participant.Rounds;
using Consortium.Protocol;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;

namespace Consortium.Testing.Scripted;

/// <summary>
/// A bank without data, disk or process: it encrypts and opens as a participant does, by the same state machine, and keeps nothing. Sends
/// everything <see cref="Copies"/> times.
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
    private ParticipantSession? _session;
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

    public int Copies { get; init; } = 1;

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
                await OpenAsync(cancellationToken);
                return Delivery.Accepted;
            }

            switch (MessageCodec.Decode(frame.Body, _consortium.Configuration.Limits))
            {
                case Signed<SessionPlan> plan when _session is null && _gate.TryAdmit(plan, out var admitted, out _):
                    _session = ParticipantSession.Join(_id, admitted);
                    await CarryOutAsync(_session.Restart(), cancellationToken);
                    break;
                case Signed<RoundOpened> opened when _session is not null && _gate.TryAdmit(opened, out var admitted, out _):
                    await CarryOutAsync(_session.Open(admitted), cancellationToken);
                    break;
                case AggregateReleased released when _session is not null && _gate.TryAdmit(released, out var admitted, out _):
                    await CarryOutAsync(_session.Receive(admitted), cancellationToken);
                    break;
            }

            return Delivery.Accepted;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task CarryOutAsync(Step<ParticipantSession, ParticipantEffect> step, CancellationToken cancellationToken)
    {
        _session = step.State;
        foreach (ParticipantEffect effect in step.Effects)
        {
            switch (effect)
            {
                case ParticipantEffect.PrepareUpdate(var attempt, var startsFrom):
                    SessionPlan plan = _session.Plan.Statement;
                    var shape = new UpdateShape(_model.Values, _model.Levels, 0);
                    shape = shape with { Chunks = shape.LayoutFor(plan).ChunkCount(shape.Values) };
                    long[] vector = _model.Vector(_id, attempt.Round);
                    _update = EncryptedUpdate.Create(
                        vector, shape, attempt, startsFrom, plan, _consortium.Configuration, _id, _consortium.IdentityOf(_id));
                    await CarryOutAsync(_session.Prepared(_update.Message, Digest.Of(System.Runtime.InteropServices.MemoryMarshal.AsBytes(vector.AsSpan()))), cancellationToken);
                    break;
                case ParticipantEffect.Submit(var update):
                    await Task.WhenAll(_update!.Frames.Prepend(MessageCodec.Encode(update)).Select(frame => SendAsync(frame, cancellationToken)));

                    break;
                case ParticipantEffect.OpenSum(var aggregate):
                    _released = aggregate;
                    await OpenAsync(cancellationToken);
                    break;
                case ParticipantEffect.SendAdvanced(var advanced):
                    await SendAsync(MessageCodec.Encode(_consortium.Sign(_id, advanced)), cancellationToken);
                    break;
                case ParticipantEffect.RequestCatchUp(var request):
                    await SendAsync(MessageCodec.Encode(_consortium.Sign(_id, request)), cancellationToken);
                    break;
                case ParticipantEffect.Refuse(var rejected):
                    await SendAsync(MessageCodec.Encode(_consortium.Sign(_id, rejected)), cancellationToken);
                    break;
            }
        }
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (_released is not { } released || !_chunks.TryGetValue(released.Cohort.Digest, out SortedList<int, ChunkFrame>? frames)
            || frames.Values.Sum(frame => frame.Count) < released.SumDigests.Length)
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

        var opener = new SumOpener(_session.Plan.Statement, _consortium.Configuration, _consortium.IdentityOf(_id));
        await CarryOutAsync(
            opener.Open(released, [.. frames.Values]) is SumOpening.Opened opened
                ? _session.Advanced(cohort.Attempt, new CohortDigest(released.Cohort.Digest), _model.Advance(_session.State, opened.Sum))
                : _session.NotOpened(released.Cohort, "does not open"),
            cancellationToken);
    }

    private async Task SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        for (int copy = 0; copy < Copies; copy++)
        {
            await _bus.SendAsync(_consortium.Configuration.Aggregator.Id, body, cancellationToken);
        }
    }
}

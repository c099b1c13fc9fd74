using System.Collections.Immutable;
using Consortium.Hosting.Bus;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Testing.Scripted;

/// <summary>The operator: sends plans and watches what the aggregator passes on.</summary>
public sealed class SessionOperator : IAsyncDisposable
{
    private readonly ConsortiumFolder _consortium;
    private readonly PartyBus _bus;
    private readonly Lock _lock = new();
    private readonly List<Message> _heard = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SessionOperator(ConsortiumFolder consortium, Func<PartyId, FrameHandler, PartyBus> join)
    {
        _consortium = consortium;
        _bus = join(consortium.Configuration.Operator.Id, HandleAsync);
    }

    /// <summary>Told of every message as it comes.</summary>
    public Action<Message> Receive { get; init; } = static _ => { };

    public Task StartAsync(CancellationToken cancellationToken) => _bus.StartAsync(cancellationToken);

    /// <summary>Starts a session.</summary>
    public async Task<SessionId> SendAsync(SessionPlan plan, CancellationToken cancellationToken)
    {
        Signed<SessionPlan> signed = _consortium.Sign(_bus.Self, plan);
        await _bus.SendAsync(_consortium.Configuration.Aggregator.Id, MessageCodec.Encode(signed), cancellationToken);
        return new SessionId(signed.Digest);
    }

    /// <summary>
    /// Waits until <paramref name="banks"/> have said which state they reached in a round, and gives those states.
    /// </summary>
    public Task<ImmutableSortedDictionary<PartyId, StateDigest>> WaitForRoundAsync(
        SessionId session, int round, int banks, CancellationToken cancellationToken) =>
        WaitAsync(
            heard =>
            {
                var states = heard.OfType<Signed<ModelAdvanced>>()
                    .Where(
                        advanced => advanced.Statement.Attempt.Session == session
                            && advanced.Statement.Attempt.Round.Value == round)
                    .DistinctBy(advanced => advanced.Sender)
                    .ToImmutableSortedDictionary(advanced => advanced.Sender, advanced => advanced.Statement.State);
                return states.Count >= banks ? states : null;
            },
            cancellationToken);

    /// <summary>
    /// Waits until <paramref name="banks"/> have said that the model is finished, and gives the round in which it was.
    /// </summary>
    public async Task<int> WaitForModelAsync(SessionId session, int banks, CancellationToken cancellationToken)
    {
        List<Signed<ModelAdvanced>> finished = await WaitAsync(
            heard =>
            {
                var final = heard.OfType<Signed<ModelAdvanced>>()
                    .Where(advanced => advanced.Statement.IsFinal && advanced.Statement.Attempt.Session == session)
                    .DistinctBy(advanced => advanced.Sender)
                    .ToList();
                return final.Count >= banks ? final : null;
            },
            cancellationToken);
        return finished[0].Statement.Attempt.Round.Value;
    }

    /// <summary>Waits for a rejection by <paramref name="party"/>.</summary>
    public Task<Rejected> WaitForRejectionAsync(SessionId session, PartyId party, CancellationToken cancellationToken) =>
        WaitAsync(
            heard =>
                heard.OfType<Signed<Rejected>>().FirstOrDefault(
                    rejected => rejected.Sender == party && rejected.Statement.Session == session)?.Statement, cancellationToken);

    /// <summary>Waits until the aggregator gives an attempt of the session up.</summary>
    public Task<AttemptAbandoned> WaitForAbandonmentAsync(SessionId session, CancellationToken cancellationToken) => WaitAsync(
        heard =>
            heard.OfType<Signed<AttemptAbandoned>>().FirstOrDefault(
                abandoned => abandoned.Statement.Attempt.Session == session)?.Statement, cancellationToken);

    /// <summary>Waits until that many rounds of the session are recorded, and gives their cohorts by round.</summary>
    public Task<ImmutableSortedDictionary<int, Cohort>> WaitForCohortsAsync(
        SessionId session, int rounds, CancellationToken cancellationToken) =>
        WaitAsync(
            heard =>
            {
                var cohorts = heard.OfType<RoundRecorded>()
                    .Select(recorded => recorded.Cohort.Statement)
                    .Where(cohort => cohort.Attempt.Session == session)
                    .DistinctBy(cohort => cohort.Attempt.Round)
                    .ToImmutableSortedDictionary(cohort => cohort.Attempt.Round.Value, cohort => cohort);
                return cohorts.Count >= rounds ? cohorts : null;
            },
            cancellationToken);

    /// <summary>Waits for so many verdicts on banks' accounts.</summary>
    public async Task<ImmutableArray<OpeningProofJudged>> WaitForVerdictsAsync(
        SessionId session, int verdicts, CancellationToken cancellationToken) =>
        [.. await WaitAsync(
            heard =>
            {
                var judged = heard.OfType<Signed<OpeningProofJudged>>()
                    .Where(verdict => verdict.Statement.Attempt.Session == session)
                    .DistinctBy(verdict => (verdict.Sender, verdict.Statement.Bank))
                    .Select(verdict => verdict.Statement)
                    .ToList();
                return judged.Count >= verdicts ? judged : null;
            },
            cancellationToken)];

    /// <summary>Ends a session, as the operator's first word on it.</summary>
    public Task AbortAsync(SessionId session, string reason, CancellationToken cancellationToken) => _bus.SendAsync(
        _consortium.Configuration.Aggregator.Id,
        MessageCodec.Encode(_consortium.Sign(_bus.Self, new SessionControl
        {
            Consortium = _consortium.Configuration.Digest,
            Session = session,
            Sequence = 1,
            Action = SessionAction.Abort,
            Reason = reason,
        })),
        cancellationToken);

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    private async Task<T> WaitAsync<T>(Func<IReadOnlyList<Message>, T?> find, CancellationToken cancellationToken)
        where T : class
    {
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (find(_heard) is { } found)
                {
                    return found;
                }

                news = _news.Task;
            }

            await news.WaitAsync(cancellationToken);
        }
    }

    private Task<Delivery> HandleAsync(Frame frame, CancellationToken cancellationToken)
    {
        Message message = MessageCodec.Decode(frame.Body, _consortium.Configuration.Limits);
        Receive(message);
        lock (_lock)
        {
            _heard.Add(message);
            _news.SetResult();
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return Task.FromResult(Delivery.Accepted);
    }
}

using System.Collections.Immutable;
using Consortium.Hosting.Bus;
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

    public Task StartAsync(CancellationToken cancellationToken) => _bus.StartAsync(cancellationToken);

    /// <summary>Starts a session.</summary>
    public async Task<SessionId> SendAsync(SessionPlan plan, CancellationToken cancellationToken)
    {
        Signed<SessionPlan> signed = _consortium.Sign(_bus.Self, plan);
        await _bus.SendAsync(_consortium.Configuration.Aggregator.Id, MessageCodec.Encode(signed), cancellationToken);
        return new SessionId(signed.Digest);
    }

    /// <summary>Waits until <paramref name="banks"/> have said which state they reached in a round, and gives those states.</summary>
    public Task<ImmutableSortedDictionary<PartyId, StateDigest>> WaitForRoundAsync(
        SessionId session, int round, int banks, CancellationToken cancellationToken) => WaitAsync(
        heard =>
        {
            var states = heard.OfType<Signed<ModelAdvanced>>()
                .Where(advanced => advanced.Statement.Attempt.Session == session && advanced.Statement.Attempt.Round.Value == round)
                .DistinctBy(advanced => advanced.Sender)
                .ToImmutableSortedDictionary(advanced => advanced.Sender, advanced => advanced.Statement.State);
            return states.Count >= banks ? states : null;
        },
        cancellationToken);

    /// <summary>Waits for a refusal by <paramref name="party"/>.</summary>
    public Task<Rejected> WaitForRefusalAsync(SessionId session, PartyId party, CancellationToken cancellationToken) => WaitAsync(
        heard => heard.OfType<Signed<Rejected>>().FirstOrDefault(rejected => rejected.Sender == party && rejected.Statement.Session == session)?.Statement, cancellationToken);

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
        lock (_lock)
        {
            _heard.Add(MessageCodec.Decode(frame.Body, _consortium.Configuration.Limits));
            _news.SetResult();
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        return Task.FromResult(Delivery.Accepted);
    }
}

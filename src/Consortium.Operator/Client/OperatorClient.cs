using Consortium.Cryptography;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Operator.Journal;
using Consortium.Operator.Sessions;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Operator.Client;

/// <summary>
/// The operator at work: its place on the bus, and its journal, which keeps every message before it is sent or acknowledged.
/// </summary>
public sealed class OperatorClient : IAsyncDisposable
{
    /// <summary>How long the broker may take to let us in.</summary>
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(10);

    /// <summary>A queue that gave nothing for so long is empty.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(400);

    private readonly OperatorConnection _connection;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _news = new(0, 1);
    private QueueReading? _reading;

    private OperatorClient(DaemonOptions options, OperatorJournal journal, TimeProvider time, ILoggerFactory loggers)
    {
        Configuration = options.Configuration;
        Journal = journal;
        _time = time;
        _connection = new OperatorConnection(
            Configuration, options.Identity, options.JoinBus, new BusSurroundings(loggers, time, FaultPoints.None), ReceiveAsync);
    }

    public ConsortiumConfiguration Configuration { get; }

    public OperatorJournal Journal { get; }

    /// <summary>Takes the operator's place on the bus; what waits there comes into the journal from then on.</summary>
    /// <param name="data">Where the operator's journal is.</param>
    /// <param name="broker">Where the broker is, for people.</param>
    /// <exception cref="BrokerSilentException">Nobody answers there.</exception>
    /// <exception cref="QueueTakenException">Programs on another folder read the queue.</exception>
    /// <exception cref="BusException">The broker rejects the operator.</exception>
    public static async Task<OperatorClient> ConnectAsync(
        DaemonOptions options, string data, string broker, TimeProvider time, ILoggerFactory loggers,
        CancellationToken cancellationToken)
    {
        var client = new OperatorClient(options, OperatorJournal.Open(data, options.Configuration.Limits, time), time, loggers);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ConnectLimit);
        try
        {
            client._reading = await QueueReading.BeginAsync(data, client._connection.CountReadersAsync, time, limit.Token);
            await client._connection.StartAsync(limit.Token);
            return client;
        }
        catch (Exception exception)
        {
            await client.DisposeAsync();
            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new BrokerSilentException(broker, ConnectLimit, exception);
            }

            throw;
        }
    }

    /// <summary>Signs a plan, has the aggregator start it, and gives the session it is.</summary>
    /// <exception cref="MalformedDataException">The plan is beyond the consortium's limits; nothing was sent.</exception>
    public async Task<SessionId> StartAsync(SessionPlan plan, CancellationToken cancellationToken)
    {
        Signed<SessionPlan> signed = _connection.Sign(plan);
        _ = MessageCodec.Decode(MessageCodec.Encode(signed), Configuration.Limits); // or its recipients would not read it either
        await SendAsync(signed, cancellationToken);
        return new SessionId(signed.Digest);
    }

    /// <summary>Sends a plan again, for parties that lost or rejected it. A party that has it ignores it.</summary>
    public Task SendAgainAsync(Signed<SessionPlan> plan, CancellationToken cancellationToken) =>
        SendAsync(plan, cancellationToken);

    /// <summary>
    /// Pauses, resumes or aborts a session, and waits until the aggregator confirms it. To resume sends the plan again.
    /// </summary>
    /// <param name="log">The session, brought up to date on the way.</param>
    /// <param name="reason">For the banks' logs.</param>
    /// <param name="limit">How long to wait.</param>
    /// <returns>What the session's condition is now.</returns>
    /// <exception cref="SessionEndedException">The session has ended.</exception>
    /// <exception cref="AggregatorSilentException">The aggregator did not confirm it in time.</exception>
    public async Task<SessionCondition> ControlAsync(
        SessionLog log, SessionAction action, string reason, TimeSpan limit, CancellationToken cancellationToken)
    {
        PartyId aggregator = Configuration.Aggregator.Id;
        if (log.Outcome(aggregator) is { Kind: OutcomeKind.Completed or OutcomeKind.Declined or OutcomeKind.Aborted } outcome)
        {
            throw new SessionEndedException(log, outcome, action);
        }

        if (action == SessionAction.Resume && log.SignedPlan is { } plan)
        {
            await SendAgainAsync(plan, cancellationToken);
        }

        for (int attempt = 0; attempt < 2; attempt++)
        {
            // Of two controls the one of the higher number holds; a journal that was lost may not know the number.
            int sequence = 1 + Math.Max(log.ControlSequence, log.Status?.ControlSequence ?? 0);
            var control = new SessionControl
            {
                Consortium = Configuration.Digest,
                Session = log.Session,
                Sequence = sequence,
                Action = action,
                Reason = reason,
            };
            await SendAsync(_connection.Sign(control), cancellationToken);
            if (!await FollowAsync(log, current => current.Status?.ControlSequence >= sequence, limit, cancellationToken))
            {
                throw new AggregatorSilentException(aggregator, limit);
            }

            if (log.Status!.ControlSequence == sequence)
            {
                break;
            }
        }

        return log.Status!.Condition;
    }

    /// <summary>Takes in all that waits in the operator's queue.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        while (await _news.WaitAsync(Quiet, cancellationToken))
        {
        }
    }

    /// <summary>
    /// Reads what is new into a log until <paramref name="isEnough"/> says so, or the time is up. What another program on this
    /// folder receives counts as well.
    /// </summary>
    /// <returns>Whether it was enough.</returns>
    public async Task<bool> FollowAsync(
        SessionLog log, Func<SessionLog, bool> isEnough, TimeSpan limit, CancellationToken cancellationToken)
    {
        long began = _time.GetTimestamp();
        while (true)
        {
            await Journal.ReadAsync(log, cancellationToken);
            if (isEnough(log))
            {
                return true;
            }

            if (limit != Timeout.InfiniteTimeSpan && _time.GetElapsedTime(began) > limit)
            {
                return false;
            }

            await _news.WaitAsync(Quiet, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        _reading?.Dispose();
        Journal.Dispose();
        _news.Dispose();
    }

    private async Task SendAsync(Message message, CancellationToken cancellationToken)
    {
        await Journal.AddAsync(message, cancellationToken);
        await _connection.SendAsync(message, cancellationToken);
    }

    private async Task ReceiveAsync(Message message, CancellationToken cancellationToken)
    {
        await Journal.AddAsync(message, cancellationToken);
        try
        {
            _news.Release();
        }
        catch (SemaphoreFullException)
        {
            // nobody has looked since the last
        }
    }
}

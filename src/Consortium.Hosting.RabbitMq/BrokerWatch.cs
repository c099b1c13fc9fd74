using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// Asks the broker again and again, on a connection of its own, for what MassTransit does not tell: whether it blocks publishers,
/// and whether anyone still reads the party's queue, which ends when the queue is deleted or the broker cancels its consumer.
/// Thread-safe.
/// </summary>
internal sealed partial class BrokerWatch(BrokerCredentials credentials, BusSurroundings surroundings) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly ILogger _logger = surroundings.Loggers.CreateLogger<BrokerWatch>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource? _unblocked;
    private string? _alarm;
    private string? _consumer;
    private long? _consumerLostAt;
    private CancellationTokenSource _connection = new();
    private Task _watching = Task.CompletedTask;

    /// <summary>What is amiss, in words for the operator; null when nothing is known to be.</summary>
    public string? Problem
    {
        get
        {
            lock (_lock)
            {
                return _alarm ?? _consumer;
            }
        }
    }

    /// <summary>For how long nobody has read the party's queue, though the broker answers.</summary>
    public TimeSpan ConsumerLostFor
    {
        get
        {
            lock (_lock)
            {
                return _consumerLostAt is { } since ? surroundings.Time.GetElapsedTime(since) : TimeSpan.Zero;
            }
        }
    }

    private PartyId User => credentials.User;

    /// <summary>Ends the connection and makes another, with the credentials of now.</summary>
    public void ConnectAgain()
    {
        lock (_lock)
        {
            _consumerLostAt = null;
            _connection.Cancel();
        }
    }

    public void Start() => _watching = Task.Run(WatchAsync);

    /// <summary>Returns at once unless the broker is known to block publishers, else when it takes messages again.</summary>
    public Task WaitUntilUnblockedAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _unblocked?.Task.WaitAsync(cancellationToken) ?? Task.CompletedTask;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _watching;
        NoteAlarm(null);
        _connection.Dispose();
        _stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await WatchConnectionAsync();
            }
            catch (OperationInterruptedException exception) when (exception.ShutdownReason?.ReplyCode == 404)
            {
                NoteConsumer(
                    $"the broker has no queue '{BusNames.Queue(User)}' any more: load the consortium's broker definitions "
                        + "into it");
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
            }
            catch (OperationCanceledException) // to connect again
            {
                continue;
            }
            catch (Exception exception) // MassTransit tells whether the broker is there; this only looks again when it is
            {
                LogNotWatching(_logger, credentials.Current, exception);
            }

            // A lost connection says nothing about an alarm: it stands until a message gets through again.
            await Task.Delay(Interval, surroundings.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchConnectionAsync()
    {
        using CancellationTokenSource ending = NewConnection();
        CancellationToken stopping = ending.Token;
        await using IConnection connection = await BrokerConnection.OpenAsync(
            credentials.Current, BusNames.Connection(User, "watch"), stopping);
        PublishTrial trial = await PublishTrial.OpenAsync(connection, BusNames.Exchange(User), NoteAlarm, stopping);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: stopping);
        try
        {
            while (true)
            {
                await await trial.TryAsync(stopping);
                await trial.WaitUntilUnblockedAsync(stopping);
                if (trial.Alarm is null)
                {
                    NoteAlarm(null); // of an earlier connection
                }

                QueueDeclareOk queue = await channel.QueueDeclarePassiveAsync(BusNames.Queue(User), stopping);
                NoteConsumer(
                    queue.ConsumerCount > 0
                        ? null
                        : $"nobody reads the queue '{BusNames.Queue(User)}': the broker ended this party's consumer");
                await Task.Delay(Interval, surroundings.Time, stopping);
            }
        }
        finally
        {
            await BrokerConnection.AbortAsync(connection);
        }
    }

    private CancellationTokenSource NewConnection()
    {
        lock (_lock)
        {
            _connection.Dispose();
            _connection = new CancellationTokenSource();
            return CancellationTokenSource.CreateLinkedTokenSource(_connection.Token, _stopping.Token);
        }
    }

    private void NoteConsumer(string? problem)
    {
        lock (_lock)
        {
            _consumerLostAt = problem is null ? null : _consumerLostAt ?? surroundings.Time.GetTimestamp();
            if (_consumer != problem && problem is not null)
            {
                LogProblem(_logger, User, problem);
            }

            _consumer = problem;
        }
    }

    private void NoteAlarm(string? alarm)
    {
        lock (_lock)
        {
            if (alarm is null)
            {
                _unblocked?.TrySetResult();
                _unblocked = null;
            }
            else if (_alarm is null)
            {
                LogProblem(_logger, User, alarm);
                _unblocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            _alarm = alarm;
        }
    }
}

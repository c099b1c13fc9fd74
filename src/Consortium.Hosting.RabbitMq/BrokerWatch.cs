using Consortium.Hosting.Bus;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// Asks the broker again and again, on a connection of its own, for what MassTransit does not tell: whether it blocks publishers,
/// and whether anyone still reads the party's queue, which ends when the queue is deleted or the broker cancels its consumer.
/// Thread-safe.
/// </summary>
internal sealed partial class BrokerWatch(BrokerAddress broker, BusSurroundings surroundings) : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly ILogger _logger = surroundings.Loggers.CreateLogger<BrokerWatch>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource? _unblocked;
    private string? _alarm;
    private string? _consumer;
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
                    $"the broker has no queue '{BusNames.Queue(broker.User)}' any more: load the consortium's broker definitions "
                        + "into it");
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
            }
            catch (Exception exception) // MassTransit tells whether the broker is there; this only looks again when it is
            {
                LogNotWatching(_logger, broker, exception);
            }

            // A lost connection says nothing about an alarm: it stands until a message gets through again.
            await Task.Delay(Interval, surroundings.Time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchConnectionAsync()
    {
        CancellationToken stopping = _stopping.Token;
        await using IConnection connection = await BrokerConnection.OpenAsync(broker, $"{broker.User} watch", stopping);
        PublishTrial trial = await PublishTrial.OpenAsync(connection, BusNames.Exchange(broker.User), NoteAlarm, stopping);
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

                QueueDeclareOk queue = await channel.QueueDeclarePassiveAsync(BusNames.Queue(broker.User), stopping);
                NoteConsumer(
                    queue.ConsumerCount > 0
                        ? null
                        : $"nobody reads the queue '{BusNames.Queue(broker.User)}': the broker ended this party's consumer");
                await Task.Delay(Interval, surroundings.Time, stopping);
            }
        }
        finally
        {
            await BrokerConnection.AbortAsync(connection);
        }
    }

    private void NoteConsumer(string? problem)
    {
        lock (_lock)
        {
            if (_consumer != problem && problem is not null)
            {
                LogProblem(_logger, broker.User, problem);
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
                LogProblem(_logger, broker.User, alarm);
                _unblocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            _alarm = alarm;
        }
    }
}

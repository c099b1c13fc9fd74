using System.Collections.Concurrent;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Faults;
using Consortium.Hosting.Resilience;
using Consortium.Hosting.Storage;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.Journal;

/// <summary>
/// Sends what the outbox holds and strikes out what the broker confirmed; a crash in between sends again. Each recipient has a
/// lane of its own, so one whose queue is full delays no other. Within a lane frames may overtake one another.
/// </summary>
public sealed partial class OutboxDispatcher
{
    /// <summary>Frames of one recipient under way at once.</summary>
    private const int LaneWidth = 16;

    /// <summary>Frames of all recipients in memory at once.</summary>
    private const int InMemory = 32;

    private readonly Outbox _outbox;
    private readonly RecentBlobs _blobs;
    private readonly PartyBus _bus;
    private readonly TimeProvider _time;
    private readonly FaultPoint _faults;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _memory = new(InMemory);
    private readonly ConcurrentDictionary<PartyId, Task> _lanes = new();

    public OutboxDispatcher(Outbox outbox, BlobStore blobs, PartyBus bus, BusSurroundings surroundings)
    {
        _outbox = outbox;
        _blobs = new RecentBlobs(blobs);
        _bus = bus;
        _time = surroundings.Time;
        _faults = surroundings.Faults;
        _logger = surroundings.Loggers.CreateLogger<OutboxDispatcher>();
    }

    /// <summary>Sends until cancelled, starting with what an earlier process left.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var reading = Pipelines.Dispatch(_time, (exception, delay) => LogOutboxUnreadable(_logger, delay, exception));
        try
        {
            while (true)
            {
                IReadOnlyList<PartyId> recipients = await reading.ExecuteAsync(
                    async cancellation => await _outbox.RecipientsAsync(cancellation), cancellationToken);
                foreach (PartyId recipient in recipients)
                {
                    if (!_lanes.ContainsKey(recipient))
                    {
                        // A lane that ended before it was noted would never be taken out, and its recipient never served again.
                        var lane = new Task<Task>(() => RunLaneAsync(recipient, cancellationToken));
                        _lanes[recipient] = lane.Unwrap();
                        lane.Start(TaskScheduler.Default);
                    }
                }

                await _outbox.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            await Task.WhenAll(_lanes.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunLaneAsync(PartyId recipient, CancellationToken cancellationToken)
    {
        var sending = Pipelines.Dispatch(_time, (exception, delay) => LogNotSent(_logger, recipient, delay, exception));
        while (await sending.ExecuteAsync(async cancellation => await SendBatchAsync(recipient, cancellation), cancellationToken))
        {
        }

        // Whatever was added since the last look woke a dispatcher that still saw this lane: look once more.
        _lanes.TryRemove(recipient, out _);
        if (_lanes.IsEmpty)
        {
            _blobs.Clear();
        }

        _outbox.Wake();
    }

    /// <returns>Whether there was anything to send.</returns>
    internal async Task<bool> SendBatchAsync(PartyId recipient, CancellationToken cancellationToken)
    {
        IReadOnlyList<long> ids = await _outbox.OldestAsync(recipient, LaneWidth, cancellationToken);
        if (ids.Count == 0)
        {
            return false;
        }

        var sent = new ConcurrentBag<long>();
        Task all = Task.WhenAll(ids.Select(async id =>
        {
            await SendAsync(recipient, id, cancellationToken);
            sent.Add(id);
        }));
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _faults("outbox:sent");
        await _outbox.RemoveAsync(sent, cancellationToken);
        _faults("outbox:removed");
        await all;
        return true;
    }

    private async Task SendAsync(PartyId recipient, long id, CancellationToken cancellationToken)
    {
        await _memory.WaitAsync(cancellationToken);
        try
        {
            (ReadOnlyMemory<byte>? body, Digest? blob, string? trace) = await _outbox.ReadAsync(id, cancellationToken);
            await _bus.SendOnceAsync(
                recipient, body ?? await _blobs.ReadAsync(blob!.Value).WaitAsync(cancellationToken), trace, cancellationToken);
        }
        finally
        {
            _memory.Release();
        }
    }
}

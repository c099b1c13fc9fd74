using System.Collections.Concurrent;
using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Testing;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>A recipient that is away for so long that its queue fills up, with either kind of queue.</summary>
public sealed class FullQueueTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_QueueIsFull_WaitsAndLosesNothing(bool quorum)
    {
        // far more than the limit and all that is in flight: a quorum queue notices only afterwards that it is full
        const int Frames = 100;
        Cell cell = Cell.Number(0);
        var limits = new BrokerLimits { QueueBytes = 1 << 20, QuorumQueues = quorum };
        await using RabbitMqBroker broker = await RabbitMqBroker.StartAsync(Cell.Topology(), limits);
        await using PartyBus bank = RabbitMqTransport.Join(
            broker.AddressOf(cell.Bank), new BusLimits(), (_, _) => Task.FromResult(Delivery.Accepted),
            TestNetwork.Surroundings());
        await bank.StartAsync(Cancellation);

        int confirmed = 0;
        Task[] sends =
        [
            .. Enumerable.Range(0, Frames).Select(async i =>
            {
                byte[] body = new byte[1 << 16];
                body[0] = (byte)i;
                await bank.SendAsync(cell.Hub, body, Cancellation);
                Interlocked.Increment(ref confirmed);
            }),
        ];
        await Task.WhenAny(sends).WaitAsync(Limit, Cancellation);
        await broker.KillAsync();
        await broker.StartAsync();
        Assert.True(confirmed < Frames, "The queue took everything: its limit does not hold.");

        var arrived = new ConcurrentDictionary<byte, bool>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus hub = RabbitMqTransport.Join(broker.AddressOf(cell.Hub), new BusLimits(), (frame, _) =>
        {
            arrived[frame.Body.Span[0]] = true;
            if (arrived.Count == Frames)
            {
                all.TrySetResult();
            }

            return Task.FromResult(Delivery.Accepted);
        }, TestNetwork.Surroundings());
        await hub.StartAsync(Cancellation);
        await Task.WhenAll(sends).WaitAsync(Limit, Cancellation);
        await all.Task.WaitAsync(Limit, Cancellation);

        Assert.Equal(Frames, arrived.Count);
    }
}

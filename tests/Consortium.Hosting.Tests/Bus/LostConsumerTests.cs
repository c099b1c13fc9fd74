using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Testing;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>
/// A queue that is deleted takes its consumer with it: the party says so, and receives again when the queue is there again.
/// </summary>
public sealed class LostConsumerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Queue_DeletedAndDeclaredAgain_IsNoticedAndReadAgain()
    {
        var cell = Cell.Number(0);
        await using RabbitMqBroker broker = await RabbitMqBroker.StartAsync(Cell.Topology());
        int arrived = 0;
        await using PartyBus hub = Join(broker.AddressOf(cell.Hub), (_, _) =>
        {
            Interlocked.Increment(ref arrived);
            return Task.FromResult(Delivery.Accepted);
        });
        await using PartyBus bank = Join(broker.AddressOf(cell.Bank), (_, _) => Task.FromResult(Delivery.Accepted));
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);
        await bank.SendAsync(cell.Hub, new byte[] { 1 }, Cancellation);
        await Wait.UntilAsync(() => Volatile.Read(ref arrived) == 1, Cancellation, Limit);
        Assert.True(hub.State.IsReady, hub.State.Description);

        string queue = BusNames.Queue(cell.Hub), exchange = BusNames.Exchange(cell.Bank);
        await using RawClient administrator = await RawClient.OpenAsync(broker.AddressOfAdministrator());
        await administrator.Channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: Cancellation);
        await Wait.UntilAsync(() => !hub.State.IsReady, Cancellation, Limit);
        Assert.Contains(queue, hub.State.Description, StringComparison.Ordinal);

        await administrator.Channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancellation);
        await administrator.Channel.QueueBindAsync(queue, exchange, queue, cancellationToken: Cancellation);
        await Wait.UntilAsync(() => hub.State.IsReady, Cancellation, Limit);
        await bank.SendAsync(cell.Hub, new byte[] { 2 }, Cancellation);
        await Wait.UntilAsync(() => Volatile.Read(ref arrived) == 2, Cancellation, Limit);
    }

    private static PartyBus Join(BrokerAddress broker, FrameHandler handler) =>
        RabbitMqTransport.Join(broker, new BusLimits(), handler, TestNetwork.Surroundings());
}

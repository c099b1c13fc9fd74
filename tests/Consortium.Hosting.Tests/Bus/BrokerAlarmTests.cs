using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Testing;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>
/// A broker short of memory takes no messages: parties say so, hold no more than their window, and go on when it recovers.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class BrokerAlarmTests
{
    private const int Frames = 400;
    private const int FrameBytes = 1 << 20;
    private const int Window = 32;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alarm_Raised_IsNamedMemoryStaysFlatAndEveryFrameArrivesWhenItClears()
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
        Assert.Null((await BrokerProbe.RunAsync(broker.AddressOf(cell.Bank), Cancellation)).Alarm);

        await broker.RaiseMemoryAlarmAsync();
        await Wait.UntilAsync(() => !bank.State.IsReady && !hub.State.IsReady, Cancellation, Limit);
        Assert.Contains("memory", bank.State.Description, StringComparison.Ordinal);
        Assert.Contains("memory", hub.State.Description, StringComparison.Ordinal);
        Assert.Contains(
            "memory", (await BrokerProbe.RunAsync(broker.AddressOf(cell.Bank), Cancellation)).Alarm, StringComparison.Ordinal);

        // Without a bound, what is sent again after its time-out would be held twice.
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Task sending = Parallel.ForEachAsync(
            Enumerable.Range(0, Frames),
            new ParallelOptions { MaxDegreeOfParallelism = Window, CancellationToken = Cancellation }, async (i, cancellation) =>
            {
                byte[] body = new byte[FrameBytes];
                BitConverter.TryWriteBytes(body, i);
                await bank.SendAsync(cell.Hub, body, cancellation);
            });
        await Task.Delay(TimeSpan.FromSeconds(25), Cancellation); // beyond the limit after which a frame is sent again
        Assert.False(sending.IsCompleted);
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < Window * FrameBytes * 3 / 2, $"{grown} bytes more");

        await broker.ClearMemoryAlarmAsync();
        await sending.WaitAsync(Limit, Cancellation);
        await Wait.UntilAsync(() => Volatile.Read(ref arrived) >= Frames, Cancellation, Limit);
        await Wait.UntilAsync(() => bank.State.IsReady && hub.State.IsReady, Cancellation, Limit);
        Assert.Null((await BrokerProbe.RunAsync(broker.AddressOf(cell.Bank), Cancellation)).Alarm);
    }

    [Fact]
    public async Task Alarm_WhileAPartyStarts_StartsReceivesAndStops()
    {
        var cell = Cell.Number(1);
        await using RabbitMqBroker broker = await RabbitMqBroker.StartAsync(Cell.Topology());
        await broker.RaiseMemoryAlarmAsync();

        PartyBus bank = Join(broker.AddressOf(cell.Bank), (_, _) => Task.FromResult(Delivery.Accepted));
        await bank.StartAsync(Cancellation).WaitAsync(Limit, Cancellation);
        await Wait.UntilAsync(() => bank.State.Description.Contains("memory", StringComparison.Ordinal), Cancellation, Limit);

        await bank.StopAsync(Cancellation).WaitAsync(Limit, Cancellation);
        await bank.DisposeAsync().AsTask().WaitAsync(Limit, Cancellation);
    }

    private static PartyBus Join(BrokerAddress broker, FrameHandler handler) =>
        RabbitMqTransport.Join(broker, new BusLimits { PublishWindow = Window }, handler, TestNetwork.Surroundings());
}

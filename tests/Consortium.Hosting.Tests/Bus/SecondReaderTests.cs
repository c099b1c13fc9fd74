using Consortium.Hosting.Bus;
using Consortium.Hosting.Faults;
using Consortium.Hosting.RabbitMq;
using Consortium.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>A party runs once: a second replica waits for the first to be gone, and is rejected by name if it stays.</summary>
[Collection(ImpatientCollection.Name)]
public sealed class SecondReaderTests(ImpatientBroker impatient)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_PartyRunsAlready_WaitsAndTakesOver()
    {
        var cell = Cell.Number(2);
        PartyBus first = impatient.Join(cell.Hub);
        await first.StartAsync(Cancellation);
        await using PartyBus second = impatient.Join(cell.Hub);

        Task starting = second.StartAsync(Cancellation);
        await Wait.UntilAsync(
            () => second.State.Description.Contains($"'{cell.Hub}'", StringComparison.Ordinal), Cancellation,
            ImpatientBroker.Limit);
        Assert.False(second.State.IsReady);
        Assert.True(first.State.IsReady);
        await first.DisposeAsync();
        await starting.WaitAsync(ImpatientBroker.Limit, Cancellation);

        Assert.True(second.State.IsReady, second.State.Description);
    }

    [Fact]
    public async Task Start_PartyRunsAlreadyAndStays_IsRejectedByName()
    {
        var cell = Cell.Number(3);
        await using PartyBus first = impatient.Join(cell.Hub);
        await first.StartAsync(Cancellation);
        var time = new FakeTimeProvider();
        await using PartyBus second = RabbitMqTransport.Join(
            impatient.Broker.AddressOf(cell.Hub), new BusLimits(), ImpatientBroker.Accept,
            new BusSurroundings(NullLoggerFactory.Instance, time, FaultPoints.None));

        Task starting = second.StartAsync(Cancellation);
        await Wait.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return starting.IsCompleted;
            },
            Cancellation,
            ImpatientBroker.Limit);
        BusException exception = await Assert.ThrowsAsync<BusException>(() => starting);

        Assert.Contains($"another process is {cell.Hub}", exception.Message, StringComparison.Ordinal);
        Assert.Contains("rabbitmqctl list_connections", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Queue_OfADaemon_HasNoSecondReader()
    {
        var cell = Cell.Number(4);
        await using PartyBus hub = impatient.Join(cell.Hub);
        await hub.StartAsync(Cancellation);
        await using RawClient thief = await RawClient.OpenAsync(impatient.Broker.AddressOf(cell.Hub));

        var rejected = await Assert.ThrowsAsync<RabbitMQ.Client.Exceptions.OperationInterruptedException>(
            () => RabbitMQ.Client.IChannelExtensions.BasicConsumeAsync(
                thief.Channel, BusNames.Queue(cell.Hub), autoAck: false,
                new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(thief.Channel), Cancellation));

        Assert.Contains("exclusive use", rejected.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OfProgramsThatShareAQueue_Both()
    {
        var cell = Cell.Number(5);
        var shared = new BusLimits { SharesQueue = true };
        await using PartyBus first = impatient.Join(cell.Hub, limits: shared), second = impatient.Join(cell.Hub, limits: shared);
        await first.StartAsync(Cancellation);
        await second.StartAsync(Cancellation);

        Assert.True(second.State.IsReady, second.State.Description);
    }
}

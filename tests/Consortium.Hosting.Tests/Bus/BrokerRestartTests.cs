using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Testing;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>The broker goes away while frames flow.</summary>
public sealed class BrokerRestartTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_BrokerIsRestartedMidway_EveryFrameArrives(bool killed)
    {
        const int Frames = 400;
        Cell cell = Cell.Number(0);
        await using RabbitMqBroker broker = await RabbitMqBroker.StartAsync(Cell.Topology());
        var arrived = new ConcurrentDictionary<string, int>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus hub = RabbitMqTransport.Join(broker.AddressOf(cell.Hub), new BusLimits(), (frame, _) =>
        {
            arrived.AddOrUpdate(Encoding.ASCII.GetString(frame.Body.Span), 1, (_, count) => count + 1);
            if (arrived.Count == Frames)
            {
                all.TrySetResult();
            }

            return Task.FromResult(Delivery.Accepted);
        }, TestNetwork.Surroundings());
        await using PartyBus bank = RabbitMqTransport.Join(
            broker.AddressOf(cell.Bank), new BusLimits(), (_, _) => Task.FromResult(Delivery.Accepted),
            TestNetwork.Surroundings());
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        var halfway = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < Frames; i += 8)
            {
                if (i == Frames / 2)
                {
                    halfway.SetResult();
                }

                await Task.WhenAll(Enumerable.Range(i, 8).Select(
                    j => bank.SendAsync(
                        cell.Hub, Encoding.ASCII.GetBytes(j.ToString(CultureInfo.InvariantCulture)), Cancellation)));
            }
        }, Cancellation);
        await halfway.Task.WaitAsync(Limit, Cancellation);
        await (killed ? broker.KillAsync() : broker.StopAsync());
        await broker.StartAsync();
        await sending.WaitAsync(Limit, Cancellation);
        await all.Task.WaitAsync(Limit, Cancellation);

        Assert.Equal(Frames, arrived.Count);
    }

    [Fact]
    public async Task State_BrokerGoesAndComesBack_SaysSo()
    {
        Cell cell = Cell.Number(0);
        await using RabbitMqBroker broker = await RabbitMqBroker.StartAsync(Cell.Topology());
        await using PartyBus bank = RabbitMqTransport.Join(
            broker.AddressOf(cell.Bank), new BusLimits(), (_, _) => Task.FromResult(Delivery.Accepted),
            TestNetwork.Surroundings());
        Assert.False(bank.State.IsReady);
        await bank.StartAsync(Cancellation);
        Assert.True(bank.State.IsReady, bank.State.Description);

        await broker.KillAsync();
        await Wait.UntilAsync(() => !bank.State.IsReady, Cancellation, Limit);
        await broker.StartAsync();
        await Wait.UntilAsync(() => bank.State.IsReady, Cancellation, Limit);
    }

    [Fact]
    public async Task Start_BrokerComesUpLater_WaitsForIt()
    {
        Cell cell = Cell.Number(0);
        await using RabbitMqBroker broker = await RabbitMqBroker.StartAsync(Cell.Topology());
        await broker.StopAsync();
        await using PartyBus bank = RabbitMqTransport.Join(
            broker.AddressOf(cell.Bank), new BusLimits(), (_, _) => Task.FromResult(Delivery.Accepted),
            TestNetwork.Surroundings());

        Task starting = bank.StartAsync(Cancellation);
        await broker.StartAsync();
        await starting.WaitAsync(Limit, Cancellation);

        Assert.True(bank.State.IsReady, bank.State.Description);
    }
}

using System.Collections.Concurrent;
using System.Text;
using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Protocol.Messages;
using RabbitMQ.Client;

namespace Consortium.Hosting.Tests.Bus;

public sealed class PartyBusOverRabbitMqTests(RabbitMqNetwork network) : PartyBusSuite(network), IClassFixture<RabbitMqNetwork>
{
    [Fact]
    public async Task Garbage_FromARightfulSender_IsDeadLetteredAndTheConsumerLives()
    {
        Cell cell = network.NextCell();
        var arrived = new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus hub = network.Join(cell.Hub, (frame, _) =>
        {
            arrived.TrySetResult(frame);
            return Task.FromResult(Delivery.Accepted);
        });
        await hub.StartAsync(Cancellation);
        await using RawClient stranger = await RawClient.OpenAsync(network.Broker.AddressOf(cell.Bank));
        (BasicProperties Properties, byte[] Body)[] garbage =
        [
            (new BasicProperties(), [1, 2, 3]),
            (new BasicProperties { ContentType = "application/json" }, Encoding.UTF8.GetBytes("{\"a\":")),
            (new BasicProperties { ContentType = "%%% no type \0" }, []),
            (new BasicProperties { ContentType = "application/vnd.masstransit+json" }, Encoding.UTF8.GetBytes("{}")),
            (new BasicProperties { ContentType = HeaderNames.ContentType }, [1]),
            (WithSender("hub-1"), [2]),
            (WithSender("NOT A NAME \u0000"), [3]),
            (WithSender(cell.Bank.Name), new byte[(1 << 20) + 1]),
            (new BasicProperties
            {
                ContentType = HeaderNames.ContentType,
                MessageId = "no guid",
                CorrelationId = "neither",
                Headers = Nested(cell),
            }, [4]),
            (new BasicProperties
            {
                ContentType = HeaderNames.ContentType,
                Headers = new Dictionary<string, object?> { [HeaderNames.Sender] = 17L },
            }, [5]),
        ];

        foreach ((BasicProperties properties, byte[] body) in garbage)
        {
            await stranger.Channel.BasicPublishAsync(
                BusNames.Exchange(cell.Bank), BusNames.Queue(cell.Hub), true, properties, body, Cancellation);
        }

        IReadOnlyList<DeadLetter> letters = await WaitForDeadLettersAsync(cell.Hub, garbage.Length);
        Assert.Equal(garbage.Select(item => item.Body.Length).Order(), letters.Select(letter => letter.Body.Length).Order());
        Assert.All(letters, letter => Assert.NotEmpty(letter.Reason));
        Assert.Contains(letters, letter => letter.Reason.Contains("at most 1048576", StringComparison.Ordinal));
        Assert.False(arrived.Task.IsCompleted);
        await stranger.Channel.BasicPublishAsync(
            BusNames.Exchange(cell.Bank), BusNames.Queue(cell.Hub), true, WithSender(cell.Bank.Name), new byte[] { 9 },
            Cancellation);
        Assert.Equal([9], (await arrived.Task.WaitAsync(Limit, Cancellation)).Body.ToArray());
    }

    [Fact]
    public async Task Sender_ClaimsAnExchangeInAHeader_IsJudgedByTheExchangeItUsed()
    {
        Cell cell = network.NextCell();
        await using PartyBus hub = network.Join(cell.Hub, Ignore);
        await hub.StartAsync(Cancellation);
        await using RawClient stranger = await RawClient.OpenAsync(network.Broker.AddressOf(cell.Bank));
        BasicProperties forged = WithSender("bank-39");
        forged.Headers!["RabbitMQ-ExchangeName"] = "bank-39.out";

        await stranger.Channel.BasicPublishAsync(
            BusNames.Exchange(cell.Bank), BusNames.Queue(cell.Hub), true, forged, new byte[] { 1 }, Cancellation);

        DeadLetter letter = Assert.Single(await WaitForDeadLettersAsync(cell.Hub, 1));
        Assert.Contains("bank-39", letter.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Consumer_DiesBeforeItsHandlerIsDone_FrameComesAgain()
    {
        Cell cell = network.NextCell();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus bank = network.Join(cell.Bank, Ignore);
        await bank.StartAsync(Cancellation);
        PartyBus doomed = network.Join(cell.Hub, async (_, cancellation) =>
        {
            first.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return Delivery.Accepted;
        });
        await doomed.StartAsync(Cancellation);
        await bank.SendAsync(cell.Hub, new byte[] { 42 }, Cancellation);
        await first.Task.WaitAsync(Limit, Cancellation);
        await doomed.DisposeAsync();

        var again = new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus successor = network.Join(cell.Hub, (frame, _) =>
        {
            again.TrySetResult(frame);
            return Task.FromResult(Delivery.Accepted);
        });
        await successor.StartAsync(Cancellation);

        Assert.Equal([42], (await again.Task.WaitAsync(Limit, Cancellation)).Body.ToArray());
    }

    [Fact]
    public async Task Prefetch_HandlersStandStill_BrokerKeepsTheRest()
    {
        Cell cell = network.NextCell();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var started = new CountdownEvent(2);
        await using PartyBus hub = network.Join(cell.Hub, async (_, cancellation) =>
        {
            started.Signal();
            await gate.Task.WaitAsync(cancellation);
            return Delivery.Accepted;
        }, new BusLimits { Prefetch = 4, Concurrency = 2 });
        await using PartyBus bank = network.Join(cell.Bank, Ignore);
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => bank.SendAsync(cell.Hub, new byte[1 << 10], Cancellation)))
            .WaitAsync(Limit, Cancellation);
        Assert.True(started.Wait(Limit, Cancellation));
        await using RawClient observer = await RawClient.OpenAsync(network.Broker.AddressOf(cell.Hub));
        uint ready = (await observer.Channel.QueueDeclarePassiveAsync(BusNames.Queue(cell.Hub), Cancellation)).MessageCount;

        Assert.Equal(46u, ready);
        Assert.Equal(0, started.CurrentCount);
        started.Reset(100);
        gate.SetResult();
    }

    [Fact]
    public async Task Start_WrongPassword_SaysSoAtOnce()
    {
        BrokerAddress broker = network.Broker.AddressOf(Cell.Number(0).Bank) with { Password = "wrong" };
        await using PartyBus bus = RabbitMqTransport.Join(broker, new BusLimits(), Ignore, TestNetwork.Surroundings());

        BusException exception = await Assert.ThrowsAsync<BusException>(
            () => bus.StartAsync(Cancellation).WaitAsync(Limit, Cancellation));

        Assert.Contains("wrong user name or password", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong@", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WrongVirtualHost_SaysSoAtOnce()
    {
        BrokerAddress broker = network.Broker.AddressOf(Cell.Number(0).Bank) with { VirtualHost = "elsewhere" };
        await using PartyBus bus = RabbitMqTransport.Join(broker, new BusLimits(), Ignore, TestNetwork.Surroundings());

        BusException exception = await Assert.ThrowsAsync<BusException>(
            () => bus.StartAsync(Cancellation).WaitAsync(Limit, Cancellation));

        Assert.Contains("virtual host", exception.Message, StringComparison.Ordinal);
    }

    private static BasicProperties WithSender(string sender) => new()
    {
        ContentType = HeaderNames.ContentType,
        Headers = new Dictionary<string, object?> { [HeaderNames.Sender] = sender },
    };

    private static Dictionary<string, object?> Nested(Cell cell) => new()
    {
        [HeaderNames.Sender] = new List<object> { cell.Bank.Name, new Dictionary<string, object?> { ["a"] = 1 } },
        [HeaderNames.TraceParent] = new byte[5000],
        ["MT-Host-Info"] = "{",
    };
}

using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>A bank with its rightful password and a program of its own, against the definitions on a real broker.</summary>
public sealed class BrokerIsolationTests(RabbitMqNetwork network) : IClassFixture<RabbitMqNetwork>
{
    private const ushort AccessRejected = 403;

    private static readonly PartyId Hub = Cell.Number(0).Hub, Bank = Cell.Number(0).Bank, Victim = Cell.Number(1).Bank;

    public static TheoryData<string> ForbiddenToBanks() => [.. Attempts.Keys];

    private static readonly Dictionary<string, Func<IChannel, CancellationToken, Task>> Attempts = new()
    {
        ["consume another's queue"] = (channel, c) => channel.BasicConsumeAsync(
            BusNames.Queue(Victim), true, new AsyncDefaultBasicConsumerStub(channel), c),
        ["get from another's queue"] = (channel, c) => channel.BasicGetAsync(BusNames.Queue(Victim), true, c),
        ["consume its recipient's queue"] = (channel, c) => channel.BasicGetAsync(BusNames.Queue(Hub), true, c),
        ["read another's dead letters"] = (channel, c) => channel.BasicGetAsync(BusNames.DeadLetters(Victim), true, c),
        ["purge another's queue"] = async (channel, c) => await channel.QueuePurgeAsync(BusNames.Queue(Victim), c),
        ["delete another's queue"] =
            async (channel, c) => await channel.QueueDeleteAsync(BusNames.Queue(Victim), false, false, c),
        ["delete its own queue"] = async (channel, c) => await channel.QueueDeleteAsync(BusNames.Queue(Bank), false, false, c),
        ["delete its own exchange"] = (channel, c) => channel.ExchangeDeleteAsync(BusNames.Exchange(Bank), false, false, c),
        ["declare its own exchange anew"] = (channel, c) => channel.ExchangeDeclareAsync(
            BusNames.Exchange(Bank), ExchangeType.Direct, true, false, null, false, false, c),
        ["delete another's exchange"] = (channel, c) => channel.ExchangeDeleteAsync(BusNames.Exchange(Victim), false, false, c),
        ["publish through another's exchange"] =
            (channel, c) => PublishAsync(channel, BusNames.Exchange(Victim), BusNames.Queue(Hub), c),
        ["publish through the default exchange"] = (channel, c) => PublishAsync(channel, string.Empty, BusNames.Queue(Victim), c),
        ["publish through the broker's own exchange"] =
            (channel, c) => PublishAsync(channel, "amq.direct", BusNames.Queue(Victim), c),
        ["bind its exchange to another's queue"] = (channel, c) => channel.QueueBindAsync(
            BusNames.Queue(Victim), BusNames.Exchange(Bank), BusNames.Queue(Victim), null, false, c),
        ["bind its own queue to another's exchange"] = (channel, c) => channel.QueueBindAsync(
            BusNames.Queue(Bank), BusNames.Exchange(Victim), BusNames.Queue(Hub), null, false, c),
        ["unbind another's exchange"] = (channel, c) => channel.QueueUnbindAsync(
            BusNames.Queue(Cell.Number(1).Hub), BusNames.Exchange(Victim), BusNames.Queue(Cell.Number(1).Hub), null, c),
        ["declare a queue of its own"] =
            async (channel, c) => await channel.QueueDeclareAsync("mine", true, false, false, null, false, false, c),
        ["declare a temporary queue"] =
            async (channel, c) => await channel.QueueDeclareAsync(string.Empty, false, true, true, null, false, false, c),
        ["declare an exchange"] =
            (channel, c) => channel.ExchangeDeclareAsync("mine", ExchangeType.Fanout, true, false, null, false, false, c),
    };

    [Theory]
    [MemberData(nameof(ForbiddenToBanks))]
    public async Task Bank_TriesWhatIsNotItsOwn_IsRejectedByTheBroker(string attempt)
    {
        await using RawClient stranger = await RawClient.OpenAsync(network.Broker.AddressOf(Bank));

        Exception? exception = await Record.ExceptionAsync(
            () => Attempts[attempt](stranger.Channel, TestContext.Current.CancellationToken));

        ushort? code = (exception as OperationInterruptedException
            ?? exception?.InnerException as OperationInterruptedException)?.ShutdownReason?.ReplyCode
            ?? stranger.Channel.CloseReason?.ReplyCode;
        Assert.NotNull(exception);
        Assert.Equal(AccessRejected, code);
    }

    [Fact]
    public async Task Bank_PublishesToARouteItLacks_NobodyGetsIt()
    {
        await using RawClient stranger = await RawClient.OpenAsync(network.Broker.AddressOf(Bank));

        PublishException exception = await Assert.ThrowsAnyAsync<PublishException>(
            () => PublishAsync(
                stranger.Channel, BusNames.Exchange(Bank), BusNames.Queue(Victim), TestContext.Current.CancellationToken));

        Assert.True(exception.IsReturn);
    }

    [Fact]
    public async Task Bank_AsksAboutAnothersQueue_LearnsItsDepthAndNoMore()
    {
        await using RawClient stranger = await RawClient.OpenAsync(network.Broker.AddressOf(Bank));

        QueueDeclareOk answer = await stranger.Channel.QueueDeclarePassiveAsync(
            BusNames.Queue(Victim), TestContext.Current.CancellationToken);

        Assert.Equal(0u, answer.MessageCount);
    }

    [Fact]
    public async Task Operator_TriesToReadFrames_IsRejected()
    {
        await using RawClient stranger = await RawClient.OpenAsync(network.Broker.AddressOfOperator());

        var exception = await Assert.ThrowsAnyAsync<OperationInterruptedException>(
            () => stranger.Channel.BasicGetAsync(BusNames.Queue(Victim), true, TestContext.Current.CancellationToken));

        Assert.Equal(AccessRejected, exception.ShutdownReason?.ReplyCode);
    }

    private static async Task PublishAsync(
        IChannel channel, string exchange, string routingKey, CancellationToken cancellationToken) =>
        await channel.BasicPublishAsync(
            exchange, routingKey, mandatory: true, new BasicProperties(), new byte[] { 1 }, cancellationToken);

    private sealed class AsyncDefaultBasicConsumerStub(IChannel channel) : AsyncDefaultBasicConsumer(channel);
}

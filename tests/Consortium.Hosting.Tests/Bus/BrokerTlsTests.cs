using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Protocol.Configuration;
using Consortium.Testing;

namespace Consortium.Hosting.Tests.Bus;

public sealed class BrokerTlsTests(BrokerTlsTests.TlsBroker fixture) : IClassFixture<BrokerTlsTests.TlsBroker>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_OverTls_Arrives()
    {
        Cell cell = Cell.Number(0);
        var arrived = new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus hub = RabbitMqTransport.Join(fixture.Broker.AddressOf(cell.Hub), new BusLimits(), (frame, _) =>
        {
            arrived.TrySetResult(frame);
            return Task.FromResult(Delivery.Accepted);
        }, TestNetwork.Surroundings());
        await using PartyBus bank = Join(fixture.Broker.AddressOf(cell.Bank));
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        await bank.SendAsync(cell.Hub, new byte[] { 1, 2 }, Cancellation);

        Assert.Equal([1, 2], (await arrived.Task.WaitAsync(Limit, Cancellation)).Body.ToArray());
    }

    [Fact]
    public async Task Send_LoggedInByCertificate_ArrivesWithoutAPassword()
    {
        Cell cell = Cell.Number(2);
        var arrived = new TaskCompletionSource<Frame>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using PartyBus hub = RabbitMqTransport.Join(
            fixture.ByCertificate(cell.Hub, cell.Hub.Name), new BusLimits(), (frame, _) =>
        {
            arrived.TrySetResult(frame);
            return Task.FromResult(Delivery.Accepted);
        }, TestNetwork.Surroundings());
        await using PartyBus bank = Join(fixture.ByCertificate(cell.Bank, cell.Bank.Name));
        await hub.StartAsync(Cancellation);
        await bank.StartAsync(Cancellation);

        await bank.SendAsync(cell.Hub, new byte[] { 1, 2 }, Cancellation);

        Frame frame = await arrived.Task.WaitAsync(Limit, Cancellation);
        Assert.Equal(cell.Bank, frame.Sender);
    }

    [Fact]
    public async Task Start_CertificateOfNoParty_IsRejected()
    {
        await using PartyBus bank = Join(fixture.ByCertificate(Cell.Number(1).Bank, "stranger"));

        await Assert.ThrowsAsync<BusException>(() => bank.StartAsync(Cancellation).WaitAsync(Limit, Cancellation));
    }

    [Fact]
    public async Task Start_BrokerOfAnotherRoot_IsRejectedWithTheReason()
    {
        using var others = new TestCertificates();
        BrokerAddress broker = fixture.Broker.AddressOf(Cell.Number(1).Bank);
        await using PartyBus bank = Join(broker with { Tls = broker.Tls! with { Root = others.Root } });

        BusException exception = await Assert.ThrowsAsync<BusException>(
            () => bank.StartAsync(Cancellation).WaitAsync(Limit, Cancellation));

        Assert.Contains("certificate", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_CertificateOfAnotherName_IsRejectedWithTheReason()
    {
        BrokerAddress broker = fixture.Broker.AddressOf(Cell.Number(1).Bank);
        await using PartyBus bank = Join(broker with { Tls = broker.Tls! with { ServerName = "broker.example" } });

        BusException exception = await Assert.ThrowsAsync<BusException>(
            () => bank.StartAsync(Cancellation).WaitAsync(Limit, Cancellation));

        Assert.Contains("broker.example", exception.Message, StringComparison.Ordinal);
    }

    private static PartyBus Join(BrokerAddress broker) =>
        RabbitMqTransport.Join(broker, new BusLimits(), (_, _) => Task.FromResult(Delivery.Accepted), TestNetwork.Surroundings());

    public sealed class TlsBroker : IAsyncLifetime
    {
        private readonly TestCertificates _certificates = new();

        internal RabbitMqBroker Broker { get; private set; } = null!;

        /// <summary>A party that has no password, and shows a certificate of this name.</summary>
        internal BrokerAddress ByCertificate(Protocol.Configuration.PartyId party, string name)
        {
            BrokerAddress broker = Broker.AddressOf(party);
            return broker with
            {
                Password = string.Empty,
                Tls = broker.Tls! with { ClientCertificate = _certificates.Client(name) },
            };
        }

        public async ValueTask InitializeAsync() =>
            Broker = await RabbitMqBroker.StartAsync(Cell.Topology(), certificates: _certificates);

        public async ValueTask DisposeAsync()
        {
            await Broker.DisposeAsync();
            _certificates.Dispose();
        }
    }
}

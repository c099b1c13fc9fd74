using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Hosting.Tests.Storage;
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
    public async Task Certificates_Renewed_AreTakenUpWhileThePartyRuns()
    {
        Cell cell = Cell.Number(3);
        using var others = new TestCertificates();
        using var folder = new TemporaryFolder();
        string bundle = Path.Combine(folder.Path, "ca.pem"),
            own = Path.Combine(folder.Path, "tls.crt"),
            key = Path.Combine(folder.Path, "tls.key");
        Issue();
        File.WriteAllText(bundle, fixture.Certificates.Root.ExportCertificatePem());
        var credentials = new BrokerCredentials(Read(), [bundle, own, key], Read);
        await using PartyBus hub = RabbitMqTransport.Join(
            credentials, new BusLimits(), (_, _) => Task.FromResult(Delivery.Accepted), TestNetwork.Surroundings());
        await hub.StartAsync(Cancellation);

        File.WriteAllText(bundle, others.Root.ExportCertificatePem() + "\n" + fixture.Certificates.Root.ExportCertificatePem());
        Issue();
        string renewed = Read().Tls!.ClientCertificate!.SerialNumber;
        await Wait.UntilAsync(
            () => credentials.Current.Tls!.ClientCertificate!.SerialNumber == renewed && hub.State is (true, "connected"),
            Cancellation, Limit);
        await hub.SendAsync(cell.Bank, new byte[] { 1 }, Cancellation);

        void Issue()
        {
            using X509Certificate2 issued = fixture.Certificates.Client(cell.Hub.Name);
            File.WriteAllText(own, issued.ExportCertificatePem());
            File.WriteAllText(key, issued.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }

        BrokerAddress Read()
        {
            BrokerAddress broker = fixture.Broker.AddressOf(cell.Hub);
            return broker with
            {
                Password = string.Empty,
                Tls = broker.Tls! with
                {
                    Roots = RootCertificates.Load(bundle),
                    ClientCertificate = X509Certificate2.CreateFromPemFile(own, key),
                },
            };
        }
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
        await using PartyBus bank = Join(broker with { Tls = broker.Tls! with { Roots = [others.Root] } });

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Roots_OfABundle_TrustWhatAnyOfThemSigned(bool isSigned)
    {
        using var others = new TestCertificates();
        using var third = new TestCertificates();
        using var folder = new TemporaryFolder();
        string bundle = Path.Combine(folder.Path, "ca.pem");
        File.WriteAllText(
            bundle,
            "# two issuers\n" + others.Root.ExportCertificatePem() + "\n"
                + (isSigned ? fixture.Certificates : third).Root.ExportCertificatePem());
        var tls = new BrokerTls { ServerName = "localhost", Roots = RootCertificates.Load(bundle) };

        Assert.Equal(
            isSigned,
            tls.IsTrusted(this, fixture.Certificates.Server, null, SslPolicyErrors.RemoteCertificateChainErrors));
    }

    [Fact]
    public void Roots_OfAFileWithoutACertificate_AreRejectedByName()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "ca.pem");
        File.WriteAllText(file, fixture.Certificates.ServerKeyPem);

        Assert.Contains(
            file, Assert.Throws<CryptographicException>(() => RootCertificates.Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_CertificateOfLater_NamesItsDatesAndTheClock()
    {
        using var late = new TestCertificates(TimeSpan.FromHours(1.5));
        await using RabbitMqBroker broker = await RabbitMqBroker.StartAsync(Cell.Topology(), certificates: late);
        await using PartyBus bank = Join(broker.AddressOf(Cell.Number(1).Bank));

        BusException exception = await Assert.ThrowsAsync<BusException>(
            () => bank.StartAsync(Cancellation).WaitAsync(Limit, Cancellation));

        Assert.Contains("this machine's clock says", exception.Message, StringComparison.Ordinal);
    }

    private static PartyBus Join(BrokerAddress broker) =>
        RabbitMqTransport.Join(broker, new BusLimits(), (_, _) => Task.FromResult(Delivery.Accepted), TestNetwork.Surroundings());

    public sealed class TlsBroker : IAsyncLifetime
    {
        internal TestCertificates Certificates { get; } = new();

        internal RabbitMqBroker Broker { get; private set; } = null!;

        /// <summary>A party that has no password, and shows a certificate of this name.</summary>
        internal BrokerAddress ByCertificate(Protocol.Configuration.PartyId party, string name)
        {
            BrokerAddress broker = Broker.AddressOf(party);
            return broker with
            {
                Password = string.Empty,
                Tls = broker.Tls! with { ClientCertificate = Certificates.Client(name) },
            };
        }

        public async ValueTask InitializeAsync() =>
            Broker = await RabbitMqBroker.StartAsync(Cell.Topology(), certificates: Certificates);

        public async ValueTask DisposeAsync()
        {
            await Broker.DisposeAsync();
            Certificates.Dispose();
        }
    }
}

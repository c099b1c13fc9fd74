using System.Net;
using System.Security.Cryptography.X509Certificates;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Resilience;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using Microsoft.Extensions.Logging;
using Polly;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// The bus over RabbitMQ. Two connections, one that sends and one that receives: a broker short of memory or disk blocks
/// connections that publish, and acknowledgements must still get through for it to recover. A third one,
/// <see cref="BrokerWatch"/>, notices what MassTransit does not tell. The broker's definitions hold the party's queue and
/// exchange: nothing is declared that others could see.
/// </summary>
public sealed partial class RabbitMqTransport : ITransport
{
    /// <summary>
    /// Above what a party may send, so that an oversized message can be read off the queue and named rather than break the
    /// connection.
    /// </summary>
    private const uint LargestInbound = 64 << 20;

    /// <summary>
    /// Under this name MassTransit keeps the exchange of a message that is sent later, and takes it back from there.
    /// </summary>
    private const string ExchangeProperty = "RMQ-Exchange";

    /// <summary>
    /// The one address for which MassTransit declares no exchange, which a party has no right to: each frame names its exchange
    /// itself.
    /// </summary>
    private static readonly Uri Undeclared = new($"exchange:{RabbitMqExchangeNames.ReplyTo}");

    private readonly BrokerAddress _broker;
    private readonly BrokerWatch _watch;
    private readonly BusLimits _limits;
    private readonly ILogger _logger;
    private readonly ILoggerFactory _loggers;
    private readonly ResiliencePipeline _connecting;
    private readonly Dictionary<string, object> _exchange;
    private IBusControl? _sending;
    private IBusControl? _receiving;
    private ISendEndpoint? _endpoint;

    internal RabbitMqTransport(BrokerAddress broker, BusLimits limits, BusSurroundings surroundings)
    {
        _broker = broker;
        _limits = limits;
        _loggers = surroundings.Loggers;
        _logger = _loggers.CreateLogger<RabbitMqTransport>();
        _connecting = Pipelines.Connect(
            surroundings.Time, static exception => exception is BusException,
            (exception, delay) => LogNotConnected(_logger, _broker, delay, exception));
        _watch = new BrokerWatch(broker, surroundings);
        _exchange = new Dictionary<string, object> { [ExchangeProperty] = BusNames.Exchange(broker.User) };
    }

    public BusState State =>
        _receiving is null ? new BusState(false, "not started")
        : Describe(_sending!.CheckHealth()) is { } sending ? new BusState(false, sending)
        : Describe(_receiving.CheckHealth()) is { } receiving ? new BusState(false, receiving)
        : _watch.Problem is { } problem ? new BusState(false, problem)
        : new BusState(true, "connected");

    /// <summary>A party's place on the bus of a broker.</summary>
    public static PartyBus Join(BrokerAddress broker, BusLimits limits, FrameHandler handler, BusSurroundings surroundings) =>
        new(broker.User, new RabbitMqTransport(broker, limits, surroundings), limits, handler, surroundings);

    /// <summary>Reads a daemon's settings of the broker: how a party takes its place on the bus there.</summary>
    public static Func<PartyId, FrameHandler, BusSurroundings, PartyBus> FromSettings(
        DaemonSettings settings, ConsortiumConfiguration consortium)
    {
        BrokerAddress broker = ReadBroker(settings, consortium, settings.Flag("Trial"));
        return (self, handler, surroundings) => Join(
            broker with { User = self }, DaemonOptions.LimitsFor(consortium), handler, surroundings);
    }

    public async Task StartAsync(FrameReceiver receive, CancellationToken cancellationToken)
    {
        await _connecting.ExecuteAsync(
            async cancellation => await BrokerProbe.RunAsync(_broker, cancellation), cancellationToken);
        var consumer = new FrameMessageConsumer(receive);
        LogContext.ConfigureCurrentLogContext(_loggers);
        _sending = MassTransit.Bus.Factory.CreateUsingRabbitMq(bus => Configure(bus, "send"));
        IBusControl receiving = MassTransit.Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            Configure(bus, "receive");
            bus.ReceiveEndpoint(BusNames.Queue(_broker.User), endpoint => ConfigureReceiving(endpoint, consumer));
        });
        await _sending.StartAsync(cancellationToken);
        _endpoint = await _sending.GetSendEndpoint(Undeclared);
        await receiving.StartAsync(cancellationToken);
        _receiving = receiving;
        _watch.Start();
    }

    public async Task<int> CountReadersAsync(CancellationToken cancellationToken)
    {
        int readers = 0;
        await _connecting.ExecuteAsync(
            async cancellation => readers = (await BrokerProbe.RunAsync(_broker, cancellation)).Readers, cancellationToken);
        return readers;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_receiving is not null)
        {
            await _receiving.StopAsync(cancellationToken);
        }
    }

    public Task SendAsync(PartyId to, ReadOnlyMemory<byte> body, FrameHeaders headers, CancellationToken cancellationToken) =>
        PublishAsync(
            BusNames.Queue(to),
            body,
            context =>
            {
                context.Headers.Set(HeaderNames.Sender, headers.Sender);
                if (headers.TraceParent is { } trace)
                {
                    context.Headers.Set(HeaderNames.TraceParent, trace);
                }
            },
            cancellationToken);

    public Task DeadLetterAsync(DeadLetter letter, CancellationToken cancellationToken) => PublishAsync(
        BusNames.DeadLetters(_broker.User),
        letter.Body,
        context =>
        {
            context.Headers.Set(HeaderNames.DeadLetterReason, letter.Reason);
            context.Headers.Set(HeaderNames.DeadLetterSender, letter.Sender);
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        if (_receiving is not null)
        {
            await _receiving.StopAsync(CancellationToken.None);
        }

        if (_sending is not null)
        {
            await _sending.StopAsync(CancellationToken.None);
        }
    }

    /// <summary>
    /// While the broker blocks publishers, frames wait here and not in the client, whose buffers nobody bounds.
    /// </summary>
    private async Task PublishAsync(
        string queue, ReadOnlyMemory<byte> body, Action<SendContext> write, CancellationToken cancellationToken)
    {
        ISendEndpoint endpoint = _endpoint ?? throw new InvalidOperationException("The bus is not started.");
        await _watch.WaitUntilUnblockedAsync(cancellationToken);
        try
        {
            await endpoint.Send(
                new FrameMessage(body),
                Pipe.Execute<SendContext<FrameMessage>>(context =>
                {
                    ((RabbitMqMessageSendContext<FrameMessage>)context).ReadPropertiesFrom(_exchange);
                    context.SetRoutingKey(queue);
                    context.Durable = true;
                    context.GetPayload<RabbitMqSendContext>().Mandatory = true;
                    write(context);
                }),
                cancellationToken);
        }
        catch (MessageReturnedException exception)
        {
            throw new BusException(
                $"{_broker.User} may not send to '{queue}', or the broker has no such queue: its definitions name no such route.",
                exception);
        }
    }

    private static BrokerAddress ReadBroker(DaemonSettings settings, ConsortiumConfiguration consortium, bool isTrial)
    {
        string host = settings["BrokerHost"] ?? consortium.Transport.Host;
        int port = settings.Number("BrokerPort", 1, 65_535) ?? consortium.Transport.Port;
        bool useTls = consortium.Transport.UseTls;
        X509Certificate2? root = settings["BrokerRootCertificate"] is { } pem
            ? X509CertificateLoader.LoadCertificateFromFile(pem)
            : null;
        X509Certificate2? own = null;
        if (settings["BrokerClientCertificate"] is { } certificate)
        {
            string key = settings.Required("BrokerClientKey", "the file of the client certificate's private key (PEM, mode 600)");
            if (key.Length > 0 && DaemonSettings.ObjectionTo(key) is { } objection)
            {
                settings.Wrong("BrokerClientKey", objection);
            }
            else if (key.Length > 0)
            {
                own = X509Certificate2.CreateFromPemFile(certificate, key);
            }
        }

        if (!useTls && root is not null)
        {
            settings.Wrong(
                "BrokerRootCertificate",
                "consortium.json turns TLS off (transport.useTls), so no certificate is checked. Turn it on, or take this "
                    + "setting away.");
        }

        if (!useTls && own is not null)
        {
            settings.Wrong(
                "BrokerClientCertificate",
                "consortium.json turns TLS off (transport.useTls), so no certificate is shown. Turn it on, or take this setting "
                    + "away.");
        }

        if (!useTls && !isTrial && !IsLoopback(host))
        {
            settings.Wrong(
                "BrokerHost",
                $"'{host}' is not this machine, and consortium.json turns TLS off (transport.useTls): passwords would cross the "
                    + "network in the clear. Turn TLS on.");
        }

        return new BrokerAddress
        {
            Host = host,
            Port = port,
            VirtualHost = consortium.Transport.VirtualHost,
            User = consortium.Aggregator.Id, // whoever joins puts its own name here
            Password = own is null
                ? settings.Secret("BrokerPassword", "broker-password", "this party's password at the broker")
                : string.Empty,
            Tls = useTls ? new BrokerTls { ServerName = host, Root = root, ClientCertificate = own } : null,
        };
    }

    private static bool IsLoopback(string host) =>
        host is "localhost" || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));

    private void Configure(IRabbitMqBusFactoryConfigurator bus, string purpose)
    {
        var serializer = new FrameSerializer();
        bus.Host(_broker.Host, (ushort)_broker.Port, _broker.VirtualHost, $"{_broker.User} {purpose}", host =>
        {
            host.Username(_broker.UserName);
            host.Password(_broker.Password);
            host.PublisherConfirmation = true;
            host.MaxMessageSize(LargestInbound);
            host.Heartbeat(TimeSpan.FromSeconds(10));
            if (_broker.Tls is { } tls)
            {
                host.UseSsl(ssl =>
                {
                    ssl.ServerName = tls.ServerName;
                    ssl.Certificate = tls.ClientCertificate;
                    ssl.UseCertificateAsAuthenticationIdentity = tls.ClientCertificate is not null; // SASL EXTERNAL
                    ssl.Protocol = System.Security.Authentication.SslProtocols.None;
                    ssl.CertificateValidationCallback = tls.IsTrusted;
                });
            }
        });
        bus.ClearSerialization();
        bus.AddSerializer(serializer);
        bus.AddDeserializer(serializer, isDefault: false);
        bus.PublishTopology.BrokerTopologyOptions = PublishBrokerTopologyOptions.FlattenHierarchy;
    }

    private void ConfigureReceiving(IRabbitMqReceiveEndpointConfigurator endpoint, FrameMessageConsumer consumer)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        endpoint.BindQueue = false;
        endpoint.PrefetchCount = _limits.Prefetch;
        endpoint.ConcurrentMessageLimit = _limits.Concurrency;
        var settings = ((IRabbitMqReceiveEndpointConfiguration)endpoint).Settings;
        endpoint.ConfigureChannel(channel => channel.UseFilter(new DeclaredQueueFilter(settings)));
        endpoint.ConfigureError(error => error.UseFilter(new UnreadFilter(consumer)));
        // only what the filter above has kept counts as skipped: every other message is a frame
        endpoint.DiscardSkippedMessages();
        endpoint.Instance(consumer);
    }

    private static string? Describe(BusHealthResult health) =>
        health.Status == BusHealthStatus.Healthy ? null : health.Exception?.GetBaseException().Message ?? health.Description;
}

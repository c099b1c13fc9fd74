using Consortium.Hosting.Resilience;
using Consortium.Protocol.Messages;
using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using Microsoft.Extensions.Logging;
using Polly;

namespace Consortium.Hosting.Bus;

/// <summary>
/// The bus over RabbitMQ. Two connections, one that sends and one that receives: a broker short of memory or disk blocks connections
/// that publish, and acknowledgements must still get through for it to recover.
/// </summary>
internal sealed class RabbitMqTransport : IBusTransport
{
    /// <summary>Above what a party may send, so that an oversized message can be read off the queue and named rather than break the connection.</summary>
    private const uint LargestInbound = 64 << 20;

    /// <summary>Under this name MassTransit keeps the exchange of a message that is sent later, and takes it back from there.</summary>
    private const string ExchangeProperty = "RMQ-Exchange";

    /// <summary>The one address for which MassTransit declares no exchange, which a party has no right to: each frame names its exchange itself.</summary>
    private static readonly Uri Undeclared = new($"exchange:{RabbitMqExchangeNames.ReplyTo}");

    private readonly BrokerAddress _broker;
    private readonly BusLimits _limits;
    private readonly ILogger _logger;
    private readonly ILoggerFactory _loggers;
    private readonly ResiliencePipeline _connecting;
    private readonly Dictionary<string, object> _exchange;
    private IBusControl? _sending;
    private IBusControl? _receiving;
    private ISendEndpoint? _endpoint;

    public RabbitMqTransport(BrokerAddress broker, BusLimits limits, BusSurroundings surroundings)
    {
        _broker = broker;
        _limits = limits;
        _loggers = surroundings.Loggers;
        _logger = _loggers.CreateLogger<RabbitMqTransport>();
        _connecting = Pipelines.Connect(surroundings.Time, (exception, delay) => RabbitMqTransportLog.NotConnected(_logger, _broker, delay, exception));
        _exchange = new Dictionary<string, object> { [ExchangeProperty] = BusNames.Exchange(broker.User) };
    }

    public BusState State =>
        _receiving is null ? new BusState(false, "not started")
        : Describe(_sending!.CheckHealth()) is { } sending ? new BusState(false, sending)
        : Describe(_receiving.CheckHealth()) is { } receiving ? new BusState(false, receiving)
        : new BusState(true, "connected");

    public async Task StartAsync(FrameConsumer consumer, CancellationToken cancellationToken)
    {
        await _connecting.ExecuteAsync(async cancellation => await BrokerProbe.RunAsync(_broker, cancellation), cancellationToken);
        LogContext.ConfigureCurrentLogContext(_loggers);
        _sending = MassTransit.Bus.Factory.CreateUsingRabbitMq(bus => Configure(bus, "send"));
        _receiving = MassTransit.Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            Configure(bus, "receive");
            bus.ReceiveEndpoint(BusNames.Queue(_broker.User), endpoint => ConfigureReceiving(endpoint, consumer));
        });
        await _sending.StartAsync(cancellationToken);
        _endpoint = await _sending.GetSendEndpoint(Undeclared);
        await _receiving.StartAsync(cancellationToken);
    }

    public async Task<int> CountReadersAsync(CancellationToken cancellationToken)
    {
        int readers = 0;
        await _connecting.ExecuteAsync(async cancellation => readers = await BrokerProbe.RunAsync(_broker, cancellation), cancellationToken);
        return readers;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_receiving is not null)
        {
            await _receiving.StopAsync(cancellationToken);
        }
    }

    public Task SendAsync(PartyId to, FrameMessage frame, Action<SendContext> write, CancellationToken cancellationToken) =>
        PublishAsync(BusNames.Queue(to), frame, write, cancellationToken);

    public Task DeadLetterAsync(FrameMessage frame, Action<SendContext> write, CancellationToken cancellationToken) =>
        PublishAsync(BusNames.DeadLetters(_broker.User), frame, write, cancellationToken);

    public PartyId? PublisherOf(PipeContext received) =>
        received.TryGetPayload(out RabbitMqBasicConsumeContext? message) ? BusNames.PublisherOf(message.Exchange) : null;

    public async ValueTask DisposeAsync()
    {
        if (_receiving is not null)
        {
            await _receiving.StopAsync(CancellationToken.None);
        }

        if (_sending is not null)
        {
            await _sending.StopAsync(CancellationToken.None);
        }
    }

    private async Task PublishAsync(string queue, FrameMessage frame, Action<SendContext> write, CancellationToken cancellationToken)
    {
        ISendEndpoint endpoint = _endpoint ?? throw new InvalidOperationException("The bus is not started.");
        try
        {
            await endpoint.Send(
                frame,
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
            throw new BusException($"{_broker.User} may not send to '{queue}', or the broker has no such queue: its definitions name no such route.", exception);
        }
    }

    private void Configure(IRabbitMqBusFactoryConfigurator bus, string purpose)
    {
        var serializer = new FrameSerializer(_limits.FrameBytes);
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

    private void ConfigureReceiving(IRabbitMqReceiveEndpointConfigurator endpoint, FrameConsumer consumer)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        endpoint.BindQueue = false;
        endpoint.PrefetchCount = _limits.Prefetch;
        endpoint.ConcurrentMessageLimit = _limits.Concurrency;
        var settings = ((IRabbitMqReceiveEndpointConfiguration)endpoint).Settings;
        endpoint.ConfigureChannel(channel => channel.UseFilter(new DeclaredQueueFilter(settings)));
        endpoint.ConfigureError(error => error.UseFilter(new UnreadFilter(consumer)));
        endpoint.DiscardSkippedMessages(); // only what the filter above has kept counts as skipped: every other message is a frame
        endpoint.Instance(consumer);
    }

    private static string? Describe(BusHealthResult health) =>
        health.Status == BusHealthStatus.Healthy ? null : health.Exception?.GetBaseException().Message ?? health.Description;
}

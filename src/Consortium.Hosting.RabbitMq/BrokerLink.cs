using Consortium.Hosting.Bus;
using MassTransit;
using MassTransit.RabbitMqTransport;
using MassTransit.RabbitMqTransport.Configuration;
using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// A party's two connections under one set of credentials, one that sends and one that receives: a broker short of memory or disk
/// blocks connections that publish, and acknowledgements must still get through for it to recover.
/// </summary>
internal sealed class BrokerLink : IAsyncDisposable
{
    /// <summary>
    /// Above what a party may send, so that an oversized message can be read off the queue and named rather than break the
    /// connection.
    /// </summary>
    private const uint LargestInbound = 64 << 20;

    /// <summary>
    /// The one address for which MassTransit declares no exchange, which a party has no right to: each frame names its exchange
    /// itself.
    /// </summary>
    private static readonly Uri Undeclared = new($"exchange:{RabbitMqExchangeNames.ReplyTo}");

    private readonly BrokerAddress _broker;
    private readonly BusLimits _limits;
    private readonly IBusControl _sending;
    private readonly IBusControl _receiving;
    private ISendEndpoint? _endpoint;
    private bool _hasStopped;

    private BrokerLink(BrokerAddress broker, BusLimits limits, FrameMessageConsumer consumer)
    {
        _broker = broker;
        _limits = limits;
        _sending = MassTransit.Bus.Factory.CreateUsingRabbitMq(bus => Configure(bus, "send"));
        _receiving = MassTransit.Bus.Factory.CreateUsingRabbitMq(bus =>
        {
            Configure(bus, "receive");
            bus.ReceiveEndpoint(BusNames.Queue(_broker.User), endpoint => ConfigureReceiving(endpoint, consumer));
        });
    }

    public ISendEndpoint Endpoint => _endpoint ?? throw new InvalidOperationException("The link is not started.");

    /// <summary>What is amiss with a connection; null when both stand.</summary>
    public string? Problem => Describe(_sending.CheckHealth()) ?? Describe(_receiving.CheckHealth());

    /// <summary>Connects, and waits until both connections stand.</summary>
    public static async Task<BrokerLink> StartAsync(
        BrokerAddress broker, BusLimits limits, ILoggerFactory loggers, FrameMessageConsumer consumer,
        CancellationToken cancellationToken)
    {
        LogContext.ConfigureCurrentLogContext(loggers);
        var link = new BrokerLink(broker, limits, consumer);
        try
        {
            await link._sending.StartAsync(cancellationToken);
            link._endpoint = await link._sending.GetSendEndpoint(Undeclared);
            await link._receiving.StartAsync(cancellationToken);
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits for receivers that are at work, and leaves the rest to be delivered again.</summary>
    public Task StopReceivingAsync(CancellationToken cancellationToken)
    {
        _hasStopped = true;
        return _receiving.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_hasStopped)
        {
            await StopReceivingAsync(CancellationToken.None);
        }

        await _sending.StopAsync(CancellationToken.None);
    }

    private void Configure(IRabbitMqBusFactoryConfigurator bus, string purpose)
    {
        var serializer = new FrameSerializer();
        bus.Host(_broker.Host, (ushort)_broker.Port, _broker.VirtualHost, BusNames.Connection(_broker.User, purpose), host =>
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
        endpoint.ExclusiveConsumer = !_limits.SharesQueue;
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

using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Protocol.Configuration;
using Consortium.Testing;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>
/// A broker that ends a consumer whose message is not acknowledged within seconds, as others do after half an hour. Each test
/// uses a cell of its own.
/// </summary>
public sealed class ImpatientBroker : IAsyncLifetime
{
    public const int Seconds = 3;

    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    internal RabbitMqBroker Broker { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Broker = await RabbitMqBroker.StartAsync(
        Cell.Topology(), new BrokerLimits { AcknowledgementSeconds = Seconds }, erlangSettings: "{channel_tick_interval, 1000}");

    public ValueTask DisposeAsync() => Broker.DisposeAsync();

    internal PartyBus Join(PartyId party, FrameHandler? handler = null, BusLimits? limits = null) => RabbitMqTransport.Join(
        Broker.AddressOf(party), limits ?? new BusLimits(), handler ?? Accept, TestNetwork.Surroundings());

    internal static Task<Delivery> Accept(Frame frame, CancellationToken cancellationToken) => Task.FromResult(Delivery.Accepted);
}

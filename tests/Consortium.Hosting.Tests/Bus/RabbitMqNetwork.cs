using Consortium.Hosting.Bus;
using Consortium.Hosting.Faults;
using Consortium.Hosting.RabbitMq;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>One real broker for all tests of a class.</summary>
public sealed class RabbitMqNetwork : TestNetwork, IAsyncLifetime
{
    internal RabbitMqBroker Broker { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Broker = await RabbitMqBroker.StartAsync(Cell.Topology());

    public ValueTask DisposeAsync() => Broker.DisposeAsync();

    internal override PartyBus Join(PartyId party, FrameHandler handler, BusLimits? limits = null, FaultPoint? faults = null) =>
        RabbitMqTransport.Join(Broker.AddressOf(party), limits ?? new BusLimits(), handler, Surroundings(faults));

    internal override Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(PartyId party) =>
        DeadLetterQueue.ReadAsync(Broker.AddressOfOperator(), party, 1000, TestContext.Current.CancellationToken);
}

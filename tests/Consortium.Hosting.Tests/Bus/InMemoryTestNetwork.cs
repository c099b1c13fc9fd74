using Consortium.Hosting.Bus;
using Consortium.Hosting.Faults;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>One network inside this process for all tests of a class.</summary>
public sealed class InMemoryTestNetwork : TestNetwork, IAsyncLifetime
{
    private InMemoryNetwork _network = null!;

    public async ValueTask InitializeAsync() =>
        _network = await InMemoryNetwork.StartAsync(Cell.Topology(), new BusLimits(), Surroundings(), TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    internal override PartyBus Join(PartyId party, FrameHandler handler, BusLimits? limits = null, FaultPoint? faults = null) =>
        _network.Join(party, handler, Surroundings(faults));

    internal override Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(PartyId party) => Task.FromResult(_network.DeadLetters(party));
}

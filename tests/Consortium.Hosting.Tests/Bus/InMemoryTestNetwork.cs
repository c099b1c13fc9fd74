using Consortium.Hosting.Bus;
using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>One network inside this process for all tests of a class.</summary>
public sealed class InMemoryTestNetwork : TestNetwork
{
    private readonly InMemoryNetwork _network = new(Cell.Topology(), new BusLimits());

    internal override PartyBus Join(PartyId party, FrameHandler handler, BusLimits? limits = null, FaultPoint? faults = null) =>
        _network.Join(party, handler, Surroundings(faults));

    internal override Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(PartyId party) =>
        Task.FromResult(_network.DeadLetters(party));
}

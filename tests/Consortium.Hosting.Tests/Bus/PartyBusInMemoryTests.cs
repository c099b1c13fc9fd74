namespace Consortium.Hosting.Tests.Bus;

public sealed class PartyBusInMemoryTests(InMemoryTestNetwork network)
    : PartyBusSuite(network), IClassFixture<InMemoryTestNetwork>;

using Consortium.Hosting.Bus;
using Consortium.Hosting.Faults;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consortium.Hosting.Tests.Bus;

/// <summary>The transports under one name, so that the same tests run over each.</summary>
public abstract class TestNetwork
{
    private int _next = -1;

    internal Cell NextCell() => Cell.Number(Interlocked.Increment(ref _next));

    internal abstract PartyBus Join(PartyId party, FrameHandler handler, BusLimits? limits = null, FaultPoint? faults = null);

    internal abstract Task<IReadOnlyList<DeadLetter>> DeadLettersAsync(PartyId party);

    internal static BusSurroundings Surroundings(FaultPoint? faults = null) =>
        new(NullLoggerFactory.Instance, TimeProvider.System, faults ?? FaultPoints.None);
}

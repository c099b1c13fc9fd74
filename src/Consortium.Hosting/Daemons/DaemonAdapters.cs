using Consortium.Hosting.Bus;
using Consortium.Hosting.Storage;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.Daemons;

/// <summary>What a program chooses for its daemon: how settings become a storage and a place on the bus.</summary>
/// <param name="Storage">Reads the storage's settings. What is wrong with them, the settings collect.</param>
/// <param name="Transport">Reads the transport's settings.</param>
public sealed record DaemonAdapters(
    Func<DaemonSettings, IStorage> Storage,
    Func<DaemonSettings, ConsortiumConfiguration, Func<PartyId, FrameHandler, BusSurroundings, PartyBus>> Transport);

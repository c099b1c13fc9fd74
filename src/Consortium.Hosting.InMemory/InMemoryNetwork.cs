using System.Collections.Concurrent;
using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Hosting.InMemory;

/// <summary>
/// The bus of a consortium inside one process: the same handlers, dead letters and routes as over the broker, but nothing
/// outlives the process. Each queue holds a bounded number of frames; then its senders wait.
/// </summary>
public sealed class InMemoryNetwork(BusTopology topology, BusLimits limits)
{
    private const int DeadLettersKept = 1000;

    private readonly ConcurrentDictionary<PartyId, FrameQueue> _queues = new();
    private readonly ConcurrentDictionary<PartyId, ConcurrentQueue<DeadLetter>> _deadLetters = new();

    /// <summary>A party's place on this network. It receives once started.</summary>
    public PartyBus Join(PartyId party, FrameHandler handler, BusSurroundings surroundings) =>
        new(party, new InMemoryTransport(this, party, limits, surroundings), limits, handler, surroundings);

    /// <summary>The latest frames that <paramref name="party"/> gave up on, oldest first.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters(PartyId party) =>
        _deadLetters.TryGetValue(party, out ConcurrentQueue<DeadLetter>? letters) ? [.. letters] : [];

    internal bool HasRoute(PartyId from, PartyId to) => topology.RecipientsOf(from).Contains(to);

    /// <summary>Frames to <paramref name="party"/>, which wait for it as they would at a broker.</summary>
    internal FrameQueue QueueOf(PartyId party) => _queues.GetOrAdd(party, static _ => new FrameQueue());

    internal void Keep(PartyId party, DeadLetter letter)
    {
        ConcurrentQueue<DeadLetter> letters = _deadLetters.GetOrAdd(party, static _ => new());
        letters.Enqueue(letter);
        while (letters.Count > DeadLettersKept && letters.TryDequeue(out _))
        {
        }
    }
}

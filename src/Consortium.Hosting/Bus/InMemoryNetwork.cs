using System.Collections.Concurrent;
using Consortium.Protocol.Messages;
using MassTransit;

namespace Consortium.Hosting.Bus;

/// <summary>
/// The bus of a consortium inside one process, over MassTransit's in-memory transport: the same serializer, handlers, dead letters and
/// routes as over the broker, but nothing outlives the process. Each queue holds a bounded number of frames; then its senders wait.
/// </summary>
public sealed class InMemoryNetwork : IAsyncDisposable
{
    private const int LongestQueue = 256;
    private const int DeadLettersKept = 1000;

    private readonly BusTopology _topology;
    private readonly BusLimits _limits;
    private readonly ConcurrentDictionary<PartyId, SemaphoreSlim> _room = new();
    private readonly ConcurrentDictionary<PartyId, TaskCompletionSource> _receiving = new();
    private readonly ConcurrentDictionary<PartyId, ConcurrentQueue<DeadLetter>> _deadLetters = new();

    private InMemoryNetwork(BusTopology topology, BusLimits limits)
    {
        _topology = topology;
        _limits = limits;
        Bus = MassTransit.Bus.Factory.CreateUsingInMemory(bus =>
        {
            var serializer = new FrameSerializer(limits.FrameBytes);
            bus.ClearSerialization();
            bus.AddSerializer(serializer);
            bus.AddDeserializer(serializer, isDefault: false);
        });
    }

    internal IBusControl Bus { get; }

    public static async Task<InMemoryNetwork> StartAsync(BusTopology topology, BusLimits limits, BusSurroundings surroundings, CancellationToken cancellationToken)
    {
        limits.Validate();
        LogContext.ConfigureCurrentLogContext(surroundings.Loggers);
        var network = new InMemoryNetwork(topology, limits);
        await network.Bus.StartAsync(cancellationToken);
        return network;
    }

    /// <summary>A party's place on this network. It receives once started.</summary>
    public PartyBus Join(PartyId party, FrameHandler handler, BusSurroundings surroundings) =>
        new(party, new InMemoryTransport(this, party), _limits, handler, surroundings);

    /// <summary>The latest frames that <paramref name="party"/> gave up on, oldest first.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters(PartyId party) => _deadLetters.TryGetValue(party, out ConcurrentQueue<DeadLetter>? letters) ? [.. letters] : [];

    public async ValueTask DisposeAsync() => await Bus.StopAsync(CancellationToken.None);

    internal bool HasRoute(PartyId from, PartyId to) => _topology.RecipientsOf(from).Contains(to);

    internal SemaphoreSlim RoomOf(PartyId party) => _room.GetOrAdd(party, static _ => new SemaphoreSlim(LongestQueue));

    /// <summary>Completed once the party receives. Frames to it wait for that, as they would in a broker's queue.</summary>
    internal TaskCompletionSource Receiving(PartyId party) =>
        _receiving.GetOrAdd(party, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    internal void Keep(PartyId party, DeadLetter letter)
    {
        ConcurrentQueue<DeadLetter> letters = _deadLetters.GetOrAdd(party, static _ => new());
        letters.Enqueue(letter);
        while (letters.Count > DeadLettersKept && letters.TryDequeue(out _))
        {
        }
    }

    internal void Configure(IReceiveEndpointConfigurator endpoint, FrameConsumer consumer)
    {
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PublishFaults = false;
        endpoint.PrefetchCount = _limits.Prefetch;
        endpoint.ConcurrentMessageLimit = _limits.Concurrency;
        endpoint.ConfigureError(error => error.UseFilter(new UnreadFilter(consumer)));
        endpoint.DiscardSkippedMessages(); // only what the filter above has kept counts as skipped: every other message is a frame
        endpoint.Instance(consumer);
    }
}

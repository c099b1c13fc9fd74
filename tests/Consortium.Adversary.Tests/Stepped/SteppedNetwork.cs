using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Adversary.Tests.Stepped;

/// <summary>
/// A broker that does nothing by itself: a durable queue for each party, emptied frame by frame when a test says so. A frame is
/// done with when its handler returned; when that threw, the frame comes again. Whoever holds the network sees and may change
/// everything.
/// </summary>
internal sealed class SteppedNetwork(ConsortiumConfiguration configuration, BusLimits limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PartyId, FrameHandler> _handlers = [];
    private readonly Dictionary<PartyId, List<Letter>> _queues = [];
    private readonly List<(Letter Letter, Message? Message)> _sent = [];
    private readonly List<DeadLetterOf> _dead = [];

    /// <summary>What becomes of a frame that somebody sends.</summary>
    public Func<Letter, IEnumerable<Letter>> Route { get; set; } = letter => [letter];

    /// <summary>Which of so many waiting frames is delivered next.</summary>
    public Func<int, int> Pick { get; set; } = _ => 0;

    public IReadOnlyList<DeadLetterOf> DeadLetters
    {
        get
        {
            lock (_lock)
            {
                return [.. _dead];
            }
        }
    }

    /// <summary>Every frame anyone has sent.</summary>
    public IReadOnlyList<Letter> Sent
    {
        get
        {
            lock (_lock)
            {
                return [.. _sent.Select(said => said.Letter)];
            }
        }
    }

    /// <summary>A party's place on this network, for a daemon or a scripted party.</summary>
    public PartyBus Join(PartyId party, FrameHandler handler, BusSurroundings surroundings)
    {
        lock (_lock)
        {
            _handlers[party] = handler;
        }

        return new PartyBus(party, new Transport(this, party), limits, handler, surroundings);
    }

    /// <summary>
    /// Puts a frame into a queue, whoever it says it is from and whatever <see cref="Route"/> would make of it.
    /// </summary>
    public void Post(Letter letter)
    {
        lock (_lock)
        {
            (_queues.TryGetValue(letter.To, out List<Letter>? queue) ? queue : _queues[letter.To] = []).Add(letter);
        }
    }

    public void Post(PartyId from, PartyId to, Message message) => Post(new Letter(from, to, MessageCodec.Encode(message)));

    /// <summary>Messages of this type that anyone sent to anyone, in order.</summary>
    public IReadOnlyList<(Letter Letter, T Message)> Said<T>()
        where T : Message
    {
        lock (_lock)
        {
            return [.. _sent.Where(said => said.Message is T).Select(said => (said.Letter, (T)said.Message!))];
        }
    }

    /// <summary>Forgets what was sent and given up, for long runs.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _sent.Clear();
            _dead.Clear();
        }
    }

    public bool HasMail(PartyId party)
    {
        lock (_lock)
        {
            return _queues.TryGetValue(party, out List<Letter>? queue) && queue.Count > 0;
        }
    }

    /// <summary>Delivers one frame to a party.</summary>
    /// <returns>False when none waits.</returns>
    public async Task<bool> DeliverAsync(PartyId to)
    {
        Letter letter;
        FrameHandler handler;
        lock (_lock)
        {
            if (!_queues.TryGetValue(to, out List<Letter>? queue) || queue.Count == 0)
            {
                return false;
            }

            letter = queue[Pick(queue.Count)];
            handler = _handlers[to];
        }

        Delivery delivery = await handler(new Frame(letter.Body, letter.From, default), CancellationToken.None);
        lock (_lock)
        {
            _queues[to].Remove(letter);
            if (delivery is Delivery.RejectedDelivery rejected)
            {
                _dead.Add(new DeadLetterOf(to, new DeadLetter(letter.From.Name, rejected.Reason, letter.Body)));
            }
        }

        return true;
    }

    private void Send(Letter letter)
    {
        lock (_lock)
        {
            _sent.Add((letter, letter.IsChunks ? null : MessageCodec.Decode(letter.Body, configuration.Limits)));
            foreach (Letter routed in Route(letter))
            {
                Post(routed);
            }
        }
    }

    private sealed class Transport(SteppedNetwork network, PartyId self) : ITransport
    {
        public BusState State => new(true, "stepped");

        public Task StartAsync(FrameReceiver receive, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task SendAsync(PartyId to, ReadOnlyMemory<byte> body, FrameHeaders headers, CancellationToken cancellationToken)
        {
            network.Send(new Letter(self, to, body));
            return Task.CompletedTask;
        }

        public Task DeadLetterAsync(DeadLetter letter, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<int> CountReadersAsync(CancellationToken cancellationToken) => Task.FromResult(1);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

namespace Consortium.Hosting.Bus;

/// <summary>What bounds a party's memory and the broker's, whatever the other side does.</summary>
public sealed record BusLimits
{
    /// <summary>
    /// Largest frame that is sent, or handed to a handler. Anything larger that arrives is dead-lettered unread.
    /// </summary>
    public int FrameBytes { get; init; } = 1 << 20;

    /// <summary>Frames that the broker sends ahead of their acknowledgement: at most this many bodies are in memory.</summary>
    public ushort Prefetch { get; init; } = 32;

    /// <summary>Frames handled at once.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>
    /// How long a handler may hold a frame unacknowledged; then the frame goes back to the broker and comes again. Well below the
    /// broker's own <c>consumer_timeout</c>, which would end the party's consumer with all it holds.
    /// </summary>
    public TimeSpan HandlingLimit { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>
    /// Whether several programs of this party read its queue at once, each a part of it, as an operator's do. A daemon's queue
    /// has one reader: the broker rejects another.
    /// </summary>
    public bool SharesQueue { get; init; }

    /// <summary>Frames sent and not yet confirmed. Further calls of <see cref="PartyBus.SendAsync"/> wait.</summary>
    public int PublishWindow { get; init; } = 32;

    /// <summary>Throws for limits that cannot work together.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FrameBytes, 1024);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(FrameBytes, 16 << 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(Prefetch, (ushort)1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Concurrency, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Concurrency, Prefetch);
        ArgumentOutOfRangeException.ThrowIfLessThan(PublishWindow, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HandlingLimit, TimeSpan.FromMilliseconds(10));
    }
}

namespace Consortium.Hosting.RabbitMq;

/// <summary>What the broker holds for each party at most.</summary>
public sealed record BrokerLimits
{
    /// <summary>A full queue rejects further frames, so their senders wait: nothing is dropped.</summary>
    public long QueueBytes { get; init; } = 4L << 30;

    /// <summary>A full dead-letter queue drops its oldest.</summary>
    public long DeadLetterBytes { get; init; } = 256L << 20;

    /// <summary>Largest message the broker takes: a frame and room to name one that is too large.</summary>
    public int MessageBytes { get; init; } = 4 << 20;

    /// <summary>Connections and channels of one user.</summary>
    public int Connections { get; init; } = 16;

    /// <summary>A connection that is not logged in by then is closed: slow ones cannot fill the broker.</summary>
    public int HandshakeSeconds { get; init; } = 5;

    /// <summary>
    /// A reader that has not acknowledged a message by then is cut off, and the message comes again: to the daemon, if it was a
    /// thief who read. Long beside what a daemon takes for a frame; one whose disk is full for longer connects again.
    /// </summary>
    public int AcknowledgementSeconds { get; init; } = 600;

    /// <summary>
    /// Quorum queues survive the loss of a broker in a cluster; with a single broker classic ones are as safe and faster.
    /// </summary>
    public bool QuorumQueues { get; init; }
}

namespace Consortium.Hosting.Bus;

/// <summary>What the broker holds for each party at most.</summary>
public sealed record BrokerLimits
{
    /// <summary>A full queue refuses further frames, so their senders wait: nothing is dropped.</summary>
    public long QueueBytes { get; init; } = 4L << 30;

    /// <summary>A full dead-letter queue drops its oldest.</summary>
    public long DeadLetterBytes { get; init; } = 256L << 20;

    /// <summary>Largest message the broker takes: a frame and room to name one that is too large.</summary>
    public int MessageBytes { get; init; } = 4 << 20;

    /// <summary>Connections and channels of one user.</summary>
    public int Connections { get; init; } = 16;

    /// <summary>Quorum queues survive the loss of a broker in a cluster; with a single broker classic ones are as safe and faster.</summary>
    public bool QuorumQueues { get; init; }
}

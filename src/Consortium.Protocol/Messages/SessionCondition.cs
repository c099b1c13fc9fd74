namespace Consortium.Protocol.Messages;

/// <summary>How a session fares, as the aggregator tells the operator. Values are on the wire.</summary>
public enum SessionCondition : byte
{
    Running = 1,
    Paused = 2,
    Aborted = 3,

    /// <summary>Most banks reached the end of the plan, or a finished model before it.</summary>
    Completed = 4,

    /// <summary>No attempts at the round are left: it cannot go on by itself.</summary>
    Stalled = 5,
}

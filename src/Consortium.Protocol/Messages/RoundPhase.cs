namespace Consortium.Protocol.Messages;

/// <summary>Where an attempt stands at the aggregator.</summary>
public enum RoundPhase
{
    /// <summary>Updates come in.</summary>
    Collecting = 1,

    /// <summary>The members are chosen; the sum is being finished.</summary>
    Summing = 2,

    /// <summary>Key holders are asked to approve, members for the tags of their updates.</summary>
    Approving = 3,

    /// <summary>T approved and the tags add up; key holders are asked to release.</summary>
    Releasing = 4,

    /// <summary>T released; participants can open.</summary>
    Released = 5,

    /// <summary>Given up.</summary>
    Abandoned = 6,

    /// <summary>Before the first: key holders are asked for their session keys.</summary>
    AwaitingKeys = 7,
}

namespace Consortium.Protocol.Configuration;

/// <summary>
/// What a party does in its consortium. One party has one role: who relays must not hold shares, who holds shares sends no
/// updates.
/// </summary>
public enum PartyRole
{
    Participant = 1,
    KeyHolder = 2,
    Aggregator = 3,
    Operator = 4,

    /// <summary>Scores payments that it cannot read, for clients. It takes no part in sessions.</summary>
    Scorer = 5,

    /// <summary>Has its payments scored. It is no member: nothing that it signs enters a session.</summary>
    Client = 6,
}

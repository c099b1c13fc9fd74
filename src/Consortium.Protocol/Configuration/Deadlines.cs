namespace Consortium.Protocol.Configuration;

/// <summary>How long each part of a round may take, in seconds, before someone is told.</summary>
public sealed record Deadlines
{
    /// <summary>From the round's opening to its last update, at most. A plan may ask for less.</summary>
    public required int UpdateSeconds { get; init; }

    /// <summary>From a cohort's close to T approvals, and from there to T share-sums, before the aggregator asks again.</summary>
    public required int HolderSeconds { get; init; }
}

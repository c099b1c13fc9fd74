using System.Collections.Immutable;
using Consortium.Cryptography.Proofs;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Rounds;

/// <summary>What came of opening a released sum.</summary>
internal abstract record SumOpening
{
    private SumOpening()
    {
    }

    /// <param name="Sum">Entry by entry the integer sum of what the cohort sent.</param>
    /// <param name="Wrong">Key holders whose share-sum does not belong to it, by their signed manifests.</param>
    public sealed record Opened(long[] Sum, ImmutableArray<Signed<ShareSumManifest>> Wrong) : SumOpening;

    /// <param name="Detail">That the aggregator is at fault, and how.</param>
    public sealed record WrongSum(string Detail) : SumOpening;

    /// <param name="Detail">Which check failed, and whom it points at.</param>
    /// <param name="Place">Where, when it is a bank's doing; null otherwise, or while that cannot be told.</param>
    public sealed record Spoiled(string Detail, DisputedPlace? Place = null) : SumOpening;
}

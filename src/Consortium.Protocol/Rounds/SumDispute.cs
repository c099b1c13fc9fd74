using System.Collections.Immutable;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Rounds;

/// <summary>When a cohort's members agree where its sum does not open.</summary>
public static class SumDispute
{
    /// <summary>What every member is sent once more than half of them dispute one place; null before.</summary>
    /// <param name="cohort">Whose sum it is.</param>
    /// <param name="disputes">Of this cohort, at most one from a bank.</param>
    public static DisputeRelayed? Agreed(Signed<Cohort> cohort, IEnumerable<Signed<SumDisputed>> disputes)
    {
        ImmutableArray<Signed<SumDisputed>> leading =
            [.. disputes.GroupBy(dispute => dispute.Statement.Place).MaxBy(group => group.Count())?.OrderBy(dispute => dispute.Sender) ?? Enumerable.Empty<Signed<SumDisputed>>()];
        return DisputeConsistency.Of(cohort, leading) is null ? new DisputeRelayed { Cohort = cohort, Disputes = leading } : null;
    }
}

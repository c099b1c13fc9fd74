using System.Collections.Immutable;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Ledger;

/// <summary>Why the ledger rejects a cohort over a window.</summary>
/// <param name="Sessions">The earlier sessions that it conflicts with, the one to name first.</param>
/// <param name="Detail">For people; says what would be told, and by which session.</param>
public sealed record LedgerConflict(ImmutableArray<SessionId> Sessions, string Detail)
{
    public Rejection AsRejection(string allowed) => new(RejectionReason.LedgerConflict, $"{Detail} {allowed}");
}

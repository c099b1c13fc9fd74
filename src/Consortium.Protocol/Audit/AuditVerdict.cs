using System.Collections.Immutable;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Audit;

/// <summary>What an audit of one round came to.</summary>
/// <param name="Attempt">What was audited.</param>
/// <param name="Members">Whose updates are in the sum.</param>
/// <param name="ChunksChecked">Chunk indices whose sum was recomputed.</param>
/// <param name="Chunks">Chunk indices there are.</param>
/// <param name="Findings">What does not hold.</param>
public sealed record AuditVerdict(
    AttemptId Attempt, ImmutableArray<PartyId> Members, int ChunksChecked, int Chunks, ImmutableArray<AuditFinding> Findings)
{
    /// <summary>Every check was made and none failed.</summary>
    public bool Holds => Findings.IsEmpty && ChunksChecked == Chunks;
}

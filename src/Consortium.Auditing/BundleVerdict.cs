using System.Collections.Immutable;
using Consortium.Protocol.Audit;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Auditing;

/// <summary>What an audit of a bundle came to.</summary>
/// <param name="First">The first round that was exported.</param>
/// <param name="IsWholeSession">Whether all rounds were asked for.</param>
/// <param name="IsEnd">Whether the last round is the session's last. If not, the session went on when the bundle was written, or
/// its end was left out.</param>
/// <param name="Rounds">Each round by itself.</param>
/// <param name="Findings">What does not hold beyond single rounds.</param>
public sealed record BundleVerdict(
    ConsortiumDigest Consortium,
    SessionId Session,
    SessionPlan Plan,
    RoundNumber First,
    bool IsWholeSession,
    bool IsEnd,
    ImmutableArray<AuditVerdict> Rounds,
    ImmutableArray<AuditFinding> Findings)
{
    public bool Holds => Findings.IsEmpty && Rounds.All(round => round.Holds) && !Rounds.IsEmpty;

    public IEnumerable<AuditFinding> All => Rounds.SelectMany(round => round.Findings).Concat(Findings);
}

using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Operator.Sessions;

/// <summary>How a bank stands in a dispute about a sum that does not open.</summary>
/// <param name="Bank">A member of the cohort.</param>
/// <param name="Cleared">Key holders who found that it proves its opening of the place.</param>
/// <param name="Against">What key holders said who found that it does not.</param>
/// <param name="Needed">Key holders that it takes to open a sum; fewer might lie together.</param>
public sealed record OpeningProofStatus(
    PartyId Bank, IReadOnlyList<PartyId> Cleared, IReadOnlyList<Signed<OpeningProofJudged>> Against, int? Needed)
{
    public bool IsCleared => Cleared.Count >= Needed && Against.Count == 0;

    /// <summary>The sum does not open because of what this bank sent.</summary>
    public bool IsNamed => Against.Count >= Needed;

    public override string ToString() =>
        Cleared.Count + Against.Count == 0 ? "has not proved its opening"
        : Against.Count == 0 ? $"proves its opening, say {string.Join(", ", Cleared)}"
        : $"does not prove its opening, say {string.Join(", ", Against.Select(verdict => verdict.Sender))}: "
            + $"{Against[0].Statement.Detail}"
            + (Cleared.Count == 0
                ? null
                : $"; it does, say {string.Join(", ", Cleared)}: the bank or one of these key holders is dishonest");
}

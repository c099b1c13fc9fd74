using System.Collections.Immutable;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Releases;

/// <summary>A key holder's newest approval, and what has come of it. There is never a second one open.</summary>
public sealed record Promise
{
    public required CohortApproval Approval { get; init; }

    /// <summary>Key holders known to have approved the same cohort, this one among them, in order.</summary>
    public required ImmutableArray<PartyId> Approvers { get; init; }

    /// <summary>What was sent, byte for byte. Its presence closes the round for this key holder.</summary>
    public ShareSumReleased? Release { get; init; }

    /// <summary>The attempt was abandoned before this key holder released: it never will.</summary>
    public bool IsWithdrawn { get; init; }

    public AttemptId Attempt => Approval.Attempt;
}

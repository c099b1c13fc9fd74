using Consortium.Protocol.Messages;

namespace Consortium.Operator.Sessions;

/// <summary>How a session fares.</summary>
/// <param name="State">What most banks' models ended in, once they did, it is known here, and they adopted it.</param>
/// <param name="Detail">For people.</param>
/// <param name="Vote">How the banks voted on the model, once they did.</param>
public sealed record SessionOutcome(OutcomeKind Kind, StateDigest? State, string Detail, VoteTally? Vote = null)
{
    /// <summary>Whether it can end in anything else.</summary>
    public bool IsOver =>
        Kind is OutcomeKind.Completed or OutcomeKind.Declined or OutcomeKind.Aborted or OutcomeKind.Rejected
            or OutcomeKind.Stalled or OutcomeKind.Spoiled;
}

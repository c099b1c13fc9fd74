using System.Collections.Concurrent;
using Consortium.Hosting.Daemons;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>
/// Tells a bank and the operator why an update of the bank does not count, for a session of fixed cohort then waits for that bank. Once for
/// each reason in an attempt: what is sent under a bank's name may be sent by whoever has its password at the broker, as often as they like.
/// </summary>
internal sealed class RejectionNotices(Party party)
{
    private readonly ConcurrentDictionary<(SessionId Session, PartyId Bank, RejectionReason Reason), AttemptId> _made = new();

    /// <summary>Whether nothing like it was said in this attempt. What was said is forgotten with the process.</summary>
    public bool IsNew(AttemptId attempt, PartyId bank, Rejection rejection) =>
        !_made.TryGetValue((attempt.Session, bank, rejection.Reason), out AttemptId last) || last != attempt;

    /// <param name="update">Digest of the update that it is about.</param>
    /// <param name="to">The operator, and the bank unless it is told otherwise.</param>
    public void Make(SessionTransaction turn, AttemptId attempt, PartyId bank, Digest update, Rejection rejection, params IEnumerable<PartyId> to)
    {
        if (!IsNew(attempt, bank, rejection))
        {
            return;
        }

        _made[(attempt.Session, bank, rejection.Reason)] = attempt;
        var complaint = new Rejection(rejection.Reason, $"the update of {bank} for {attempt} does not count: {rejection.Detail}");
        turn.Send(party.Sign(Rejected.For(attempt.Consortium, attempt.Session, MessageType.UpdateSubmitted, update, complaint)), to);
    }
}

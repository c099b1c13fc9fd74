using System.Collections.Concurrent;
using Consortium.Hosting.Daemons;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>
/// Tells a bank and the operator why an update of the bank does not count, because a session of fixed cohort then waits for that
/// bank. Sends one notice for each reason in an attempt: anyone with the bank's password at the broker can send such updates
/// without limit.
/// </summary>
internal sealed class RejectionNotices(Party party)
{
    private readonly ConcurrentDictionary<(SessionId Session, PartyId Bank, RejectionReason Reason), AttemptId> _made = new();

    /// <summary>Whether no notice of this reason was sent in this attempt. A restart forgets what was sent.</summary>
    public bool IsNew(AttemptId attempt, PartyId bank, Rejection rejection) =>
        !_made.TryGetValue((attempt.Session, bank, rejection.Reason), out AttemptId last) || last != attempt;

    /// <param name="update">Digest of the update that it is about.</param>
    /// <param name="to">The operator, and the bank unless it gets its own answer.</param>
    public void Make(
        SessionTransaction transaction, AttemptId attempt, PartyId bank, Digest update, Rejection rejection,
        params IEnumerable<PartyId> to)
    {
        if (!IsNew(attempt, bank, rejection))
        {
            return;
        }

        _made[(attempt.Session, bank, rejection.Reason)] = attempt;
        var notice = new Rejection(rejection.Reason, $"the update of {bank} for {attempt} does not count: {rejection.Detail}");
        transaction.Send(
            party.Sign(Rejected.For(attempt.Consortium, attempt.Session, MessageType.UpdateSubmitted, update, notice)), to);
    }
}

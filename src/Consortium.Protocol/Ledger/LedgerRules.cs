using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Ledger;

/// <summary>
/// A party's ledger at one moment, and what its configuration asks of sums. Asked when a plan comes, and again before anything of
/// it is released.
/// </summary>
/// <param name="LeastDays">Fewer days than this no combination of sums may be about.</param>
/// <param name="Today">Days that are not over are not trained on: payments of theirs are still to come.</param>
/// <param name="Budget">What noisy sums may tell about any one day; null where the configuration sets none.</param>
public sealed record LedgerRules(
    ParticipationLedger Ledger, int LeastDays, DateOnly Today, PrivacyBudget? Budget = null)
{
    /// <returns>Why no session may run by this plan; null when one may.</returns>
    public Rejection? Check(SessionPlan plan, SessionId session)
    {
        if (plan.Window.Last >= Today)
        {
            return new Rejection(
                RejectionReason.NotAllowed, $"the window {plan.Window} is not over: payments of its last days are still to come");
        }

        return Check(plan, session, plan.Participants);
    }

    /// <param name="cohort">Whose updates would be summed, in order.</param>
    /// <returns>Why their sum must not be released; null when it may.</returns>
    public Rejection? Check(SessionPlan plan, SessionId session, ImmutableArray<PartyId> cohort) =>
        Ledger.CheckBudget(session, plan.Window, plan.Noise, Budget) is { } overspent
            ? new Rejection(RejectionReason.LedgerConflict, overspent.Detail)
            : Ledger.Check(session, cohort, plan.Window, LeastDays, plan.Noise) is { } conflict
            ? conflict.AsRejection(Ledger.Advise(session, cohort, plan.Window, LeastDays, Today).ToString())
            : null;

    /// <summary>What to record of a cohort.</summary>
    internal LedgerEntry.Participated Entry(
        ParticipationKind kind, Signed<SessionPlan> plan, RoundNumber round, ImmutableArray<PartyId> cohort, Digest? data) =>
        new(
            kind, new SessionId(plan.Digest), plan.Statement.Name, round, cohort, plan.Statement.Window, data,
            plan.Statement.Noise, plan.Statement.Noise is null ? null : Budget);
}

using System.Collections.Immutable;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Releases;

/// <summary>
/// Whether a plan allows a cohort. Key holders hold to it before they approve, banks before they open, the audit afterwards.
/// </summary>
public static class CohortRules
{
    /// <param name="cohort">The cohort.</param>
    /// <param name="plan">The session's plan.</param>
    /// <param name="session">The session.</param>
    /// <param name="voids">Of a vote: banks whose ballots do not count, as the gate found.</param>
    public static Rejection? Check(
        Cohort cohort, SessionPlan plan, SessionId session, ImmutableArray<VoidBallot> voids)
    {
        if (cohort.Attempt.Session != session)
        {
            return new Rejection(RejectionReason.UnknownSession, $"of session {cohort.Attempt.Session}, not {session}");
        }

        if (cohort.Attempt.Round.Value > plan.Rounds)
        {
            return new Rejection(RejectionReason.WrongRound, $"round {cohort.Attempt.Round} of a plan of {plan.Rounds}");
        }

        if (cohort.Attempt.Attempt.Value > plan.MaximumAttempts)
        {
            return new Rejection(
                RejectionReason.WrongAttempt, $"attempt {cohort.Attempt.Attempt} of at most {plan.MaximumAttempts}");
        }

        if (ShapeRules.Check(cohort.Shape, plan) is Rejection impossible)
        {
            return impossible;
        }

        if (cohort.Members.Length < plan.MinimumCohort)
        {
            return new Rejection(
                RejectionReason.CohortTooSmall, $"{cohort.Members.Length} members; the plan needs {plan.MinimumCohort}");
        }

        foreach (CohortMember member in cohort.Members)
        {
            if (!plan.Participants.Contains(member.Participant))
            {
                return new Rejection(RejectionReason.NotAllowed, $"'{member.Participant}' is not in the plan");
            }
        }

        int excused = voids.Count(ballot => plan.Participants.Contains(ballot.Participant));
        return plan.Cohort == CohortRule.Fixed && cohort.Members.Length + excused != plan.Participants.Length
            ? new Rejection(
                RejectionReason.NotAllowed,
                $"{cohort.Members.Length} members; the plan fixes all {plan.Participants.Length} participants")
            : null;
    }
}

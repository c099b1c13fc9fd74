using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Sessions;

/// <summary>
/// Whether a plan can work in a consortium at all. Every party asks before it joins, the operator's tool before it signs.
/// </summary>
public static class PlanCheck
{
    /// <returns>Everything that is wrong; empty when nothing is.</returns>
    public static IReadOnlyList<Problem> Problems(SessionPlan plan, ConsortiumConfiguration configuration)
    {
        var problems = new List<Problem>();
        if (plan.Consortium != configuration.Digest)
        {
            problems.Add(
                new Problem(
                    "consortium",
                    $"The plan is bound to configuration {plan.Consortium}; this one is {configuration.Digest}. Give every "
                        + "member the same file."));
        }

        foreach (PartyId party in plan.Participants)
        {
            if (configuration.Find(party)?.Role != PartyRole.Participant)
            {
                problems.Add(new Problem("participants", $"'{party}' is no participant of this consortium; leave it out."));
            }
        }

        if (plan.MinimumCohort < configuration.MinimumCohort)
        {
            problems.Add(
                new Problem(
                    "minimumCohort",
                    $"Use at least {configuration.MinimumCohort}, the consortium's own minimum, not {plan.MinimumCohort}."));
        }

        if (plan.MinimumCohort > plan.Participants.Length)
        {
            problems.Add(
                new Problem(
                    "minimumCohort",
                    $"Use at most {plan.Participants.Length}, the number of participants, not {plan.MinimumCohort}."));
        }

        if (plan.UpdateSeconds > configuration.Deadlines.UpdateSeconds)
        {
            problems.Add(
                new Problem(
                    "updateSeconds",
                    $"Use at most {configuration.Deadlines.UpdateSeconds}, the consortium's deadline, not "
                        + $"{plan.UpdateSeconds}."));
        }

        if (plan.Window.Days < configuration.LeastDays)
        {
            problems.Add(
                new Problem(
                    "window",
                    $"Use a window of at least {configuration.LeastDays} days, not the {plan.Window.Days} of {plan.Window}."));
        }

        if (plan.Parameters.Length > configuration.Limits.ModelBytes)
        {
            problems.Add(
                new Problem(
                    "parameters",
                    $"Use at most {configuration.Limits.ModelBytes} bytes of parameters, not {plan.Parameters.Length}."));
        }

        return problems;
    }
}

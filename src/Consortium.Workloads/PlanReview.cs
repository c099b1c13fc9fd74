using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;
using Consortium.Protocol.Sessions;

namespace Consortium.Workloads;

/// <summary>A bank's whole check of a session plan: the consortium's rules, the bank's policy and the workload's own.</summary>
public static class PlanReview
{
    /// <param name="plan">From the operator.</param>
    /// <param name="bank">Whose check it is.</param>
    /// <param name="initial">The state that the session starts from; null with problems.</param>
    /// <returns>Every reason to reject the plan, by its field; empty when the bank can take part.</returns>
    public static IReadOnlyList<Problem> Problems(
        SessionPlan plan, PartyId bank, BankPolicy policy, ConsortiumConfiguration configuration, out WorkloadState? initial)
    {
        List<Problem> problems = [.. ParticipantSession.PlanProblems(bank, plan, configuration, policy)];
        initial = null;
        if (KnownWorkloads.Find(plan.Workload) is { } workload)
        {
            initial = Begin(workload, plan, policy, configuration, problems);
        }
        else
        {
            string known = string.Join(", ", KnownWorkloads.All.Select(found => found.Name));
            problems.Add(new Problem(
                "workload", $"This release runs {known}, not {plan.Workload}. Have every bank run one release."));
        }

        initial = problems.Count == 0 ? initial : null;
        return problems;
    }

    private static WorkloadState? Begin(
        Workload workload, SessionPlan plan, BankPolicy policy, ConsortiumConfiguration configuration, List<Problem> problems)
    {
        IReadOnlyList<Problem> own = workload.Problems(plan, policy, configuration);
        problems.AddRange(own);

        // Key holders seal each share-sum to every participant. A workload whose sums are for one of them needs another release.
        SumAudience audience = workload.AudienceOf(plan);
        if (plan.Participants.FirstOrDefault(participant => !audience.Includes(participant)) is { Name.Length: > 0 } other)
        {
            problems.Add(new Problem(
                "workload", $"Its sums are not for '{other}', and this release opens every sum at every participant."));
        }

        WorkloadState initial;
        try
        {
            initial = workload.Begin(plan);
        }
        catch (MalformedDataException malformed)
        {
            if (own.Count == 0)
            {
                problems.Add(new Problem("parameters", malformed.Message));
            }

            return null;
        }

        if (plan.InitialState != initial.Digest)
        {
            problems.Add(new Problem("initialState", "It is not the state in which the plan's workload begins."));
        }

        if (initial.Request is { } request && request.Length > plan.MaximumValues)
        {
            problems.Add(new Problem("maximumValues", $"Round 1 takes {request.Length} values, more than {plan.MaximumValues}."));
        }

        return initial;
    }
}

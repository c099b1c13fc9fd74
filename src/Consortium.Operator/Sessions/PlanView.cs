using Consortium.Primitives;
using Consortium.Protocol.Messages;
using Consortium.Workloads;

namespace Consortium.Operator.Sessions;

/// <summary>A plan as commands print it.</summary>
public sealed record PlanView(
    string Name,
    string Workload,
    IReadOnlyDictionary<string, object> Settings,
    IReadOnlyList<string> Participants,
    string Cohort,
    int MinimumCohort,
    int Rounds,
    int MaximumAttempts,
    int MaximumValues,
    int UpdateSeconds,
    string InitialState,
    DateTimeOffset CreatedAt)
{
    public static PlanView Of(SessionPlan plan) => new(
        plan.Name,
        plan.Workload,
        SettingsOf(plan),
        [.. plan.Participants.Select(bank => bank.Name)],
        plan.Cohort.ToString().ToLowerInvariant(),
        plan.MinimumCohort,
        plan.Rounds,
        plan.MaximumAttempts,
        plan.MaximumValues,
        plan.UpdateSeconds,
        plan.InitialState.ToString(),
        DateTimeOffset.FromUnixTimeMilliseconds(plan.CreatedAt));

    /// <summary>Empty where the workload or its parameters are of another release than this.</summary>
    private static IReadOnlyDictionary<string, object> SettingsOf(SessionPlan plan)
    {
        try
        {
            return KnownWorkloads.Find(plan.Workload)?.Describe(plan) ?? new Dictionary<string, object>();
        }
        catch (MalformedDataException)
        {
            return new Dictionary<string, object>();
        }
    }
}

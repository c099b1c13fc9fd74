using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;

namespace Consortium.Workloads;

/// <summary>
/// What a session can run, as a state machine over sums: a check of the plan, a first state, and for each bank its part of the
/// sums that the
/// states ask for. The protocol carries a workload's name, its parameters and the digests of its states, and knows nothing else
/// of it.
/// <see cref="KnownWorkloads"/> holds those that a program can run. Stateless and safe for many threads.
/// </summary>
public abstract class Workload
{
    /// <summary>The name that a session plan gives: lower-case ASCII, such as <c>training</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Who may open the session's sums.</summary>
    public virtual SumAudience AudienceOf(SessionPlan plan) => SumAudience.Everyone;

    /// <summary>
    /// What this bank finds wrong with a plan's parameters, beyond what <see cref="PlanReview"/> checks for every workload.
    /// </summary>
    /// <param name="plan">From the operator.</param>
    /// <param name="policy">The bank's own rules.</param>
    /// <param name="configuration">The consortium's.</param>
    /// <returns>Each problem by the plan's field; empty when there is none.</returns>
    public abstract IReadOnlyList<Problem> Problems(SessionPlan plan, BankPolicy policy, ConsortiumConfiguration configuration);

    /// <summary>The state that round 1 starts from.</summary>
    /// <exception cref="Primitives.MalformedDataException">The plan's parameters are not this workload's.</exception>
    public abstract WorkloadState Begin(SessionPlan plan);

    /// <summary>Reads <see cref="WorkloadState.Bytes"/>.</summary>
    /// <exception cref="Primitives.MalformedDataException">The bytes are no state of this workload.</exception>
    public abstract WorkloadState ReadState(ReadOnlySpan<byte> bytes);

    /// <summary>One bank's side of a session.</summary>
    /// <param name="state">Any state of the session: a session may be taken up anywhere.</param>
    /// <exception cref="ArgumentException">The bank's data do not fit the plan; the message says why.</exception>
    public abstract LocalWork CreateLocalWork(WorkloadState state, LocalData data);

    /// <summary>The plan's parameters by name, for people.</summary>
    /// <exception cref="Primitives.MalformedDataException">The plan's parameters are not this workload's, or another
    /// release's.</exception>
    public abstract IReadOnlyDictionary<string, object> Describe(SessionPlan plan);
}

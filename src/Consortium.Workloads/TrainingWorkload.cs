using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;

namespace Consortium.Workloads;

/// <summary>
/// Training a model of any family, and the banks' vote on it where the plan has one: the vote is the last round of training, for
/// the banks
/// vote on the very state that training ended in. A session plan's parameters are the training plan's canonical bytes.
/// </summary>
/// <param name="schemas">The columns that this release computes, for each view.</param>
public sealed class TrainingWorkload(params FeatureSchema[] schemas) : Workload
{
    public const string WorkloadName = "training";

    public override string Name => WorkloadName;

    /// <summary>The state that round 1 of a session on <paramref name="plan"/> starts from.</summary>
    public static StateDigest InitialState(TrainingPlan plan) => DigestOf(TrainingState.Begin(plan));

    public static StateDigest DigestOf(TrainingState state) => new(new Digest(state.Digest.Span));

    public override IReadOnlyList<Problem> Problems(SessionPlan plan, BankPolicy policy, ConsortiumConfiguration configuration)
    {
        TrainingPlan training;
        try
        {
            training = TrainingPlan.FromBytes(plan.Parameters.Span);
        }
        catch (MalformedDataException malformed)
        {
            return [new Problem("parameters", malformed.Message)];
        }

        var problems = new List<Problem>();
        string family = training.Settings.Family.Name;
        if (!policy.Families.Contains(family))
        {
            problems.Add(new Problem("family", $"This bank trains {string.Join(", ", policy.Families)}, not {family}."));
        }

        FeatureSchema? schema = Array.Find(schemas, known => training.SchemaDigest.Span.SequenceEqual(known.Digest));
        if (schema is null)
        {
            problems.Add(new Problem(
                "parameters",
                $"They are for another feature schema; this bank computes version {schemas[0].Version}. Have every bank run one "
                    + "release."));
        }
        else if (!training.Units.SequenceEqual(schema.Features.Select(feature => feature.Unit)))
        {
            problems.Add(new Problem(
                "parameters",
                "They name other units than the feature schema has, and bins follow from units. The operator's plan is wrong."));
        }

        problems.AddRange(PlanFloors.Problems(training, policy.HeldFloors));
        problems.AddRange(NoiseReview.Problems(plan, training, configuration));
        return problems;
    }

    public override WorkloadState Begin(SessionPlan plan) =>
        new TrainingWorkloadState(TrainingState.Begin(TrainingPlan.FromBytes(plan.Parameters.Span)));

    public override WorkloadState ReadState(ReadOnlySpan<byte> bytes) =>
        new TrainingWorkloadState(TrainingState.FromBytes(bytes));

    public override LocalWork CreateLocalWork(WorkloadState state, LocalData data) =>
        new LocalTrainingWork(((TrainingWorkloadState)state).Training.Plan, data);

    public override IReadOnlyDictionary<string, object> Describe(SessionPlan plan)
    {
        TrainingPlan training = TrainingPlan.FromBytes(plan.Parameters.Span);
        var words = new OrderedDictionary<string, object>(training.Settings.Values)
        {
            ["seed"] = training.Seed,
        };
        words.Insert(0, "family", training.Settings.Family.Name);
        words.Insert(1, "view", FeatureView.Of(training.SchemaDigest.Span)?.Name ?? "of another release");
        if (training.Acceptance is { } acceptance)
        {
            words.Add("acceptance", acceptance.Fraction);
            words.Add("leastLaundering", acceptance.LeastLaundering);
            words.Add("leastVotes", acceptance.LeastVotes);
        }

        if (training.Noise is { } noise)
        {
            words.Add("noiseMultiplier", noise.Multiplier);
            words.Add("noiseUnit", noise.Unit.ToString().ToLowerInvariant());
            words.Add("accountCap", noise.AccountCap);
            words.Add("silentBanks", noise.SilentBanks);
        }

        words.Add("maximumRows", training.MaximumRows);
        return words;
    }
}

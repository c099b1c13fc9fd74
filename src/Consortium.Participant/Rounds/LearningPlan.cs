using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Rounds;

/// <summary>How a session plan carries a training plan: the operator writes it, every bank reads it back and checks it.</summary>
public static class LearningPlan
{
    public const string Boosting = "boosting";
    public const string Logistic = "logistic";

    /// <summary>Sketched bin edges: the first round tells cells of 10 bits of a 32-bit key apart, each later one 2 bits more at least.</summary>
    private const int MostSketchRounds = 12;

    /// <summary>The family's name in a session plan.</summary>
    public static string FamilyOf(TrainingPlan plan) => plan.Family switch
    {
        BoostingSettings => Boosting,
        LogisticSettings => Logistic,
        _ => throw new ArgumentException("The plan names a family that is not there.", nameof(plan)),
    };

    /// <summary>The state that round 1 of a session on <paramref name="plan"/> starts from.</summary>
    public static StateDigest InitialState(TrainingPlan plan) => TrainingRound.DigestOf(TrainingState.Begin(plan));

    /// <summary>Rounds that training by <paramref name="plan"/> takes at most: what a session plan should allow. Most models are finished earlier.</summary>
    public static int MostRounds(TrainingPlan plan) => (plan.Acceptance is null ? 0 : 1) + plan.Family switch
    {
        // A tree's root takes a round and so does every split but the last, when each round splits one leaf only.
        BoostingSettings boosting => (boosting.Edges == BinEdgeSource.Sketched ? MostSketchRounds : 0) + (boosting.Trees * Math.Max(1, boosting.Leaves - 1)) + (boosting.Patience > 0 ? 1 : 0),
        LogisticSettings logistic => logistic.Steps,
        _ => throw new ArgumentException("The plan names a family that is not there.", nameof(plan)),
    };

    /// <summary>Reads the training plan out of a session plan.</summary>
    /// <param name="plan">From the operator.</param>
    /// <param name="schema">The columns that this bank computes.</param>
    /// <param name="problems">Why this bank cannot train by it; empty when it can.</param>
    /// <returns>The training plan, or null with problems.</returns>
    public static TrainingPlan? Read(SessionPlan plan, FeatureSchema schema, out IReadOnlyList<Problem> problems)
    {
        TrainingPlan training;
        try
        {
            training = TrainingPlan.FromBytes(plan.Model.Span);
        }
        catch (MalformedDataException malformed)
        {
            problems = [new Problem("model", malformed.Message)];
            return null;
        }

        var found = new List<Problem>();
        if (plan.Family != FamilyOf(training))
        {
            found.Add(new Problem("family", $"The plan says {plan.Family}; the model it describes is of {FamilyOf(training)}."));
        }

        if (!training.SchemaDigest.Span.SequenceEqual(schema.Digest))
        {
            found.Add(new Problem("model", $"It is for another feature schema; this bank computes version {schema.Version}. Have every bank run one release."));
        }
        else if (!training.Units.SequenceEqual(schema.Features.Select(feature => feature.Unit)))
        {
            found.Add(new Problem("model", "It names other units than the feature schema has, and bins follow from units. The operator's plan is wrong."));
        }

        TrainingState initial = TrainingState.Begin(training);
        if (plan.InitialState != TrainingRound.DigestOf(initial))
        {
            found.Add(new Problem("initialState", "It is not the state in which training by this plan begins."));
        }

        if (initial.Request is { } request && request.Length > plan.MaximumValues)
        {
            found.Add(new Problem("maximumValues", $"Round 1 takes {request.Length} values, more than {plan.MaximumValues}."));
        }

        problems = found;
        return found.Count == 0 ? training : null;
    }
}

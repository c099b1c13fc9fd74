using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Operator.Sessions;

/// <summary>A plan as commands print it.</summary>
public sealed record PlanView(
    string Name,
    string Family,
    IReadOnlyDictionary<string, object> Settings,
    IReadOnlyList<string> Participants,
    string Cohort,
    int MinimumCohort,
    int Rounds,
    int MaximumAttempts,
    int MaximumValues,
    int? MaximumRows,
    int UpdateSeconds,
    string InitialState,
    DateTimeOffset CreatedAt)
{
    public static PlanView Of(SessionPlan plan)
    {
        TrainingPlan? training = Describe(plan);
        return new PlanView(
            plan.Name,
            plan.Family,
            training is null ? new Dictionary<string, object>() : SettingsOf(training),
            [.. plan.Participants.Select(bank => bank.Name)],
            plan.Cohort.ToString().ToLowerInvariant(),
            plan.MinimumCohort,
            plan.Rounds,
            plan.MaximumAttempts,
            plan.MaximumValues,
            training?.MaximumRows,
            plan.UpdateSeconds,
            plan.InitialState.ToString(),
            DateTimeOffset.FromUnixTimeMilliseconds(plan.CreatedAt));
    }

    /// <summary>Null when the plan's model is of another release than this.</summary>
    private static TrainingPlan? Describe(SessionPlan plan)
    {
        try
        {
            return TrainingPlan.FromBytes(plan.Model.Span);
        }
        catch (MalformedDataException)
        {
            return null;
        }
    }

    private static Dictionary<string, object> SettingsOf(TrainingPlan training)
    {
        Dictionary<string, object> settings = FamilySettingsOf(training);
        if (training.Acceptance is { } acceptance)
        {
            settings.Add("acceptance", acceptance.Fraction);
            settings.Add("leastLaundering", acceptance.LeastLaundering);
            settings.Add("leastVotes", acceptance.LeastVotes);
        }

        return settings;
    }

    private static Dictionary<string, object> FamilySettingsOf(TrainingPlan training) => training.Family switch
    {
        BoostingSettings boosting => new()
        {
            ["trees"] = boosting.Trees,
            ["leaves"] = boosting.Leaves,
            ["splitsPerRound"] = boosting.SplitsPerRound,
            ["bins"] = boosting.Bins,
            ["learningRate"] = boosting.LearningRate,
            ["l2"] = boosting.L2,
            ["minimumChildWeight"] = boosting.MinimumChildWeight,
            ["positiveWeight"] = boosting.PositiveWeight,
            ["rowFraction"] = boosting.RowFraction,
            ["columnFraction"] = boosting.ColumnFraction,
            ["patience"] = boosting.Patience,
            ["edges"] = boosting.Edges.ToString().ToLowerInvariant(),
            ["baseRate"] = boosting.BaseRate,
            ["seed"] = training.Seed,
        },
        LogisticSettings logistic => new()
        {
            ["steps"] = logistic.Steps,
            ["tolerance"] = logistic.Tolerance,
            ["l2"] = logistic.L2,
            ["positiveWeight"] = logistic.PositiveWeight,
            ["seed"] = training.Seed,
        },
        _ => throw new ArgumentException("The plan names a family that is not there.", nameof(training)),
    };
}

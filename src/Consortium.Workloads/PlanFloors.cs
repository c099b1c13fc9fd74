using System.Globalization;
using Consortium.Learning.Models;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Policies;

namespace Consortium.Workloads;

/// <summary>Holds a training plan against the floors of a bank's policy.</summary>
public static class PlanFloors
{
    /// <returns>
    /// Every floor that the plan goes beyond, by the name that the policy file gives it; empty when it keeps all.
    /// </returns>
    public static IReadOnlyList<Problem> Problems(TrainingPlan plan, PolicyFloors floors)
    {
        var problems = new List<Problem>();
        foreach (SettingsQuantity quantity in plan.Settings.Quantities())
        {
            (string floor, string what, double limit, bool isLeast) = FloorOf(quantity.Kind, floors);
            if (isLeast ? !(quantity.Value >= limit) : !(quantity.Value <= limit))
            {
                problems.Add(new Problem(
                    $"floors.{floor}",
                    $"The plan's {what} is {Text(quantity.Value)}; this bank allows {Text(limit)} or "
                        + $"{(isLeast ? "more" : "less")}."));
            }
        }

        if (plan.Settings.SketchesPayments && !floors.AllowSketchedEdges)
        {
            problems.Add(new Problem(
                "floors.allowSketchedEdges",
                "The plan sketches bin edges from counts of payments, which a second session with another cohort takes apart; "
                    + "this bank allows public edges only."));
        }

        if (plan.Acceptance is not { } vote)
        {
            if (!floors.AllowNoVote)
            {
                problems.Add(
                    new Problem(
                        "floors.allowNoVote",
                        "The plan adopts its model without a vote; this bank allows plans with a vote only."));
            }

            return problems;
        }

        if (!(vote.Fraction >= floors.LeastVoteFraction))
        {
            problems.Add(new Problem(
                "floors.leastVoteFraction",
                $"The plan's vote asks for {Text(vote.Fraction)} of a bank's own average precision; this bank allows "
                    + $"{Text(floors.LeastVoteFraction)} or more."));
        }

        if (vote.LeastVotes < floors.LeastVotes)
        {
            problems.Add(new Problem(
                "floors.leastVotes",
                $"The plan adopts its model with {vote.LeastVotes} votes; this bank allows {floors.LeastVotes} or more."));
        }

        return problems;
    }

    private static (string Floor, string What, double Limit, bool IsLeast) FloorOf(QuantityKind kind, PolicyFloors floors) =>
        kind switch
        {
            QuantityKind.ChildHessian =>
                ("leastChildHessian", "least second derivative in a child, in payments of weight 1,", floors.LeastChildHessian,
                    true),
            QuantityKind.L2 => ("leastL2", "L2", floors.LeastL2, true),
            QuantityKind.Leaves => ("mostLeaves", "number of leaves", floors.MostLeaves, false),
            QuantityKind.Depth => ("mostDepth", "depth of a tree", floors.MostDepth, false),
            QuantityKind.Bins => ("mostBins", "number of bins", floors.MostBins, false),
            QuantityKind.Trees => ("mostTrees", "number of trees", floors.MostTrees, false),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No floor is known for this quantity."),
        };

    private static string Text(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}

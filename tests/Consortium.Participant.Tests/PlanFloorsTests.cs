using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Policies;
using Consortium.Workloads;

namespace Consortium.Participant.Tests;

public sealed class PlanFloorsTests
{
    /// <summary>Grows until single payments are alone in leaves: their values tell their labels.</summary>
    internal static readonly BoostingSettings ReadsPayments = new()
    {
        Trees = 1,
        Leaves = 4_096,
        SplitsPerRound = 64,
        Bins = 63,
        ColumnFraction = 0.1,
        MinimumChildWeight = 0.001,
        L2 = 0,
    };

    private static readonly AcceptanceSettings Vote = new();

    [Fact]
    public void Problems_PlanThatReadsPayments_NameEveryFloor() => Assert.Equal(
        ["floors.allowNoVote", "floors.leastChildHessian", "floors.leastL2", "floors.mostDepth", "floors.mostLeaves"],
        PlanFloors.Problems(Plan(ReadsPayments, vote: null), PolicyFloors.Default).Select(problem => problem.Path).Order());

    [Fact]
    public void Pooled_PlanThatReadsPayments_LeavesPaymentsAlone_AndAPlanWithinTheFloorsDoesNot()
    {
        var read = (TreeEnsemble)TestSession.Pooled(Plan(ReadsPayments, vote: null));
        var kept = (TreeEnsemble)TestSession.Pooled(
            Plan(ReadsPayments with { MinimumChildWeight = 5, L2 = 1, Leaves = 64 }, vote: null));

        Assert.InRange(Alone(read), 10, int.MaxValue);
        Assert.Equal(0, Alone(kept));
    }

    [Fact]
    public void Problems_HeavyLaunderingPayments_DoNotPassForMany()
    {
        // One laundering payment that counts a thousand times has by itself the second derivative of the floor.
        TrainingPlan plan = Plan(new BoostingSettings { MinimumChildWeight = 10, PositiveWeight = 1_000 }, Vote);

        Problem problem = Assert.Single(PlanFloors.Problems(plan, PolicyFloors.Default));
        Assert.Equal("floors.leastChildHessian", problem.Path);
        Assert.Contains("is 0.01; this bank allows 5 or more", problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_DefaultSettings_AreNone()
    {
        Assert.Empty(PlanFloors.Problems(Plan(new BoostingSettings(), Vote), PolicyFloors.Default));
        Assert.Empty(PlanFloors.Problems(Plan(new LogisticSettings(), Vote), PolicyFloors.Default));
    }

    [Fact]
    public void Problems_VoteThatAsksForNothing_NameItsFloors() => Assert.Equal(
        ["floors.leastVoteFraction", "floors.leastVotes"],
        PlanFloors.Problems(
            Plan(new BoostingSettings(), new AcceptanceSettings { Fraction = 0.01, LeastVotes = 1 }), PolicyFloors.Default)
            .Select(problem => problem.Path).Order());

    [Fact]
    public void Problems_PolicyThatAllowsNoVote_AreNone() =>
        Assert.Empty(PlanFloors.Problems(Plan(new BoostingSettings(), vote: null), new PolicyFloors { AllowNoVote = true }));

    [Fact]
    public void Problems_SketchedEdges_NameTheFloorUnlessThePolicyAllowsThem()
    {
        TrainingPlan plan = Plan(new BoostingSettings { Edges = BinEdgeSource.Sketched }, Vote);

        Assert.Equal("floors.allowSketchedEdges", Assert.Single(PlanFloors.Problems(plan, PolicyFloors.Default)).Path);
        Assert.Empty(PlanFloors.Problems(plan, new PolicyFloors { AllowSketchedEdges = true }));
    }

    private static TrainingPlan Plan(FamilySettings settings, AcceptanceSettings? vote) =>
        new(FeatureExtractor.Schema, settings, maximumRows: 2_000, 11, vote);

    /// <summary>Leaves of the first tree with one payment: there every payment has the same second derivative.</summary>
    private static int Alone(TreeEnsemble model)
    {
        double probability = 1 / (1 + Math.Exp(-model.BaseScore));
        double payment = probability * (1 - probability);
        return model.Trees[0].LeafWeights.Count(weight => weight < 1.5 * payment);
    }
}

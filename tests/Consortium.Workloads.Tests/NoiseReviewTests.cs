using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;
using Consortium.Protocol.Tests;

namespace Consortium.Workloads.Tests;

/// <summary>Key holders count what a session plan says of its noise; banks hold that against the noise that they draw.</summary>
public sealed class NoiseReviewTests
{
    private static readonly ConsortiumConfiguration Configuration = (TestConsortium.Instance.File with
    {
        PrivacyBudget = new(8, 1e-6, "payment"),
    }).ToConfiguration();

    private static readonly BankPolicy Policy = new()
    {
        Families = ["boosting"],
        MaximumRounds = 1_000,
        MaximumValues = 1_000_000,
        MinimumCohort = 3,
        AllowChangingCohort = false,
        Floors = new PolicyFloors { AllowNoVote = true },
    };

    private static readonly NoisePlan Noise = new()
    {
        Multiplier = 15,
        Unit = PrivacyUnit.Payment,
        LeastBanks = 3,
    };

    private static readonly TrainingPlan Training = new(
        FeatureView.Now.Schema,
        new BoostingSettings
        {
            Columns = ColumnChoice.Turns,
            Trees = 300,
            Leaves = 4,
            PositiveWeight = 2,
            MinimumChildWeight = 60,
        },
        maximumRows: 1_000_000, seed: 1, noise: Noise);

    private static readonly SessionPlan Plan = ToyFamilyTests.PlanOf(Training) with
    {
        Consortium = Configuration.Digest,
        Noise = new NoiseTerms(Training.Loss!.Value, PrivacyUnit.Payment),
    };

    [Fact]
    public void Problems_PlanThatSaysWhatItsNoiseLeaves_AreNone() => Assert.Empty(Problems(Plan));

    [Fact]
    public void Problems_PlanThatSaysLessThanItTells_NameTheLoss() =>
        AssertNamed("noise.loss", Plan with { Noise = Plan.Noise! with { Loss = new(Plan.Noise.Loss.Billionths - 1) } });

    [Fact]
    public void Problems_NoiseInOneOfThePlansOnly_IsNamed()
    {
        AssertNamed("noise", Plan with { Noise = null });
        TrainingPlan exact = Training.WithoutNoise();
        AssertNamed("noise", Of(exact) with { Noise = Plan.Noise });
    }

    [Fact]
    public void Problems_PlansForAnotherUnit_NameIt() =>
        AssertNamed("noise.unit", Plan with { Noise = Plan.Noise! with { Unit = PrivacyUnit.Account } });

    /// <summary>Noise that is enough for four banks' sum, in a plan that may sum three.</summary>
    [Fact]
    public void Problems_NoiseForMoreBanksThanTheLeastCohort_NameThem()
    {
        var training = new TrainingPlan(
            FeatureView.Now.Schema, Training.Settings, 1_000_000, seed: 1, noise: Noise with { LeastBanks = 4 });
        AssertNamed("noise.leastBanks", Of(training));
    }

    [Fact]
    public void Problems_DeltaAboveOneOverTheRows_AreNamed()
    {
        var training = new TrainingPlan(FeatureView.Now.Schema, Training.Settings, 1_000_001, seed: 1, noise: Noise);
        AssertNamed("maximumRows", Of(training));
    }

    /// <summary>The sum of three banks' contributions, noise drawn for real, is the model's next state at each of them.</summary>
    [Fact]
    public async Task Contribute_PlanWithNoise_DrawsAnewAndStaysWithinBounds()
    {
        var workload = new TrainingWorkload(FeatureView.Now.Schema);
        WorkloadState state = workload.Begin(Plan);
        var rows = new TrainingRows(
            new FeatureMatrix(FeatureView.Now.Schema), [], new FeatureMatrix(FeatureView.Now.Schema), []);
        var contributions = new List<long[]>();
        for (int bank = 0; bank < 3; bank++)
        {
            var contribution = new Contribution(state.Request!.Value);
            await workload.CreateLocalWork(state, new LocalData(_ => rows))
                .ContributeAsync(state, contribution, TestContext.Current.CancellationToken);
            contributions.Add(contribution.Values.ToArray());
        }

        Assert.NotEqual(contributions[0], contributions[1]);
        long[] sum = [.. Enumerable.Range(0, contributions[0].Length).Select(i => contributions.Sum(values => values[i]))];
        Assert.NotNull(state.Advance(sum, cohort: 3));
        Assert.Equal("payment", workload.Describe(Plan)["noiseUnit"]);
    }

    private static SessionPlan Of(TrainingPlan training) => Plan with
    {
        Parameters = training.ToBytes(),
        InitialState = TrainingWorkload.InitialState(training),
    };

    private static void AssertNamed(string path, SessionPlan plan) =>
        Assert.Equal(path, Assert.Single(Problems(plan)).Path);

    private static IReadOnlyList<Problem> Problems(SessionPlan plan) =>
        PlanReview.Problems(plan, plan.Participants[0], Policy, Configuration, out _);
}

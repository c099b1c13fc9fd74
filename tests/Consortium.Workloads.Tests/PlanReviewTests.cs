using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;
using Consortium.Protocol.Tests;

namespace Consortium.Workloads.Tests;

public sealed class PlanReviewTests
{
    private static readonly ConsortiumConfiguration Configuration = TestConsortium.Instance.Configuration;

    private static readonly BankPolicy Policy = new()
    {
        Families = ["logistic"],
        MaximumRounds = 100,
        MaximumValues = 1_000_000,
        MinimumCohort = 3,
        AllowChangingCohort = false,
        Floors = new PolicyFloors { AllowNoVote = true },
    };

    private static readonly SessionPlan Plan = ToyFamilyTests.PlanOf(
        new TrainingPlan(FeatureExtractor.Schema, new LogisticSettings(), maximumRows: 1000, seed: 1));

    [Fact]
    public void Problems_GoodPlan_AreNoneAndTheSessionCanBegin()
    {
        Assert.Empty(PlanReview.Problems(Plan, Plan.Participants[0], Policy, Configuration, out WorkloadState? initial));
        Assert.Equal(Plan.InitialState, initial!.Digest);
    }

    [Fact]
    public void Problems_WorkloadThatNobodyKnows_NameThoseThatAreKnown()
    {
        Problem problem = Assert.Single(Problems(Plan with { Workload = "divination" }));
        Assert.Equal("workload", problem.Path);
        Assert.Contains("training", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Problems_PlanThatBreaksRulesOfEveryKind_NameEach() => Assert.Equal(
        ["family", "initialState", "maximumValues", "participants", "rounds"],
        PlanReview.Problems(
            Plan with { Rounds = 101, InitialState = default, MaximumValues = 3 },
            new PartyId("bank-z"),
            Policy with { Families = ["boosting"] },
            Configuration,
            out _).Select(problem => problem.Path).Order());

    [Fact]
    public void Problems_ParametersThatAreNone_AreNamed() =>
        Assert.Equal("parameters", Assert.Single(Problems(Plan with { Parameters = new byte[8] })).Path);

    [Fact]
    public void Problems_SumsForOneBankOnly_AreRejected()
    {
        KnownWorkloads.Add(new OneOwner());
        Assert.Contains(
            Problems(Plan with { Workload = "one-owner" }),
            problem => problem.ToString().Contains("Its sums are not for", StringComparison.Ordinal));
    }

    private static IReadOnlyList<Problem> Problems(SessionPlan plan)
    {
        IReadOnlyList<Problem> problems = PlanReview.Problems(
            plan, plan.Participants[0], Policy, Configuration, out WorkloadState? initial);
        Assert.Null(initial);
        return problems;
    }

    /// <summary>Training, but with sums that the first participant alone may open.</summary>
    private sealed class OneOwner : Workload
    {
        private readonly TrainingWorkload _training = new(FeatureExtractor.Schema);

        public override string Name => "one-owner";

        public override SumAudience AudienceOf(SessionPlan plan) => SumAudience.Only(plan.Participants[0]);

        public override IReadOnlyList<Problem> Problems(
            SessionPlan plan, BankPolicy policy, ConsortiumConfiguration configuration) =>
            _training.Problems(plan, policy, configuration);

        public override WorkloadState Begin(SessionPlan plan) => _training.Begin(plan);

        public override WorkloadState ReadState(ReadOnlySpan<byte> bytes) => _training.ReadState(bytes);

        public override LocalWork CreateLocalWork(WorkloadState state, LocalData data) => _training.CreateLocalWork(state, data);

        public override IReadOnlyDictionary<string, object> Describe(SessionPlan plan) => _training.Describe(plan);
    }
}

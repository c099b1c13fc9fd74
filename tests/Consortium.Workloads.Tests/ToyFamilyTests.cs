using System.Collections.Immutable;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Files;
using Consortium.Learning.Payments;
using Consortium.Learning.Tests.Models;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;
using Consortium.Protocol.Tests;

namespace Consortium.Workloads.Tests;

/// <summary>
/// A family that this project adds is trained, scored, explained, kept and run as a workload without a change anywhere else.
/// </summary>
public sealed class ToyFamilyTests
{
    private static readonly RandomRows Rows = new(seed: 5, rows: 900, features: 4);

    private static readonly BankPolicy Policy = new()
    {
        Families = ["toy"],
        MaximumRounds = 10,
        MaximumValues = 100_000,
        MinimumCohort = 3,
        AllowChangingCohort = false,
        Floors = new PolicyFloors { AllowNoVote = true },
    };

    static ToyFamilyTests() => ModelFamilies.Add(ToyFamily.Instance);

    private static TrainingPlan Training { get; } = new(
        Rows.Schema, new ToyFamily.Settings { Cut = 0.4 }, maximumRows: 1000, seed: 1);

    [Fact]
    public void Train_AddedFamily_FindsTheSignalAndExplainsIt()
    {
        TrainingRows pool = Rows.Pooled;
        Model model = PooledTraining.Train(Training, Rows.Split(3, seed: 2));

        Assert.Equal(PooledTraining.Train(Training, pool).Digest, model.Digest);
        Label[] labels = [.. pool.ValidationLabels.Select(label => (Label)label)];
        double baseRate = labels.Count(label => label == Label.Laundering) / (double)labels.Length;
        double[] scores = model.LogOdds(pool.Validation);
        Assert.InRange(AveragePrecision.Of(scores, labels), 1.2 * baseRate, 1);
        double[] reasons = Explainer.For(model).Explain(pool.Validation, [0, 1]);
        Assert.Equal(scores[1], reasons.Skip(model.FeatureCount).Sum(), precision: 12);
        Assert.Equal([0], Enumerable.Range(0, model.FeatureCount).Where(feature => model.FeatureWeights()[feature] > 0));
    }

    [Fact]
    public void Bytes_AddedFamily_ReadBackAsTheSame()
    {
        Assert.Equal(Training.Digest, TrainingPlan.FromBytes(Training.ToBytes()).Digest);
        TrainingState begun = TrainingState.Begin(Training);
        Assert.Equal(begun.Digest, TrainingState.FromBytes(begun.Bytes.Span).Digest);
        Model model = PooledTraining.Train(Training, Rows.Pooled);
        var file = new ModelFile { Model = model, PlanDigest = Training.Digest, Session = "toy", Rounds = 1 };
        Assert.Equal(model.Digest, ModelFile.FromBytes(file.ToBytes()).Model.Digest);
        Assert.Equal("1 cut"u8.ToArray(), Assert.Single(model.Family.Formats).Write(model, Rows.Schema));
        Assert.Equal("column 0, cut 0.4", Training.Settings.ToString());
    }

    [Fact]
    public async Task Workload_AddedFamily_RunsToTheModelWithTheBanksVote()
    {
        var workload = new TrainingWorkload(Rows.Schema);
        var voted = new TrainingPlan(
            Rows.Schema, new ToyFamily.Settings { Cut = 0.4 }, 1000, seed: 1,
            new AcceptanceSettings { Fraction = 0.5, LeastLaundering = 1, LeastVotes = 2 });
        SessionPlan plan = PlanOf(voted);
        Assert.Empty(workload.Problems(plan, Policy with { Floors = Lenient }, TestConsortium.Instance.Configuration));
        Assert.Equal("toy", workload.Describe(plan)["family"]);

        TrainingRows[] banks = Rows.Split(3, seed: 7);
        WorkloadState state = workload.Begin(plan);
        LocalWork[] local = [.. banks.Select(rows => workload.CreateLocalWork(state, new LocalData(_ => rows)))];
        int rounds = 0;
        while (state.Request is { } request)
        {
            long[] sum = new long[request.Length];
            foreach (LocalWork bank in local)
            {
                var contribution = new Contribution(request);
                await bank.ContributeAsync(state, contribution, TestContext.Current.CancellationToken);
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += contribution.Values[i];
                }
            }

            state = workload.ReadState(state.Bytes.Span).Advance(sum, banks.Length);
            rounds++;
        }

        Assert.Equal(voted.MostRounds, rounds);
        Assert.NotNull(state.Vote);
        Assert.Equal(3, state.Vote.Accepting + state.Vote.Rejecting + state.Vote.Abstaining);
        ModelFile result = Assert.IsType<ModelFile>(state.ResultOf(new SessionId(Digest.Of("session"u8)), rounds));
        Assert.Equal(PooledTraining.Train(voted, Rows.Pooled).Digest, result.Model.Digest);
    }

    [Fact]
    public void Problems_FamilyThatThePolicyLeavesOut_NameIt() =>
        Assert.Contains(
            new TrainingWorkload(Rows.Schema).Problems(
                PlanOf(Training), Policy with { Families = ["boosting"] }, TestConsortium.Instance.Configuration),
            problem => problem.Path == "family" && problem.ToString().Contains("not toy", StringComparison.Ordinal));

    [Fact]
    public void FromBytes_FamilyThatNobodyAdded_IsRejectedWithThoseThatAreKnown()
    {
        byte[] bytes = PooledTraining.Train(Training, Rows.Pooled).ToBytes();
        bytes[0] = 199;
        string message = Assert.Throws<MalformedDataException>(() => Model.FromBytes(bytes)).Message;
        Assert.Contains("1: boosting, 2: logistic, 3: additive, 200: toy", message, StringComparison.Ordinal);
        Assert.Contains("199", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Add_TagOrNameOfAnother_IsRejected()
    {
        ModelFamilies.Add(ToyFamily.Instance); // again: no change
        Assert.Single(ModelFamilies.All, family => family.Name == "toy");
        Assert.Contains(
            "tag 200", Assert.Throws<ArgumentException>(() => ModelFamilies.Add(new ToyFamily())).Message,
            StringComparison.Ordinal);
    }

    private static PolicyFloors Lenient { get; } = new() { LeastVoteFraction = 0.01, LeastVotes = 1 };

    internal static SessionPlan PlanOf(TrainingPlan training) => new()
    {
        Consortium = TestConsortium.Instance.Configuration.Digest,
        Name = "Toy",
        Workload = TrainingWorkload.WorkloadName,
        Parameters = training.ToBytes(),
        InitialState = TrainingWorkload.InitialState(training),
        Rounds = training.MostRounds,
        Participants = [.. TestConsortium.Instance.Banks(3)],
        Cohort = CohortRule.Fixed,
        MinimumCohort = 3,
        MaximumAttempts = 3,
        MaximumValues = training.LargestRequest,
        UpdateSeconds = 60,
        Window = new DataWindow(new DateOnly(2000, 1, 1), new DateOnly(2023, 12, 31)),
        CreatedAt = 1_800_000_000_000,
    };
}

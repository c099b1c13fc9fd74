using System.Collections.Immutable;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Primitives;

namespace Consortium.Learning.Tests.Models;

public sealed class AcceptanceTests
{
    private static readonly AcceptanceSettings Lenient = new() { Fraction = 0.01, LeastLaundering = 1, LeastVotes = 1 };

    private static readonly BoostingSettings Trees = new() { Trees = 5, Leaves = 8, L2 = 1, MinimumChildWeight = 0.5 };

    public static TheoryData<FamilySettings> Families => [Trees, Trees with { Patience = 1 }, new LogisticSettings { Steps = 4 }];

    [Theory]
    [MemberData(nameof(Families))]
    public void Session_BanksAccept_EndsWithThePooledModelInOneMoreRound(FamilySettings family)
    {
        var rows = new RandomRows(seed: 3, rows: 1500, features: 6);
        TrainingPlan plan = Plan(rows, family, Lenient);
        (TrainingState state, int banks) = Train(plan, rows);
        Assert.Equal(new AcceptanceTally(true, banks, 0, 0), state.Tally);
        Assert.Equal(PooledTraining.Train(plan, rows.Pooled).Digest, state.Model!.Digest);
        Assert.Equal(Train(plan.WithoutAcceptance(), rows).State.Round + 1, state.Round);
    }

    [Fact]
    public void Session_Twice_EndsInTheSameState()
    {
        var rows = new RandomRows(seed: 3, rows: 800, features: 6);
        TrainingPlan plan = Plan(rows, Trees, Lenient);
        Assert.Equal(Train(plan, rows).State.Bytes.ToArray(), Train(plan, rows).State.Bytes.ToArray());
    }

    [Fact]
    public void Session_ModelThatRanksBackwards_IsNotAdopted()
    {
        var rows = new RandomRows(seed: 3, rows: 1500, features: 6);
        TrainingPlan plan = Plan(rows, Trees, new AcceptanceSettings());
        LocalTraining[] banks = [.. Banks(rows).Select(bank => new LocalTraining(plan, bank))];
        TrainingState vote = new AcceptanceState(plan, 7, Backwards(rows));
        TrainingState state = vote.Advance(PooledTraining.Sum(banks, vote), banks.Length);
        Assert.Equal(new AcceptanceTally(false, 0, banks.Length, 0), state.Tally);
        Assert.Null(state.Model);
        Assert.Null(state.Request);
        TrainingState read = TrainingState.FromBytes(state.Bytes.ToArray());
        Assert.Equal(state.Tally, read.Tally);
        Assert.Equal(state.Digest, read.Digest);
        Assert.Throws<InvalidOperationException>(() => state.Advance(new long[RoundRequest.Vote.Length], banks.Length));
    }

    [Fact]
    public void Contribute_TooFewLaunderingRowsToJudgeBy_Abstains()
    {
        var rows = new RandomRows(seed: 3, rows: 400, features: 6);
        TrainingRows pool = rows.Pooled;
        int laundering = pool.ValidationLabels.Count(label => label == 1);
        foreach ((int least, int ballot) in new[] { (laundering, 0), (laundering + 1, 2) })
        {
            TrainingPlan plan = Plan(rows, new LogisticSettings { Steps = 2 }, Lenient with { LeastLaundering = least });
            var vote = new AcceptanceState(plan, 1, PooledTraining.Train(plan, pool));
            Assert.Equal(ballot, ChoiceOf(new LocalTraining(plan, pool).Contribute(vote)));
        }
    }

    [Theory]
    [InlineData(5, 0, 0, true)]
    [InlineData(3, 2, 0, true)]
    [InlineData(2, 2, 1, false)]
    [InlineData(2, 3, 0, false)]
    [InlineData(2, 1, 2, true)]
    [InlineData(2, 0, 3, true)]
    [InlineData(1, 0, 4, false)] // one vote is fewer than two
    [InlineData(0, 0, 5, false)]
    public void Of_OneVoteFromEachBank_AdoptsByMoreThanHalfOfEnoughVotes(
        int accepting, int rejecting, int abstaining, bool isAdopted)
    {
        Assert.Equal(
            new AcceptanceTally(isAdopted, accepting, rejecting, abstaining),
            AcceptanceTally.Of([accepting, rejecting, abstaining], 5, new AcceptanceSettings()));
    }

    [Theory]
    [InlineData(3, 3, 0)]
    [InlineData(3, 1, 0)]
    [InlineData(6, -1, 0)]
    [InlineData(7, 0, 0)]
    public void Advance_NoCountOfAsManyBallots_IsRejected(int accepting, int rejecting, int abstaining)
    {
        var rows = new RandomRows(seed: 1, rows: 60, features: 3);
        TrainingPlan plan = Plan(rows, new LogisticSettings { Steps = 1 }, Lenient);
        var vote = new AcceptanceState(plan, 1, PooledTraining.Train(plan, rows.Pooled));

        Assert.Throws<ArgumentException>(() => vote.Advance([accepting, rejecting, abstaining], cohort: 5));
    }

    [Fact]
    public void TrainingPlan_VoteThatCantWork_NamesValueAndLimit()
    {
        var schema = RandomRows.SchemaOf(3);
        foreach (AcceptanceSettings settings in new AcceptanceSettings[]
        {
            new() { Fraction = 0 },
            new() { Fraction = 2.1 },
            new() { Fraction = double.NaN },
            new() { LeastLaundering = 0 },
            new() { LeastVotes = 0 },
            new() { LeastVotes = 1025 },
        })
        {
            Assert.Contains(
                "must be", Assert.Throws<ArgumentException>(() => new TrainingPlan(schema, Trees, 10, 1, settings)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TrainingPlan_WithAndWithoutAVote_AreReadBackAndTellApart()
    {
        var plan = new TrainingPlan(RandomRows.SchemaOf(3), Trees, 10, 1, Lenient);
        TrainingPlan read = TrainingPlan.FromBytes(plan.ToBytes());
        Assert.Equal(Lenient, read.Acceptance);
        Assert.Equal(plan.Digest, read.Digest);
        Assert.NotEqual(plan.Digest, plan.WithoutAcceptance().Digest);
        Assert.Null(TrainingPlan.FromBytes(plan.WithoutAcceptance().ToBytes()).Acceptance);
        Assert.True(plan.LargestRequest >= RoundRequest.Vote.Length);
    }

    [Fact]
    public void FromBytes_FinishedModelThatNobodyVotedOn_IsMalformedWhereThePlanHasAVote()
    {
        var rows = new RandomRows(seed: 1, rows: 400, features: 3);
        TrainingPlan plan = Plan(rows, new LogisticSettings { Steps = 1 }, Lenient);
        byte[] finished = Train(plan.WithoutAcceptance(), rows).State.Bytes.ToArray();
        byte[] withoutVote = plan.WithoutAcceptance().ToBytes();
        byte[] withVote = plan.ToBytes();
        byte[] claimed = [.. finished[..4], .. withVote, .. finished[(4 + withoutVote.Length)..]];
        Assert.Throws<MalformedDataException>(() => TrainingState.FromBytes(claimed));
    }

    private static TrainingPlan Plan(RandomRows rows, FamilySettings family, AcceptanceSettings acceptance) =>
        new(rows.Schema, family, maximumRows: 2000, seed: 5, acceptance);

    /// <summary>Rows dealt to three banks, all of which have laundering to judge by.</summary>
    private static ImmutableArray<TrainingRows> Banks(RandomRows rows) =>
        [.. Enumerable.Range(0, 100)
            .Select(seed => rows.Split(3, seed))
            .First(banks => banks.All(bank => bank.ValidationLabels.Contains((byte)1)))];

    private static (TrainingState State, int Banks) Train(TrainingPlan plan, RandomRows rows)
    {
        LocalTraining[] banks = [.. Banks(rows).Select(bank => new LocalTraining(plan, bank))];
        TrainingState state = TrainingState.Begin(plan);
        while (state.Request is not null)
        {
            state = state.Advance(PooledTraining.Sum(banks, state), banks.Length);
        }

        return (state, banks.Length);
    }

    private static Model Backwards(RandomRows rows)
    {
        TrainingRows pool = rows.Pooled;
        Label[] turned = [.. pool.TrainingLabels.Select(label => label == 1 ? Label.Legitimate : Label.Laundering)];
        Label[] validation = [.. pool.ValidationLabels.Select(label => (Label)label)];
        return PooledTraining.Train(
            new TrainingPlan(rows.Schema, Trees, 2000, seed: 1),
            new TrainingRows(pool.Training, turned, pool.Validation, validation));
    }

    private static int ChoiceOf(long[] contribution)
    {
        Assert.Equal(RoundRequest.Vote.Length, contribution.Length);
        Assert.Equal(1, contribution.Sum());
        return Array.IndexOf(contribution, 1);
    }
}

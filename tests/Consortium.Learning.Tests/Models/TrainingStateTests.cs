using Consortium.Learning.Binning;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Families.Additive;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Primitives;

namespace Consortium.Learning.Tests.Models;

public sealed class TrainingStateTests
{
    private static readonly BoostingSettings SmallTrees = new()
    {
        Trees = 20,
        Leaves = 8,
        L2 = 1,
        MinimumChildWeight = 0.5,
        RowFraction = 0.8,
        ColumnFraction = 0.7,
    };

    public static TheoryData<FamilySettings> Families =>
    [
        SmallTrees, SmallTrees with { Edges = BinEdgeSource.Sketched }, new LogisticSettings(),
        new AdditiveSettings { Rounds = 30, L2 = 1, MinimumChildWeight = 0.5 },
    ];

    [Fact]
    public void Train_TheseRows_GivesThisModelOnEveryMachine()
    {
        var rows = new RandomRows(seed: 11, rows: 2000, features: 12);
        Assert.Equal(
            "2bbdb64a7f659c653ffe484781feb31946c692a87cc45ec9f40a4dadc3cc58cc",
            Digest(rows, SmallTrees with { Patience = 5, PositiveWeight = 3 }));
        Assert.Equal(
            "14d875e1d4692f38a6c6390b5e192ba1bb40dbcfb1077f61569dc8b758c4d6a1",
            Digest(rows, new LogisticSettings { PositiveWeight = 3 }));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Train_RowsWithASignal_FindsIt(FamilySettings family)
    {
        var rows = new RandomRows(seed: 3, rows: 4000, features: 12);
        TrainingRows pool = rows.Pooled;
        Model model = PooledTraining.Train(new TrainingPlan(rows.Schema, family, 10_000, seed: 1), pool);
        Label[] labels = [.. pool.ValidationLabels.Select(label => (Label)label)];
        double baseRate = labels.Count(label => label == Label.Laundering) / (double)labels.Length;
        Assert.InRange(AveragePrecision.Of(model.LogOdds(pool.Validation), labels), 1.5 * baseRate, 1);
    }

    [Fact]
    public void Train_NoisyLabels_StopsAtTheBestTrees()
    {
        var rows = new RandomRows(seed: 3, rows: 1500, features: 4);
        BoostingSettings settings = SmallTrees with { Trees = 200, Patience = 5, LearningRate = 0.5 };
        var model = (TreeEnsemble)PooledTraining.Train(new TrainingPlan(rows.Schema, settings, 10_000, seed: 1), rows.Pooled);
        Assert.InRange(model.Trees.Length, 1, 199);
    }

    [Fact]
    public void Train_TreesOfAnyShape_KeepTheirLimits()
    {
        var rows = new RandomRows(seed: 8, rows: 3000, features: 8);
        BoostingSettings settings = SmallTrees with { RowFraction = 1, Leaves = 13, SplitsPerRound = 4, MinimumChildWeight = 2 };
        var model = (TreeEnsemble)PooledTraining.Train(new TrainingPlan(rows.Schema, settings, 10_000, seed: 1), rows.Pooled);
        Assert.Equal(20, model.Trees.Length);
        Assert.All(model.Trees, tree => Assert.InRange(tree.LeafCount, 2, 13));
        Assert.All(model.Trees.SelectMany(tree => tree.LeafWeights), weight => Assert.True(weight >= 2));
        Assert.Contains(model.Trees, tree => tree.LeafCount == 13);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Train_NoRowsAtAll_GivesAModelThatScores(FamilySettings family)
    {
        var rows = new RandomRows(seed: 1, rows: 0, features: 3);
        Model model = PooledTraining.Train(new TrainingPlan(rows.Schema, family, 10, seed: 1), rows.Pooled);
        Assert.All(
            model.LogOdds(new RandomRows(seed: 2, rows: 50, features: 3).Pooled.Training),
            score => Assert.True(double.IsFinite(score)));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Request_LargestPlanAndCohort_SumsWithin63Bits(FamilySettings family)
    {
        var rows = new RandomRows(seed: 4, rows: 200, features: 5);
        var plan = new TrainingPlan(rows.Schema, family, TrainingPlan.LargestMaximumRows, seed: 1);
        var bank = new LocalTraining(plan, rows.Pooled);
        TrainingState state = TrainingState.Begin(plan);
        while (state.Request is { } request)
        {
            Assert.True(request.Levels - 1 <= long.MaxValue / TrainingState.LargestCohort);
            state = state.Advance(bank.Contribute(state), cohort: 1);
        }
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Advance_AnySumWithinBounds_GivesAStateOrAnArgumentException(FamilySettings family)
    {
        var rows = new RandomRows(seed: 4, rows: 100, features: 4);
        var plan = new TrainingPlan(rows.Schema, family, TrainingPlan.LargestMaximumRows, seed: 1);
        var bank = new LocalTraining(plan, rows.Pooled);
        TrainingState state = TrainingState.Begin(plan);
        while (state.Request is { } request)
        {
            foreach (long extreme in new[] { 0, 1, request.Levels / 2, request.Levels - 1 })
            {
                long[] sum = new long[request.Length];
                sum.AsSpan().Fill(extreme * TrainingState.LargestCohort);
                AssertGoesOnOrRejects(state, sum, TrainingState.LargestCohort);
                for (int i = 0; i < sum.Length; i += 2)
                {
                    sum[i] = 0;
                }

                AssertGoesOnOrRejects(state, sum, TrainingState.LargestCohort);
            }

            state = state.Advance(bank.Contribute(state), cohort: 1);
        }
    }

    [Fact]
    public void Advance_SumOfTheWrongShape_IsRejectedWithValueAndLimit()
    {
        var rows = new RandomRows(seed: 4, rows: 100, features: 4);
        var plan = new TrainingPlan(rows.Schema, SmallTrees, 100, seed: 1);
        TrainingState state = TrainingState.Begin(plan);
        long[] sum = new LocalTraining(plan, rows.Pooled).Contribute(state);
        Assert.Throws<ArgumentException>(() => state.Advance(sum.AsSpan(1), 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => state.Advance(sum, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => state.Advance(sum, TrainingState.LargestCohort + 1));
        sum[5] = -1;
        Assert.Contains(
            "Entry 5", Assert.Throws<ArgumentException>(() => state.Advance(sum, 1)).Message, StringComparison.Ordinal);
        sum[5] = (2 * (state.Request!.Value.Levels - 1)) + 1;
        Assert.Throws<ArgumentException>(() => state.Advance(sum, 2));
    }

    [Fact]
    public void Advance_CompleteState_Throws()
    {
        var rows = new RandomRows(seed: 1, rows: 0, features: 3);
        var plan = new TrainingPlan(rows.Schema, SmallTrees, 100, seed: 1);
        var bank = new LocalTraining(plan, rows.Pooled);
        TrainingState state = TrainingState.Begin(plan);
        while (state.Request is not null)
        {
            state = state.Advance(bank.Contribute(state), 1);
        }

        Assert.Throws<InvalidOperationException>(() => state.Advance([], 1));
        Assert.Throws<InvalidOperationException>(() => bank.Contribute(state));
        Assert.NotNull(state.Model);
    }

    /// <summary>Nothing that depends on payments alone is asked for before learning starts.</summary>
    [Fact]
    public void Begin_PublicEdges_AsksForTheFirstTreesRootAtOnce()
    {
        var plan = new TrainingPlan(
            RandomRows.SchemaOf(4), SmallTrees with { ColumnFraction = 1, Bins = 16, Patience = 3 }, 1000, seed: 1);
        var state = (BoostingState)TrainingState.Begin(plan);
        Assert.Equal(1, state.AskedNodes);
        Assert.Equal(2 * state.Frame.Layout.TotalBins, state.Request!.Value.Length);
        Assert.All(plan.Units.Zip(state.Frame.Layout.Edges), column =>
            Assert.Equal(PublicEdges.Of(column.First, 16).UpperEdges, column.Second.UpperEdges));
        Assert.DoesNotContain(false, state.Frame.Layout.HasMissing);
    }

    [Fact]
    public void Begin_Logistic_AsksForTheFirstStepAtOnce()
    {
        var plan = new TrainingPlan(RandomRows.SchemaOf(4), new LogisticSettings(), 1000, seed: 1);
        Assert.Equal(5 + (5 * 6 / 2), TrainingState.Begin(plan).Request!.Value.Length);
    }

    [Fact]
    public void LocalTraining_PlanWithOtherUnitsThanTheSchema_IsRejected()
    {
        var rows = new RandomRows(seed: 1, rows: 50, features: 3);
        byte[] bent = new TrainingPlan(rows.Schema, SmallTrees, 100, 1).ToBytes();
        const int FirstUnit = 4 + 32 + 4;
        Assert.Equal((byte)FeatureUnit.Deviations, bent[FirstUnit]);
        bent[FirstUnit] = (byte)FeatureUnit.Count;

        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new LocalTraining(TrainingPlan.FromBytes(bent), rows.Pooled));
        Assert.Contains("units", error.Message, StringComparison.Ordinal);

        bent[FirstUnit] = 0;
        Assert.Contains(
            "unit 0", Assert.Throws<MalformedDataException>(() => TrainingPlan.FromBytes(bent)).Message,
            StringComparison.Ordinal);
    }

    /// <summary>Trees mend a base rate that is off by ten.</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    public void Train_BaseRateFarOff_FindsTheSignalAllTheSame(double baseRate)
    {
        var rows = new RandomRows(seed: 3, rows: 4000, features: 12);
        TrainingRows pool = rows.Pooled;
        Label[] labels = [.. pool.ValidationLabels.Select(label => (Label)label)];
        double Precision(double rate) => AveragePrecision.Of(
            PooledTraining.Train(
                new TrainingPlan(rows.Schema, SmallTrees with { Trees = 60, BaseRate = rate }, 10_000, seed: 1), pool)
                    .LogOdds(pool.Validation), labels);

        double right = Precision(labels.Count(label => label == Label.Laundering) / (double)labels.Length);
        Assert.InRange(Precision(baseRate), right - 0.05, 1);
    }

    [Fact]
    public void Contribute_RoundAfterRound_RepeatsNoHistogram()
    {
        var rows = new RandomRows(seed: 4, rows: 500, features: 4);
        var plan = new TrainingPlan(rows.Schema, SmallTrees, 1000, seed: 1);
        var bank = new LocalTraining(plan, rows.Pooled);
        TrainingState state = TrainingState.Begin(plan);
        HashSet<string> seen = [];
        while (state.Request is not null)
        {
            long[] contribution = bank.Contribute(state);
            Assert.True(seen.Add(string.Join(',', contribution)));
            state = state.Advance(contribution, 1);
        }
    }

    [Fact]
    public void LocalTraining_RowsThatDontFitThePlan_AreRejected()
    {
        var rows = new RandomRows(seed: 1, rows: 50, features: 3);
        TrainingRows pool = rows.Pooled;
        Assert.Throws<ArgumentException>(
            () => new LocalTraining(new TrainingPlan(RandomRows.SchemaOf(4), SmallTrees, 100, 1), pool));
        Assert.Throws<ArgumentException>(() => new LocalTraining(new TrainingPlan(rows.Schema, SmallTrees, 5, 1), pool));
        var plan = new TrainingPlan(rows.Schema, SmallTrees, 100, 1);
        var other = new TrainingPlan(rows.Schema, SmallTrees, 100, 2);
        Assert.Throws<ArgumentException>(() => new LocalTraining(plan, pool).Contribute(TrainingState.Begin(other)));
    }

    [Fact]
    public void TrainingRows_RowWithoutLabel_IsRejected()
    {
        var features = new FeatureMatrix(RandomRows.SchemaOf(1));
        features.AddRow([1]);
        var none = new FeatureMatrix(RandomRows.SchemaOf(1));
        Assert.Throws<ArgumentException>(() => new TrainingRows(features, [Label.Unknown], none, []));
        Assert.Throws<ArgumentException>(() => new TrainingRows(features, [], none, []));
    }

    [Fact]
    public void TrainingPlan_SettingsThatCantWork_NameValueAndLimit()
    {
        FeatureSchema schema = RandomRows.SchemaOf(3);
        foreach (BoostingSettings settings in new BoostingSettings[]
        {
            new() { Trees = 0 }, new() { Leaves = 1 }, new() { Bins = 256 }, new() { Bins = 1 }, new() { LearningRate = 0 },
            new() { LearningRate = double.NaN },
            new() { L2 = -1 },
            new() { MinimumChildWeight = 0 },
            new() { PositiveWeight = double.PositiveInfinity },
            new() { RowFraction = 1.1 }, new() { ColumnFraction = 0 }, new() { Patience = -1 }, new() { SplitsPerRound = 0 },
            new() { Edges = default }, new() { BaseRate = 0 }, new() { BaseRate = 0.6 },
        })
        {
            Assert.Contains(
                "must be", Assert.Throws<ArgumentException>(() => new TrainingPlan(schema, settings, 10, 1)).Message,
                StringComparison.Ordinal);
        }

        Assert.Throws<ArgumentException>(() => new TrainingPlan(schema, new LogisticSettings { L2 = 0 }, 10, 1));
        Assert.Throws<ArgumentException>(() => new TrainingPlan(schema, SmallTrees, TrainingPlan.LargestMaximumRows + 1, 1));
        Assert.Throws<ArgumentException>(
            () => new TrainingPlan(RandomRows.SchemaOf(2000), SmallTrees with { Leaves = 4096, SplitsPerRound = 4096 }, 10, 1));
    }

    [Fact]
    public void FromBytes_CutOrBentBytes_ThrowMalformedOrAreTheCanonicalBytesOfAnother()
    {
        foreach (byte[] bytes in StatesOfASession())
        {
            for (int length = 0; length < bytes.Length; length += 1 + (length / 16))
            {
                Assert.Throws<MalformedDataException>(() => TrainingState.FromBytes(bytes.AsSpan(0, length)));
            }

            for (int at = 0; at < bytes.Length; at += 1 + (at / 64))
            {
                byte[] bent = [.. bytes];
                bent[at] ^= 0x41;
                try
                {
                    Assert.Equal(bent, TrainingState.FromBytes(bent).Bytes.ToArray());
                }
                catch (MalformedDataException)
                {
                }
            }
        }
    }

    private static IEnumerable<byte[]> StatesOfASession()
    {
        var rows = new RandomRows(seed: 4, rows: 60, features: 3);
        foreach (FamilySettings family in new FamilySettings[]
        {
            SmallTrees with { Trees = 2, Bins = 8, Patience = 1 },
            SmallTrees with { Trees = 2, Bins = 8, Edges = BinEdgeSource.Sketched },
            new LogisticSettings { Steps = 2 },
        })
        {
            var plan = new TrainingPlan(rows.Schema, family, 100, seed: 1, new AcceptanceSettings { LeastLaundering = 1 });
            var bank = new LocalTraining(plan, rows.Pooled);
            TrainingState state = TrainingState.Begin(plan);
            yield return state.Bytes.ToArray();
            while (state.Request is not null)
            {
                state = state.Advance(bank.Contribute(state), 1);
                yield return state.Bytes.ToArray();
            }
        }
    }

    private static void AssertGoesOnOrRejects(TrainingState state, long[] sum, int cohort)
    {
        try
        {
            TrainingState next = state.Advance(sum, cohort);
            Assert.Equal(next.Digest, TrainingState.FromBytes(next.Bytes.ToArray()).Digest);
        }
        catch (ArgumentException)
        {
        }
    }

    private static string Digest(RandomRows rows, FamilySettings family) => Convert.ToHexStringLower(
        PooledTraining.Train(new TrainingPlan(rows.Schema, family, 10_000, seed: 5), rows.Split(banks: 3, seed: 1)).Digest.Span);
}

#pragma warning disable RS0030 // A seeded generator for tests.
using Consortium.Learning.Evaluation;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Primitives;
using Consortium.Privacy;
using CsCheck;

namespace Consortium.Learning.Tests.Models;

public sealed class NoiseTests
{
    private static readonly BoostingSettings Turns = new()
    {
        Trees = 14,
        Leaves = 4,
        Bins = 31,
        Columns = ColumnChoice.Turns,
        KeptColumns = 2,
        PositiveWeight = 3,
        MinimumChildWeight = 2,
        L2 = 5,
        LearningRate = 0.3,
        BaseRate = 0.1,
    };

    private static readonly BoostingSettings Random = Turns with { Columns = ColumnChoice.Random, Leaves = 7 };

    private static readonly NoisePlan Noise = new() { Multiplier = 2, Unit = PrivacyUnit.Payment, LeastBanks = 4 };

    private static readonly
        Gen<(BoostingSettings Settings, NoisePlan Noise, int Rows, int Features, int Banks, int Seed)> Sessions =
        from columns in Gen.OneOfConst(ColumnChoice.Turns, ColumnChoice.Random)
        from trees in Gen.Int[1, 12]
        from leaves in Gen.Int[2, 9]
        from bins in Gen.Int[2, 63]
        from kept in Gen.Int[0, 3]
        from multiplier in Gen.Double[0.1, 40]
        from cap in Gen.Int[0, 4]
        from banks in Gen.Int[3, 7]
        from rows in Gen.Int[0, 500]
        from features in Gen.Int[1, 8]
        from seed in Gen.Int[0, int.MaxValue]
        select (
            Turns with { Columns = columns, Trees = trees, Leaves = leaves, Bins = bins, KeptColumns = kept },
            new NoisePlan
            {
                Multiplier = multiplier,
                Unit = cap == 0 ? PrivacyUnit.Payment : PrivacyUnit.Account,
                AccountCap = cap,
                LeastBanks = banks,
            },
            rows, features, banks, seed);

    /// <summary>The same rows in one place, with the same noise, give the same model, byte for byte.</summary>
    [Fact]
    public void Train_AnySessionWithTheSameNoise_BanksAndPoolGiveTheSameModel() => Sessions.Sample(
        session =>
        {
            var rows = new RandomRows(session.Seed, session.Rows, session.Features);
            var plan = new TrainingPlan(
                rows.Schema, session.Settings, maximumRows: 1000, (ulong)session.Seed, noise: session.Noise);
            TrainingRows none = WithAccounts(new RandomRows(session.Seed, rows: 0, session.Features).Pooled, accounts: 1);

            // An account is one bank's: capping what is pooled keeps what capping each bank's rows keeps.
            TrainingRows[] banks =
            [
                .. rows.Split(session.Banks, session.Seed)
                    .Select(part => WithAccounts(part, accounts: 20).Capped(session.Noise.AccountCap)),
            ];
            TrainingRows pooled = Pool(banks);
            Model together = PooledTraining.Train(plan, banks, noise: bank => new SeededNoise(bank));
            Model alone = PooledTraining.Train(
                plan, [pooled, .. Enumerable.Repeat(none, session.Banks - 1)], noise: bank => new SeededNoise(bank));

            Assert.Equal(alone.ToBytes(), together.ToBytes());
        },
        iter: 60,
        threads: 1);

    [Fact]
    public void Train_OtherNoise_GivesAnotherModel()
    {
        var rows = new RandomRows(seed: 3, rows: 800, features: 6);
        foreach (ColumnChoice columns in (ColumnChoice[])[ColumnChoice.Turns, ColumnChoice.Random])
        {
            var plan = new TrainingPlan(rows.Schema, Of(columns), maximumRows: 1000, seed: 3, noise: Noise);
            Model model = PooledTraining.Train(plan, rows.Split(4, 3), noise: bank => new SeededNoise(bank));
            Model other = PooledTraining.Train(plan, rows.Split(4, 3), noise: bank => new SeededNoise(bank + 9));
            Assert.NotEqual(model.Digest.ToArray(), other.Digest.ToArray());
        }
    }

    /// <summary>
    /// One row more or less moves each round's vector so little that the round's loss is what the plan says, by exact
    /// arithmetic over what banks contribute: the accountant's sensitivity.
    /// </summary>
    [Theory]
    [InlineData(ColumnChoice.Turns)]
    [InlineData(ColumnChoice.Random)]
    public void Contribute_OneRowMore_MovesTheVectorNoFurtherThanThePlanSays(ColumnChoice columns)
    {
        double largest = 0;
        for (int seed = 0; seed < 6; seed++)
        {
            var rows = new RandomRows(seed, rows: 200, features: 6);
            NoisePlan noise = Noise with { Multiplier = 1 + seed };
            var plan = new TrainingPlan(rows.Schema, Of(columns), maximumRows: 1000, (ulong)seed, noise: noise);
            TrainingRows all = rows.Pooled;
            for (int left = 0; left < 3; left++)
            {
                int[] others = [.. Enumerable.Range(0, all.Training.RowCount).Where(row => row != left * 7)];
                largest = Math.Max(largest, LargestLoss(plan, all, Select(all, others)) / noise.LossOf(1).Rho);
            }
        }

        Assert.InRange(largest, 0.3, 1);
    }

    /// <summary>All rows of one account at once, of which there are more than the cap.</summary>
    [Theory]
    [InlineData(ColumnChoice.Turns)]
    [InlineData(ColumnChoice.Random)]
    public void Contribute_OneAccountMore_MovesTheVectorNoFurtherThanThePlanSays(ColumnChoice columns)
    {
        var rows = new RandomRows(seed: 4, rows: 300, features: 6);
        NoisePlan noise = Noise with { Unit = PrivacyUnit.Account, AccountCap = 3 };
        var plan = new TrainingPlan(rows.Schema, Of(columns), maximumRows: 1000, seed: 4, noise: noise);
        TrainingRows all = WithAccounts(rows.Pooled, accounts: 11);
        for (int account = 0; account < 11; account++)
        {
            int[] others = [.. Enumerable.Range(0, all.Training.RowCount).Where(row => all.TrainingAccounts[row] != account)];
            Assert.InRange(LargestLoss(plan, all, Select(all, others)) / noise.LossOf(1).Rho, 0, 1);
        }
    }

    [Fact]
    public void Capped_EachAccount_KeepsItsLaunderingRowsAndNoMoreThanTheCap()
    {
        TrainingRows all = WithAccounts(new RandomRows(seed: 5, rows: 400, features: 3).Pooled, accounts: 17);

        TrainingRows capped = all.Capped(6);

        foreach (int account in Enumerable.Range(0, 17))
        {
            int[] before = [.. Enumerable.Range(0, all.Training.RowCount).Where(row => all.TrainingAccounts[row] == account)];
            int[] after = [.. Enumerable.Range(0, capped.Training.RowCount)
                .Where(row => capped.TrainingAccounts[row] == account)];
            Assert.Equal(Math.Min(6, before.Length), after.Length);
            Assert.Equal(
                Math.Min(6, before.Sum(row => all.TrainingLabels[row])), after.Sum(row => capped.TrainingLabels[row]));
        }

        Assert.Same(all, all.Capped(0));
        Assert.Throws<ArgumentException>(() => new RandomRows(seed: 5, rows: 40, features: 3).Pooled.Capped(6));
    }

    /// <summary>
    /// With as many silent banks as the plan allows a sum has the planned variance; with one more it has less, which nobody
    /// can see.
    /// </summary>
    [Theory]
    [InlineData(0, 4.0 / 3)]
    [InlineData(1, 1)]
    [InlineData(2, 2.0 / 3)]
    public void AddTo_SilentBanks_LeaveThePlannedVarianceUpToTheirNumber(int silent, double part)
    {
        const int Entries = 40_000;
        const double Sensitivity = 100;
        var noise = new RoundNoise([Noise.VarianceOf(Sensitivity, share: 1)]);
        long[] sum = new long[Entries];
        for (int bank = 0; bank < Noise.LeastBanks; bank++)
        {
            noise.AddTo(sum, bank < silent ? new Silence() : new SeededNoise(bank));
        }

        double planned = Math.Pow(Noise.Multiplier * Sensitivity, 2);
        double variance = sum.Average(entry => Math.Pow(entry - (Noise.LeastBanks * noise.Room), 2));
        Assert.InRange(variance / planned / part, 0.96, 1.04);
    }

    [Fact]
    public void Request_WithNoise_HasRoomForItOnBothSides()
    {
        var rows = new RandomRows(seed: 1, rows: 50, features: 6);
        var plan = new TrainingPlan(rows.Schema, Turns, maximumRows: 100, seed: 1, noise: Noise);
        TrainingState state = TrainingState.Begin(plan);
        RoundRequest request = state.Request!.Value, exact = TrainingState.Begin(plan.WithoutNoise()).Request!.Value;
        Assert.Null(exact.Noise);
        Assert.Equal(request.Length, exact.Length);

        foreach (NoiseSource source in (NoiseSource[])[new Extreme(1), new Extreme(-1)])
        {
            long[] contribution = new LocalTraining(plan, rows.Pooled, source).Contribute(state);
            Assert.All(contribution, value => Assert.InRange(value, 0, request.Levels - 1));
            long[] sum = [.. contribution.Select(value => 4 * value)];
            Assert.NotNull(state.Advance(sum, cohort: 4));
        }
    }

    [Theory]
    [InlineData(ColumnChoice.Turns)]
    [InlineData(ColumnChoice.Random)]
    public void Plan_WithNoise_IsReadBack_AndStatesToo(ColumnChoice columns)
    {
        var rows = new RandomRows(seed: 1, rows: 300, features: 6);
        NoisePlan noise = Noise with { Unit = PrivacyUnit.Account, AccountCap = 5, SilentBanks = 2 };
        var plan = new TrainingPlan(rows.Schema, Of(columns), maximumRows: 1000, seed: 1, noise: noise);

        Assert.Equal(noise, TrainingPlan.FromBytes(plan.ToBytes()).Noise);
        Assert.Equal(noise.LossOf(Turns.Trees), plan.Loss);
        TrainingState state = TrainingState.Begin(plan);
        var local = new LocalTraining(plan, WithAccounts(rows.Pooled, 30), new SeededNoise(1));
        for (int round = 0; state.Request is not null; round++)
        {
            state = state.Advance(local.Contribute(state), cohort: 1);
            Assert.Equal(state.Digest.ToArray(), TrainingState.FromBytes(state.Bytes.Span).Digest.ToArray());
            Assert.True(round < Turns.Trees, "Each tree takes one round.");
        }
    }

    [Fact]
    public void Plan_NoiseThatCannotWork_IsRejectedWithItsSetting()
    {
        FeatureSchema schema = RandomRows.SchemaOf(4);
        void Rejected(FamilySettings settings, NoisePlan noise, string message) => Assert.Contains(
            message,
            Assert.Throws<ArgumentException>(() => new TrainingPlan(schema, settings, 100, 1, noise: noise)).Message,
            StringComparison.Ordinal);

        Rejected(Turns, Noise with { Multiplier = 0 }, "multiplier is 0");
        Rejected(Turns, Noise with { Multiplier = double.NaN }, "multiplier is NaN");
        Rejected(Turns, Noise with { Unit = PrivacyUnit.Account }, "cap is 0");
        Rejected(Turns, Noise with { AccountCap = 4 }, "leave it out");
        Rejected(Turns, Noise with { SilentBanks = 4 }, "SilentBanks is 4");
        Rejected(Turns, Noise with { SilentBanks = 0 }, "a bank knows its own noise");
        Rejected(Turns, Noise with { LeastBanks = 2 }, "LeastBanks is 2");
        Rejected(
            Turns, Noise with { Multiplier = 9_999, Unit = PrivacyUnit.Account, AccountCap = 1_000 }, "wider than can be drawn");
        Rejected(Turns with { Columns = ColumnChoice.Drawn }, Noise, "columns in turn or random splits");
        Rejected(Turns with { Patience = 2 }, Noise, "patience 0");
        Rejected(Turns with { Edges = BinEdgeSource.Sketched }, Noise, "public edges");
        Rejected(new LogisticSettings(), Noise, "no learner made for noise");
    }

    /// <summary>Noise of hundreds of payments: gradients are scaled so that its samples still fit.</summary>
    [Fact]
    public void Plan_NoiseMuchWiderThanUsual_IsDrawnAtASmallerScale()
    {
        var rows = new RandomRows(seed: 2, rows: 60, features: 4);
        NoisePlan wide = Noise with { Multiplier = 600, Unit = PrivacyUnit.Account, AccountCap = 30 };
        var plan = new TrainingPlan(rows.Schema, Turns, 100, 1, noise: wide);

        RoundNoise drawn = TrainingState.Begin(plan).Request!.Value.Noise!;
        Assert.All(drawn.Variances, variance => Assert.InRange(variance, 1L << 40, NoisePlan.LargestVariance));
        TrainingRows all = WithAccounts(rows.Pooled, accounts: 5);
        int[] others = [.. Enumerable.Range(0, all.Training.RowCount).Where(row => all.TrainingAccounts[row] != 0)];
        Assert.InRange(LargestLoss(plan, all, Select(all, others)) / wide.LossOf(1).Rho, 1e-9, 1);
    }

    [Fact]
    public void LocalTraining_PlanWithNoiseAndNoSource_ContributesNothing()
    {
        var rows = new RandomRows(seed: 1, rows: 50, features: 4);
        var plan = new TrainingPlan(rows.Schema, Turns, 100, 1, noise: Noise);

        Assert.Throws<ArgumentException>(() => new LocalTraining(plan, rows.Pooled));
    }

    [Fact]
    public void FromBytes_BentNoise_IsMalformed()
    {
        byte[] bytes = new TrainingPlan(RandomRows.SchemaOf(4), Turns, 100, 1, noise: Noise).ToBytes();
        bytes[^4] = 9; // silent banks, of four

        Assert.Throws<MalformedDataException>(() => TrainingPlan.FromBytes(bytes));
    }

    [Fact]
    public void MultiplierFor_ABudget_SpendsItAndNoMore()
    {
        PrivacyLoss budget = new PrivacyBudget { Epsilon = 8, Delta = 1e-6, Unit = PrivacyUnit.Payment }.Loss;

        PrivacyLoss loss = (Noise with { Multiplier = NoisePlan.MultiplierFor(budget, 389) }).LossOf(389);

        Assert.InRange(loss.Billionths, budget.Billionths - 10, budget.Billionths);
    }

    /// <summary>Splits are drawn before any row is looked at, and tell classes apart all the same, leaf by leaf.</summary>
    [Fact]
    public void Train_RandomSplits_LearnWithoutLookingForSplits()
    {
        var rows = new RandomRows(seed: 9, rows: 2_000, features: 4);
        BoostingSettings settings = Random with { Trees = 60, L2 = 1 };
        var plan = new TrainingPlan(rows.Schema, settings, maximumRows: 2_000, seed: 9);
        var other = new TrainingPlan(rows.Schema, settings, maximumRows: 2_000, seed: 10);

        var model = (TreeEnsemble)PooledTraining.Train(plan, rows.Pooled);
        var few = (TreeEnsemble)PooledTraining.Train(plan, new RandomRows(seed: 3, rows: 100, features: 4).Pooled);

        Assert.Equal(model.Trees.SelectMany(tree => tree.Bins), few.Trees.SelectMany(tree => tree.Bins));
        Assert.NotEqual(
            model.Trees.SelectMany(tree => tree.Bins),
            ((TreeEnsemble)PooledTraining.Train(other, rows.Pooled)).Trees.SelectMany(tree => tree.Bins));
        byte[] labels = [.. rows.Pooled.TrainingLabels];
        double precision = AveragePrecision.Of(
            model.LogOdds(rows.Pooled.Training), [.. labels.Select(label => (Label)label)]);
        Assert.InRange(precision, 1.5 * labels.Average(label => label), 1);
    }

    private static BoostingSettings Of(ColumnChoice columns) => columns == ColumnChoice.Random ? Random : Turns;

    /// <summary>The most that any round tells, in rho, of which of two sets of rows a bank has.</summary>
    private static double LargestLoss(TrainingPlan plan, TrainingRows rows, TrainingRows neighbours)
    {
        var noisy = new LocalTraining(plan, rows, new SeededNoise(1));
        var here = new LocalTraining(plan, rows, new Silence());
        var there = new LocalTraining(plan, neighbours, new Silence());
        double largest = 0;
        for (TrainingState state = TrainingState.Begin(plan); state.Request is { } request;)
        {
            long[] left = here.Contribute(state), right = there.Contribute(state);
            double loss = 0;
            for (int i = 0; i < left.Length; i++)
            {
                double variance = request.Noise!.Variances[i % request.Noise.Variances.Length];
                double planned = variance * (plan.Noise!.LeastBanks - plan.Noise.SilentBanks);
                loss += Math.Pow(left[i] - right[i], 2) / (2 * planned);
            }

            largest = Math.Max(largest, loss);
            state = state.Advance(noisy.Contribute(state), cohort: 1);
        }

        return largest;
    }

    private static TrainingRows Select(TrainingRows rows, int[] kept) => new(
        rows.Training.Select(kept), [.. kept.Select(row => (Label)rows.TrainingLabels[row])], rows.Validation,
        [.. rows.ValidationLabels.Select(label => (Label)label)])
    {
        TrainingAccounts = rows.TrainingAccounts.IsEmpty ? [] : [.. kept.Select(row => rows.TrainingAccounts[row])],
    };

    /// <summary>All banks' rows, each bank's accounts apart from the others'.</summary>
    private static TrainingRows Pool(TrainingRows[] banks)
    {
        var features = new FeatureMatrix(banks[0].Training.Schema);
        var row = new float[features.Schema.Count];
        var accounts = new List<int>();
        for (int bank = 0; bank < banks.Length; bank++)
        {
            for (int i = 0; i < banks[bank].Training.RowCount; i++)
            {
                banks[bank].Training.CopyRow(i, row);
                features.AddRow(row);
                accounts.Add((100 * bank) + banks[bank].TrainingAccounts[i]);
            }
        }

        return new TrainingRows(
            features, [.. banks.SelectMany(bank => bank.TrainingLabels).Select(label => (Label)label)],
            new FeatureMatrix(features.Schema), [])
        {
            TrainingAccounts = [.. accounts],
        };
    }

    private static TrainingRows WithAccounts(TrainingRows rows, int accounts)
    {
        var random = new Random(8);
        return new TrainingRows(
            rows.Training, [.. rows.TrainingLabels.Select(label => (Label)label)], rows.Validation,
            [.. rows.ValidationLabels.Select(label => (Label)label)])
        {
            TrainingAccounts = [.. rows.TrainingLabels.Select(_ => (int)(accounts * Math.Pow(random.NextDouble(), 2)))],
        };
    }

    private sealed class Silence : NoiseSource
    {
        public override void Sample(long variance, Span<long> destination) => destination.Clear();
    }

    private sealed class Extreme(int sign) : NoiseSource
    {
        public override void Sample(long variance, Span<long> destination) => destination.Fill(sign * (1L << 60));
    }
}

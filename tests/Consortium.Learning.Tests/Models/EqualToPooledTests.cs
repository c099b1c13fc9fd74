using Consortium.Learning.Families.Additive;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Primitives;
using CsCheck;

namespace Consortium.Learning.Tests.Models;

public sealed class EqualToPooledTests
{
    private static readonly Gen<BoostingSettings> Boosting =
        from trees in Gen.Int[1, 12]
        from leaves in Gen.Int[2, 16]
        from splits in Gen.Int[1, 8]
        from bins in Gen.Int[2, 255]
        from positiveWeight in Gen.Double[0.5, 20]
        from rowFraction in Gen.Double[0.3, 1.2]
        from columnFraction in Gen.Double[0.2, 1.2]
        from patience in Gen.Int[0, 3]
        from edges in Gen.OneOfConst(BinEdgeSource.Public, BinEdgeSource.Sketched)
        from baseRate in Gen.Double[0.001, 0.5]
        from columns in Gen.OneOfConst(ColumnChoice.Drawn, ColumnChoice.Turns, ColumnChoice.Random)
        from kept in Gen.Int[0, 3]
        select new BoostingSettings
        {
            Trees = trees,
            Leaves = leaves,
            SplitsPerRound = splits,
            Bins = bins,
            PositiveWeight = positiveWeight,
            RowFraction = Math.Min(1, rowFraction),
            ColumnFraction = Math.Min(1, columnFraction),
            Patience = patience,
            Edges = edges,
            BaseRate = baseRate,
            Columns = columns,
            KeptColumns = kept,
            MinimumChildWeight = 0.5,
            L2 = 1,
        };

    private static readonly Gen<LogisticSettings> Logistic =
        from steps in Gen.Int[1, 8]
        from positiveWeight in Gen.Double[0.5, 20]
        select new LogisticSettings { Steps = steps, PositiveWeight = positiveWeight };

    private static readonly Gen<AdditiveSettings> Additive =
        from rounds in Gen.Int[1, 10]
        from stumps in Gen.Int[1, 5]
        from bins in Gen.Int[2, 255]
        from positiveWeight in Gen.Double[0.5, 20]
        from columnFraction in Gen.Double[0.2, 1.2]
        select new AdditiveSettings
        {
            Rounds = rounds,
            StumpsPerRound = stumps,
            Bins = bins,
            PositiveWeight = positiveWeight,
            ColumnFraction = Math.Min(1, columnFraction),
            MinimumChildWeight = 0.5,
            L2 = 1,
        };

    private static readonly Gen<FamilySettings> AnyFamily = Gen.OneOf(
        Boosting.Select(settings => (FamilySettings)settings),
        Logistic.Select(settings => (FamilySettings)settings),
        Additive.Select(settings => (FamilySettings)settings));

    private static readonly Gen<(FamilySettings Settings, int Rows, int Features, int Banks, int Seed)> Sessions =
        from settings in AnyFamily
        from rows in Gen.Int[0, 900]
        from features in Gen.Int[1, 14]
        from banks in Gen.Int[1, 12]
        from seed in Gen.Int[0, int.MaxValue]
        select (settings, rows, features, banks, seed);

    [Fact]
    public void Train_AnySplitOverBanks_GivesThePooledModelByteForByte() => Sessions.Sample(
        session =>
        {
            var rows = new RandomRows(session.Seed, session.Rows, session.Features);
            var plan = new TrainingPlan(rows.Schema, session.Settings, maximumRows: 1000, (ulong)session.Seed);
            Model pooled = PooledTraining.Train(plan, rows.Pooled);
            Model together = PooledTraining.Train(plan, rows.Split(session.Banks, session.Seed + 1));
            Assert.Equal(pooled.ToBytes(), together.ToBytes());
            Assert.Equal(pooled.Digest, together.Digest);
        },
        iter: 150,
        threads: 1);

    [Fact]
    public void Contribute_AnySession_StaysWithinTheRequestedBounds() => Sessions.Sample(
        session =>
        {
            var rows = new RandomRows(session.Seed, session.Rows, session.Features);
            var plan = new TrainingPlan(rows.Schema, session.Settings, Math.Max(1, session.Rows), (ulong)session.Seed);
            LocalTraining[] banks = [.. rows.Split(session.Banks, session.Seed).Select(part => new LocalTraining(plan, part))];
            TrainingState state = TrainingState.Begin(plan);
            while (state.Request is { } request)
            {
                foreach (LocalTraining bank in banks)
                {
                    long[] contribution = bank.Contribute(state);
                    Assert.Equal(request.Length, contribution.Length);
                    Assert.All(contribution, value => Assert.InRange(value, 0, request.Levels - 1));
                }

                state = state.Advance(PooledTraining.Sum(banks, state), banks.Length);
            }
        },
        iter: 20,
        threads: 1);

    [Fact]
    public void FromBytes_StateOfAnyRound_ContinuesToTheSameModelAtAFreshBank() => Sessions.Sample(
        session =>
        {
            var rows = new RandomRows(session.Seed, Math.Min(session.Rows, 300), session.Features);
            var plan = new TrainingPlan(rows.Schema, session.Settings, maximumRows: 1000, (ulong)session.Seed);
            TrainingRows pool = rows.Pooled;
            var bank = new LocalTraining(plan, pool);
            TrainingState state = TrainingState.Begin(plan);
            while (state.Request is not null)
            {
                TrainingState read = TrainingState.FromBytes(state.Bytes.ToArray());
                Assert.Equal(state.Digest, read.Digest);
                Assert.Equal(state.Request, read.Request);
                long[] contribution = bank.Contribute(state);
                Assert.Equal(contribution, new LocalTraining(plan, pool).Contribute(read));
                state = read.Advance(contribution, cohort: 1);
            }

            Assert.Equal(PooledTraining.Train(plan, pool).Digest, state.Model!.Digest);
            Assert.Equal(state.Model.Digest, Model.FromBytes(state.Model.ToBytes()).Digest);
        },
        iter: 30,
        threads: 1);
}

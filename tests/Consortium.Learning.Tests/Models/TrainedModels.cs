using Consortium.Learning.Families.Additive;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;

namespace Consortium.Learning.Tests.Models;

/// <summary>One model of each family as training makes them, and the rows they learned from, shared by tests.</summary>
internal static class TrainedModels
{
    private static readonly RandomRows Source = new(seed: 11, rows: 3000, features: 12);

    private static readonly Lazy<Model> BoostedTrees = new(
        () => Train(new BoostingSettings { Trees = 60, MinimumChildWeight = 0.5 }));

    private static readonly Lazy<Model> Regression = new(() => Train(new LogisticSettings()));

    private static readonly Lazy<Model> Tables = new(
        () => Train(new AdditiveSettings { Rounds = 100, MinimumChildWeight = 0.5, ColumnFraction = 1 }));

    public static AdditiveModel Additive => (AdditiveModel)Tables.Value;

    public static TreeEnsemble Trees => (TreeEnsemble)BoostedTrees.Value;

    public static LogisticModel Logistic => (LogisticModel)Regression.Value;

    public static FeatureMatrix Rows => Source.Pooled.Training;

    private static Model Train(FamilySettings settings) =>
        PooledTraining.Train(new TrainingPlan(Source.Schema, settings, maximumRows: 3000, seed: 1), Source.Pooled);
}

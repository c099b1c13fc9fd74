using System.Collections.Immutable;
using Consortium.Learning.Binning;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Additive;

/// <summary>Boosting of stumps: a score is a sum of one table a feature, so that each feature's part can be read off.</summary>
public sealed record AdditiveSettings : FamilySettings
{
    private const int MaximumRounds = 10_000;
    private const int MaximumStumps = 256;

    /// <summary>Rounds; each takes one sum.</summary>
    public int Rounds { get; init; } = 400;

    /// <summary>Stumps of a round at most, each on another feature: the best of those drawn.</summary>
    public int StumpsPerRound { get; init; } = 4;

    /// <summary>Bins a feature at most, the missing bin not counted.</summary>
    public int Bins { get; init; } = 31;

    /// <summary>Shrinkage: what part of its Newton step each stump takes.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>Added to each side's summed second derivatives.</summary>
    public double L2 { get; init; } = 10;

    /// <summary>Summed second derivatives that each side must have, class weights included.</summary>
    public double MinimumChildWeight { get; init; } = 5;

    /// <summary>How many legitimate rows one laundering row counts for.</summary>
    public double PositiveWeight { get; init; } = 1;

    /// <summary>Part of the features that each round may split, drawn for every round.</summary>
    public double ColumnFraction { get; init; } = 0.3;

    /// <summary>The share of rows that is laundering, roughly: log-odds start there.</summary>
    public double BaseRate { get; init; } = 0.0025;

    /// <summary>The hyper-parameters, in the order of their bytes.</summary>
    internal static ImmutableArray<Hyperparameter> All { get; } =
    [
        Hyperparameter.Whole<AdditiveSettings>(
            "rounds", 1, MaximumRounds, "rounds of training",
            settings => settings.Rounds, (settings, value) => settings with { Rounds = value }),
        Hyperparameter.Whole<AdditiveSettings>(
            "stumpsPerRound", 1, MaximumStumps, "stumps that one round adds at most, each on another feature",
            settings => settings.StumpsPerRound, (settings, value) => settings with { StumpsPerRound = value }),
        Hyperparameter.Whole<AdditiveSettings>(
            "bins", 2, BinEdges.MaximumBins, "bins a feature at most",
            settings => settings.Bins, (settings, value) => settings with { Bins = value }),
        Hyperparameter.Number<AdditiveSettings>(
            "learningRate", 0, 1, "what part of its Newton step each stump takes",
            settings => settings.LearningRate,
            (settings, value) => settings with { LearningRate = value }) with { ExcludesLeast = true },
        Hyperparameter.Number<AdditiveSettings>(
            "l2", 0, 1e9, "regularisation: added to each side's summed second derivatives",
            settings => settings.L2, (settings, value) => settings with { L2 = value }),
        Hyperparameter.Number<AdditiveSettings>(
            "minimumChildWeight", 1e-3, 1e9, "summed second derivatives that each side must have",
            settings => settings.MinimumChildWeight, (settings, value) => settings with { MinimumChildWeight = value }),
        Hyperparameter.Number<AdditiveSettings>(
            "positiveWeight", 1e-3, 1e3, "how many legitimate rows one laundering row counts for",
            settings => settings.PositiveWeight, (settings, value) => settings with { PositiveWeight = value }),
        Hyperparameter.Number<AdditiveSettings>(
            "columnFraction", 0, 1, "part of the features that each round may split",
            settings => settings.ColumnFraction,
            (settings, value) => settings with { ColumnFraction = value }) with { ExcludesLeast = true },
        Hyperparameter.Number<AdditiveSettings>(
            "baseRate", 1e-6, 0.5, "the share of payments that launders, roughly",
            settings => settings.BaseRate, (settings, value) => settings with { BaseRate = value }),
    ];

    public override ModelFamily Family => AdditiveFamily.Instance;

    public override int MostRounds => Rounds;

    /// <summary>A heavy laundering payment must not fill a side alone: the floor is on the weight of legitimate ones.</summary>
    public override IReadOnlyList<SettingsQuantity> Quantities() =>
    [
        new(QuantityKind.ChildHessian, MinimumChildWeight / Math.Max(1, PositiveWeight)),
        new(QuantityKind.L2, L2),
        new(QuantityKind.Leaves, 2),
        new(QuantityKind.Depth, 1),
        new(QuantityKind.Bins, Bins),
        new(QuantityKind.Trees, (double)Rounds * StumpsPerRound),
    ];

    public override int LargestRequest(int featureCount) =>
        2 * Math.Max(1, (int)Math.Ceiling(ColumnFraction * featureCount)) * (Bins + 1);
}

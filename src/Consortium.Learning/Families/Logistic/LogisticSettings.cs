using System.Collections.Immutable;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Logistic;

/// <summary>Logistic regression by Newton steps.</summary>
public sealed record LogisticSettings : FamilySettings
{
    private const int MaximumStepCount = 1000;
    private const int MaximumFeatures = 1024;

    /// <summary>Newton steps at most.</summary>
    public int Steps { get; init; } = 25;

    /// <summary>Converged when no weight moves further than this.</summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Added to the diagonal of the summed second derivatives, but for the intercept.</summary>
    public double L2 { get; init; } = 1;

    /// <summary>How many legitimate rows one laundering row counts for.</summary>
    public double PositiveWeight { get; init; } = 1;

    /// <summary>The hyper-parameters, in the order of their bytes.</summary>
    internal static ImmutableArray<Hyperparameter> All { get; } =
    [
        Hyperparameter.Whole<LogisticSettings>(
            "steps", 1, MaximumStepCount, "Newton steps at most",
            settings => settings.Steps, (settings, value) => settings with { Steps = value }),
        Hyperparameter.Number<LogisticSettings>(
            "tolerance", 0, 1, "converged when no weight moves further than this",
            settings => settings.Tolerance, (settings, value) => settings with { Tolerance = value }),
        Hyperparameter.Number<LogisticSettings>(
            "l2", 1e-6, 1e9, "regularisation: added to the diagonal of the summed second derivatives",
            settings => settings.L2, (settings, value) => settings with { L2 = value }),
        Hyperparameter.Number<LogisticSettings>(
            "positiveWeight", 1e-3, 1e3, "how many legitimate rows one laundering row counts for",
            settings => settings.PositiveWeight, (settings, value) => settings with { PositiveWeight = value }),
    ];

    public override ModelFamily Family => LogisticFamily.Instance;

    public override int MostRounds => Steps;

    public override IReadOnlyList<SettingsQuantity> Quantities() => [new(QuantityKind.L2, L2)];

    public override int LargestRequest(int featureCount) =>
        featureCount + 1 + ((featureCount + 1) * (featureCount + 2) / 2);

    protected override string? Misfit(int featureCount) => featureCount > MaximumFeatures
        ? $"{featureCount} features are more than the {MaximumFeatures} of a logistic regression."
        : null;
}

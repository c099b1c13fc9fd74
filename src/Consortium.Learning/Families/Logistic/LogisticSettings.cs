using Consortium.Learning.Models;
using Consortium.Primitives;

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

    public override IReadOnlyList<SettingsQuantity> Quantities() => [new(QuantityKind.L2, L2)];

    internal static LogisticSettings ReadSettings(ref CanonicalReader reader) => new()
    {
        Steps = reader.Int32(),
        Tolerance = reader.Finite(),
        L2 = reader.Finite(),
        PositiveWeight = reader.Finite(),
    };

    internal override int LargestRequest(int featureCount) => featureCount + 1 + ((featureCount + 1) * (featureCount + 2) / 2);

    internal override void Write(CanonicalWriter writer)
    {
        writer.UInt8(LogisticModel.Kind);
        writer.Int32(Steps);
        writer.Double(Tolerance);
        writer.Double(L2);
        writer.Double(PositiveWeight);
    }

    internal override string? Fault(int featureCount) => this switch
    {
        { Steps: < 1 or > MaximumStepCount } => $"Steps is {Steps}; it must be 1 to {MaximumStepCount}.",
        { Tolerance: not (>= 0 and <= 1) } => $"Tolerance is {Tolerance}; it must be 0 to 1.",
        { L2: not (>= 1e-6 and <= 1e9) } => $"L2 is {L2}; it must be 1e-6 to 1e9.",
        { PositiveWeight: not (>= 1e-3 and <= 1e3) } => $"PositiveWeight is {PositiveWeight}; it must be 0.001 to 1000.",
        _ when featureCount > MaximumFeatures => $"{featureCount} features are more than the {MaximumFeatures} of a logistic regression.",
        _ => null,
    };
}

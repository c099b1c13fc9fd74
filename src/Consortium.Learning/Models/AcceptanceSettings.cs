using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>How the banks of a session decide, by one more secure sum, whether its finished model is adopted.</summary>
public sealed record AcceptanceSettings
{
    /// <summary>More than this no bank could reasonably ask of a consortium's model.</summary>
    public const int MostFraction = 2;

    /// <summary>
    /// A bank accepts a model that reaches this part of the average precision, over the bank's own validation rows, of a model
    /// that it trains by the same plan on its own rows alone.
    /// </summary>
    public double Fraction { get; init; } = 0.9;

    /// <summary>A bank with fewer laundering validation rows than this abstains.</summary>
    public int LeastLaundering { get; init; } = 10;

    /// <summary>
    /// With fewer votes than this, abstentions not counted, the model is not adopted. With as many, more than half of them must
    /// accept it.
    /// </summary>
    public int LeastVotes { get; init; } = 2;

    /// <summary>What can't work about these settings, naming value and limit; null if nothing.</summary>
    internal string? Fault() => this switch
    {
        { Fraction: not (> 0 and <= MostFraction) } =>
            $"The acceptance's Fraction is {Fraction}; it must be above 0 and at most {MostFraction}.",
        { LeastLaundering: < 1 or > TrainingPlan.LargestMaximumRows } =>
            $"The acceptance's LeastLaundering is {LeastLaundering}; it must be 1 to {TrainingPlan.LargestMaximumRows}.",
        { LeastVotes: < 1 or > TrainingState.LargestCohort } =>
            $"The acceptance's LeastVotes is {LeastVotes}; it must be 1 to {TrainingState.LargestCohort}.",
        _ => null,
    };

    internal static AcceptanceSettings Read(ref CanonicalReader reader) => new()
    {
        Fraction = reader.Finite(),
        LeastLaundering = reader.Int32(),
        LeastVotes = reader.Int32(),
    };

    internal void Write(CanonicalWriter writer)
    {
        writer.Double(Fraction);
        writer.Int32(LeastLaundering);
        writer.Int32(LeastVotes);
    }
}

using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Learning.Simulation;

namespace Consortium.Cli.Demo;

/// <summary>Sizes and settings that show a consortium at work within about a minute on two processors.</summary>
internal static class DemoDefaults
{
    public static SimulationPlan Simulation { get; } = new()
    {
        Banks = 5,
        Accounts = 20_000,
        Days = 120,
        Payments = 1_000_000,
        LaunderingRate = 1.0 / 300,
        OutsidePatternShare = 0.4,
    };

    public static BoostingSettings Boosting { get; } = new()
    {
        Trees = 20,
        LearningRate = 0.2,
        SplitsPerRound = 16,
        MinimumChildWeight = 5,
    };

    /// <summary>For a file's payments, as many as they may be.</summary>
    public static BoostingSettings BoostingOfFiles { get; } = new() { SplitsPerRound = 16 };

    public static LogisticSettings Logistic { get; } = new() { PositiveWeight = 5 };
}

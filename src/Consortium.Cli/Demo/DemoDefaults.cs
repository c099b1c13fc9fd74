using Consortium.Learning.Simulation;

namespace Consortium.Cli.Demo;

/// <summary>A size that shows a consortium at work within about a minute on two processors.</summary>
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
}

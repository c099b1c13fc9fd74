using Consortium.Cli.Demo;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using Consortium.Learning.Simulation;

namespace Consortium.Cli.Tests.Demo;

/// <summary>A demonstration that is over in seconds.</summary>
internal static class SmallDemo
{
    public static SimulationPlan Simulation { get; } = new()
    {
        Banks = 3,
        Accounts = 600,
        Days = 20,
        Payments = 6_000,
        LaunderingRate = 0.02,
        LookAlikeShare = 0.4,
    };

    public static DemoOptions Options(string output) => new()
    {
        Simulation = Simulation,
        Family = new BoostingSettings
        {
            Trees = 3,
            Leaves = 6,
            SplitsPerRound = 4,
            Bins = 15,
            ColumnFraction = 0.2,
            MinimumChildWeight = 1,
            PositiveWeight = 5,
        },
        Acceptance = new AcceptanceSettings { Fraction = 0.05, LeastLaundering = 1 },
        Output = output,
    };
}

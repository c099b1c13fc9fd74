namespace Consortium.Learning.Simulation;

/// <summary>Shapes of laundering that honest payments take, too.</summary>
[Flags]
public enum HonestShapes
{
    None = 0,
    Cycles = 1,

    /// <summary>Paths that do not return: money passed on from hand to hand.</summary>
    Chains = 2,
    ScatterGather = 4,
    GatherScatter = 8,
    Stacks = 16,
    All = Cycles | Chains | ScatterGather | GatherScatter | Stacks,
}

using System.Collections.Immutable;

namespace Consortium.Learning.Simulation;

/// <summary>The worlds by the names that commands take.</summary>
public static class SimulationWorlds
{
    private const double FreshStructures = 10;

    public static ImmutableArray<string> Names { get; } = ["default", "fresh", "no-reuse", "worst"];

    /// <exception cref="ArgumentException">None of <see cref="Names"/>.</exception>
    public static SimulationWorld Parse(string name) => Names.IndexOf(name) is >= 0 and int index
        ? (SimulationWorld)index
        : throw new ArgumentException($"No world is named '{name}'; use {string.Join(", ", Names)}.", nameof(name));

    /// <summary>The plan with what the world assumes; the rest stays.</summary>
    public static SimulationPlan In(this SimulationPlan plan, SimulationWorld world)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (world is SimulationWorld.Fresh or SimulationWorld.Worst)
        {
            plan = plan with { HonestStructures = FreshStructures, HonestShapes = HonestShapes.All, RecurringShare = 0 };
        }

        return world is SimulationWorld.NoReuse or SimulationWorld.Worst ? plan with { ReuseShare = 0 } : plan;
    }
}

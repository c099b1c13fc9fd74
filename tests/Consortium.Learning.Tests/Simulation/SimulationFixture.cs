using Consortium.Learning.Simulation;

namespace Consortium.Learning.Tests.Simulation;

/// <summary>One simulation of the default plan, shared by the tests of its statistics.</summary>
public sealed class SimulationFixture
{
    public SimulationPlan Plan { get; } = new();

    public SimulatedData Data { get; } = Simulator.Run(new SimulationPlan());
}

namespace Consortium.Learning.Simulation;

/// <summary>
/// What a simulation assumes where nobody knows how the world is. A method that is good in one of them only depends on that
/// assumption.
/// </summary>
public enum SimulationWorld
{
    /// <summary>Launderers are met again, and look-alikes are those of trade and payroll.</summary>
    Default,

    /// <summary>
    /// For each laundering attempt ten honest structures of laundering's own shapes, all of them first payments.
    /// </summary>
    Fresh,

    /// <summary>No launderer is met twice but by chance.</summary>
    NoReuse,

    /// <summary><see cref="Fresh"/> and <see cref="NoReuse"/> together.</summary>
    Worst,
}

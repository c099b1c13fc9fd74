using Consortium.Learning.Models;
using Consortium.Learning.Simulation;

namespace Consortium.Cli.Demo;

/// <summary>What a demonstration shows, and on what.</summary>
internal sealed record DemoOptions
{
    public const int DefaultFileBanks = 12;

    /// <summary>Alerts that all banks' analysts together can work a day; each bank has its share by payments.</summary>
    public const int AlertsPerDay = 50;

    /// <summary>A file in AMLworld's columns; null makes payments up.</summary>
    public string? Data { get; init; }

    /// <summary>The broker to train over; null stays in the process.</summary>
    public DemoBroker? Broker { get; init; }

    /// <summary>How many banks take part, the largest first; null for all of a file's, or what the simulation has.</summary>
    public int? Banks { get; init; }

    public int KeyHolders { get; init; } = 3;

    public int Threshold { get; init; } = 2;

    public ulong Seed { get; init; } = 1;

    public required FamilySettings Family { get; init; }

    /// <summary>How the banks vote on the model; null where they don't.</summary>
    public AcceptanceSettings? Acceptance { get; init; } = new();

    /// <summary>
    /// The payments to make up where there is no <see cref="Data"/>; its seed and banks are <see cref="Seed"/> and
    /// <see cref="Banks"/>.
    /// </summary>
    public SimulationPlan Simulation { get; init; } = DemoDefaults.Simulation;

    /// <summary>Where the temporary folder is made.</summary>
    public string Temporary { get; init; } = Path.GetTempPath();

    /// <summary>The HTML report; its figures as JSON lie beside it.</summary>
    public required string Output { get; init; }
}

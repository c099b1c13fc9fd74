using System.Collections.Immutable;

namespace Consortium.Cli.Reporting;

/// <summary>What a supervisor asks about a model before anything else.</summary>
internal sealed record ModelCard
{
    public required string Family { get; init; }

    public required string Settings { get; init; }

    public required string Source { get; init; }

    /// <summary>Whether the payments were made up.</summary>
    public required bool IsSimulated { get; init; }

    public required DateOnly FirstTrainingDay { get; init; }

    public required DateOnly FirstTestDay { get; init; }

    public required DateOnly LastDay { get; init; }

    public required int Features { get; init; }

    public required int SchemaVersion { get; init; }

    public required int KeyHolders { get; init; }

    public required int Threshold { get; init; }

    public required string Strength { get; init; }

    public required int MinimumCohort { get; init; }

    /// <summary>What the session's noise guarantees, in a sentence; null where its sums are exact.</summary>
    public string? Guarantee { get; init; }

    public required string Transport { get; init; }

    public required string Session { get; init; }

    public required string Configuration { get; init; }

    public required string Plan { get; init; }

    public required ImmutableArray<string> BlindSpots { get; init; }
}

using System.Collections.Immutable;

namespace Consortium.Cli.Reporting;

/// <summary>What plots and long lists are made of.</summary>
internal sealed record ReportDetails
{
    public required ImmutableArray<BankCurves> Curves { get; init; }

    public required ImmutableArray<AlertDay> Days { get; init; }

    public required ImmutableArray<FeatureShare> Features { get; init; }

    public required ImmutableArray<RoundRecord> Rounds { get; init; }
}

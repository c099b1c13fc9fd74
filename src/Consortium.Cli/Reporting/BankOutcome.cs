namespace Consortium.Cli.Reporting;

/// <summary>One bank's own test rows under three models. Null where its test days hold no laundering.</summary>
internal sealed record BankOutcome
{
    /// <summary>As the data names it.</summary>
    public required string Bank { get; init; }

    public required string Party { get; init; }

    public required int TrainingRows { get; init; }

    public required int TestRows { get; init; }

    public required int TestLaundering { get; init; }

    /// <summary>The alerts its analysts work a day in this comparison.</summary>
    public required int AlertsPerDay { get; init; }

    public required double? OwnAveragePrecision { get; init; }

    public required double? ConsortiumAveragePrecision { get; init; }

    public required double? PooledAveragePrecision { get; init; }

    public required double? OwnRecall { get; init; }

    public required double? ConsortiumRecall { get; init; }

    public required double? PooledRecall { get; init; }

    public required long BytesSent { get; init; }

    public required long BytesReceived { get; init; }
}

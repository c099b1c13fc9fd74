using System.Collections.Immutable;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Reporting;

/// <summary>
/// What came of training: everything that the HTML report shows, as JSON keeps it. Scripts read these names, so they keep their
/// meaning.
/// What was not measured is null.
/// </summary>
internal sealed record TrainingReport
{
    public const int CurrentFormat = 1;

    public int Format { get; init; } = CurrentFormat;

    public required string Title { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether every bank ended with the very model that pooled training gives, by digest.</summary>
    public required bool? IdenticalToPooled { get; init; }

    /// <summary>SHA-256 of the consortium's model in hexadecimal.</summary>
    public required string ModelDigest { get; init; }

    public required string? PooledDigest { get; init; }

    /// <summary>How the banks voted on the model, each by its own validation days; null where they didn't.</summary>
    public VoteTally? Vote { get; init; }

    /// <summary>
    /// From the last bank's finished model to the last bank's word on the vote: the banks' own models are trained in it.
    /// </summary>
    public double? VoteSeconds { get; init; }

    /// <summary>From the operator's plan to the last bank's finished model, before any vote on it.</summary>
    public required double TrainSeconds { get; init; }

    /// <summary>The same rounds on the same rows, in the clear in one place.</summary>
    public required double? PooledTrainSeconds { get; init; }

    public required int Rounds { get; init; }

    /// <summary>Bytes that a bank sent and received, on average over banks.</summary>
    public required long? WireBytesPerBank { get; init; }

    public required ImmutableArray<BankOutcome> Banks { get; init; }

    /// <summary>All banks' alerts together, each bank working its own share of the budget.</summary>
    public required AlertOutcome? Own { get; init; }

    public required AlertOutcome? Consortium { get; init; }

    public required AlertOutcome? Pooled { get; init; }

    public required ImmutableArray<PartyView> Parties { get; init; }

    public required ModelCard Card { get; init; }

    /// <summary>What plots and long lists need; left out where only the result is asked for.</summary>
    public ReportDetails? Details { get; init; }
}

using System.Collections.Immutable;

namespace Consortium.Participant.Data;

/// <summary>A payment that an analyst should look at, and why. For the bank's own eyes.</summary>
public sealed record Alert(
    int Rank,
    double Probability,
    DateTime Timestamp,
    string FromBank,
    string FromAccount,
    string ToBank,
    string ToAccount,
    decimal Amount,
    string Currency,
    string Format,
    ImmutableArray<string> Reasons)
{
    /// <summary>
    /// Identifies the payment for outcomes, whatever model scored it (<see cref="Learning.Payments.Outcomes.AlertId"/>).
    /// </summary>
    public string Id { get; init; } = "";

    /// <summary>
    /// In an alert 24 hours after its payment: the probability that the payment had when it came, by the model that scores
    /// payments when they come; null in other alerts, and where there is no such model.
    /// </summary>
    public double? ProbabilityAtFirst { get; init; }

    /// <summary>What the bank saw in the 24 hours since that raised the probability, in words; none in other alerts.</summary>
    public ImmutableArray<string> Since { get; init; } = [];
}

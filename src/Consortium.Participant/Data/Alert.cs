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
}

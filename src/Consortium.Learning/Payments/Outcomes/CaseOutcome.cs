namespace Consortium.Learning.Payments.Outcomes;

/// <summary>What became of a case about a payment.</summary>
/// <param name="Line">In its file, from 1.</param>
/// <param name="Key">
/// Of the alert (<see cref="AlertId"/>) or of the bank's own identifier (<see cref="PaymentReference"/>).
/// </param>
/// <param name="IsAlert">Which of the two the key is.</param>
/// <param name="Label">Unknown while the case is open.</param>
/// <param name="Decided">When it was decided.</param>
public readonly record struct CaseOutcome(long Line, ulong Key, bool IsAlert, Label Label, DateTime Decided);

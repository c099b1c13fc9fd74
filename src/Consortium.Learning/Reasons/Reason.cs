namespace Consortium.Learning.Reasons;

/// <summary>Why a row was alerted: one sentence for an analyst, and how much it weighed.</summary>
/// <param name="Sentence">What the bank's own data shows, in words.</param>
/// <param name="Contribution">Log-odds that it added.</param>
public readonly record struct Reason(string Sentence, double Contribution);

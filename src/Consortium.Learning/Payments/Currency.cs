namespace Consortium.Learning.Payments;

/// <summary>
/// A currency by its number in the versioned list that <c>Currencies</c> keeps; values are stable across versions.
/// </summary>
public readonly record struct Currency(byte Code);

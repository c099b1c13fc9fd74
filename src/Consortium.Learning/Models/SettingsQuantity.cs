namespace Consortium.Learning.Models;

/// <summary>A quantity that a family states about its settings, for banks whose policies set floors on it.</summary>
/// <param name="Value">The worst that these settings allow.</param>
public readonly record struct SettingsQuantity(QuantityKind Kind, double Value);

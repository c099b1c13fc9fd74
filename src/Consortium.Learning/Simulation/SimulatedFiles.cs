namespace Consortium.Learning.Simulation;

/// <summary>Paths of the AMLworld files that a simulation wrote.</summary>
public sealed record SimulatedFiles(string Payments, string Patterns, string Accounts);

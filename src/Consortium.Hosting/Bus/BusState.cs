namespace Consortium.Hosting.Bus;

/// <summary>How the bus stands, in words for the operator.</summary>
public sealed record BusState(bool IsReady, string Description);

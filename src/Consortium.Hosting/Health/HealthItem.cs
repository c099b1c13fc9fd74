namespace Consortium.Hosting.Health;

/// <summary>One thing that a daemon needs, and how it stands, in words for the operator.</summary>
public sealed record HealthItem(string Name, bool IsGood, string Detail);

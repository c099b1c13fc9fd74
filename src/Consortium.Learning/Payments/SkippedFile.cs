namespace Consortium.Learning.Payments;

/// <summary>A file that is not read because of its name.</summary>
public sealed record SkippedFile(string Name, string Reason);

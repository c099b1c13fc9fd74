namespace Consortium.Scoring;

/// <summary>A query has a seed that the client has used before; the batch is not charged.</summary>
internal sealed class SeedSeenException() : Exception("A query has a seed that was used before.");

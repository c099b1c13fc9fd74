namespace Consortium.Scoring.Tests;

/// <param name="Kind">Of the problem; empty when the answer is none.</param>
/// <param name="Receipt">In base64.</param>
internal sealed record RawAnswer(int Status, string Kind, byte[] Body, string? Receipt)
{
    public (int Status, string Kind) Problem => (Status, Kind);
}

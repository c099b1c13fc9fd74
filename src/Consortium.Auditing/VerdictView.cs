using Consortium.Protocol.Audit;

namespace Consortium.Auditing;

/// <summary>A bundle's verdict as JSON.</summary>
public sealed record VerdictView(
    bool Holds,
    string Consortium,
    string Session,
    string Name,
    bool IsWholeSession,
    bool IsEnd,
    IReadOnlyList<VerdictView.Round> Rounds,
    IReadOnlyList<VerdictView.Finding> Findings)
{
    public static VerdictView Of(BundleVerdict verdict) => new(
        verdict.Holds,
        verdict.Consortium.ToString(),
        verdict.Session.ToString(),
        verdict.Plan.Name,
        verdict.IsWholeSession,
        verdict.IsEnd,
        [.. verdict.Rounds.Select(round => new Round(
            round.Attempt.Round.Value, round.Attempt.Attempt.Value, round.Holds, [.. round.Members.Select(member => member.Name)],
            round.ChunksChecked, round.Chunks))],
        [
            .. verdict.All.Select(
                finding => new Finding(
                    finding.Check.ToString().ToLowerInvariant(), finding.Round?.Value, finding.Party?.Name, finding.Chunk,
                    finding.Detail)),
        ]);

    /// <summary>One round by itself.</summary>
    public sealed record Round(int Number, int Attempt, bool Holds, IReadOnlyList<string> Members, int ChunksChecked, int Chunks);

    /// <summary>Something that does not hold.</summary>
    public sealed record Finding(string Check, int? Round, string? Party, int? Chunk, string Detail);
}

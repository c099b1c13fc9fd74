using Consortium.Cryptography.Encryption;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Operator.Sessions;

/// <summary>A round as commands print it. What was not heard is null.</summary>
public sealed record RoundView(
    int Round,
    string Status,
    int Attempts,
    DateTimeOffset? OpenedAt,
    DateTimeOffset? ReleasedAt,
    double? Seconds,
    IReadOnlyList<RoundView.Member>? Members,
    IReadOnlyList<string>? Approved,
    IReadOnlyList<string>? Released,
    string? Cohort,
    string? StartedFrom,
    string? SumRoot,
    int? Values,
    int? Chunks,
    long? BytesPerBank,
    IReadOnlyList<RoundView.Advance> Reached,
    IReadOnlyList<string> Diverged,
    string? Abandoned,
    string? Disputed,
    IReadOnlyList<RoundView.OpeningProof> OpeningProofs)
{
    public static RoundView Of(SessionLog log, RoundLog round)
    {
        Cohort? cohort = round.Recorded?.Cohort.Statement;
        return new RoundView(
            round.Number.Value,
            round.Recorded is not null || round.Advances.Count > 0 ? "released" : round.OpenedAt is null ? "unknown" : "open",
            round.Attempts,
            Time(round.OpenedAt),
            Time(round.RecordedAt),
            log.Seconds(round),
            cohort is null
                ? null
                : [.. cohort.Members.Select(member => new Member(member.Participant.Name, member.ManifestDigest.ToString()))],
            round.Recorded is null ? null : [.. round.Recorded.Approvals.Select(approval => approval.Sender.Name)],
            round.Recorded is null ? null : [.. round.Recorded.ShareSums.Select(sum => sum.Sender.Name)],
            round.Recorded?.Digest.ToString(),
            cohort?.StartedFrom.ToString(),
            cohort?.SumRoot.ToString(),
            cohort?.Shape.Values,
            cohort?.Shape.Chunks,
            cohort is null ? null : (long)cohort.Shape.Chunks * WireChunk.Size,
            [
                .. round.Advances.Select(
                    advance => new Advance(advance.Key.Name, advance.Value.State.ToString(), advance.Value.IsFinal)),
            ],
            [.. log.Diverged().Where(diverged => diverged.Round == round.Number).Select(diverged => diverged.Bank.Name)],
            round.LastAbandonment,
            round.Dispute?.ToString(),
            [.. round.OpeningProofs.Select(proof => new OpeningProof(
                proof.Bank.Name,
                proof.IsCleared ? "cleared" : proof.IsNamed ? "named" : "open",
                [.. proof.Cleared.Select(holder => holder.Name)],
                [.. proof.Against.Select(verdict => new Finding(verdict.Sender.Name, verdict.Statement.Detail))]))]);
    }

    private static DateTimeOffset? Time(long? at) => at is long known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;

    /// <summary>Whose update is in the sum.</summary>
    public sealed record Member(string Bank, string Manifest);

    /// <summary>How a bank's opening proof for the disputed place fares.</summary>
    public sealed record OpeningProof(
        string Bank, string Status, IReadOnlyList<string> ClearedBy, IReadOnlyList<Finding> Against);

    /// <summary>Why a key holder found that a bank does not prove its opening.</summary>
    public sealed record Finding(string Holder, string Detail);

    /// <summary>The state a bank said it reached.</summary>
    public sealed record Advance(string Bank, string State, bool IsFinal);
}

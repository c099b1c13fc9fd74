using System.Collections.Immutable;
using Consortium.Cryptography.Proofs;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Operator.Sessions;

/// <summary>One round of a session, as the operator heard of it. Not thread-safe.</summary>
public sealed class RoundLog(RoundNumber number)
{
    private readonly SortedDictionary<PartyId, ModelAdvanced> _advances = [];
    private readonly List<Signed<OpeningProofJudged>> _verdicts = [];
    private ImmutableArray<PartyId> _members = [];

    public RoundNumber Number => number;

    /// <summary>Attempts opened, as far as heard.</summary>
    public int Attempts { get; private set; }

    /// <summary>When its first attempt was opened, by the aggregator's clock: Unix milliseconds.</summary>
    public long? OpenedAt { get; private set; }

    /// <summary>Why the last attempt that failed did.</summary>
    public string? LastAbandonment { get; private set; }

    /// <summary>Who took part, approved and released; null until released, or when the record was not heard.</summary>
    public RoundRecorded? Recorded { get; private set; }

    public long? RecordedAt { get; private set; }

    /// <summary>What each bank said it reached.</summary>
    public IReadOnlyDictionary<PartyId, ModelAdvanced> Advances => _advances;

    public long? LastAdvanceAt { get; private set; }

    /// <summary>Where its sum does not open, by most members; null when it opened, or when that was not heard.</summary>
    public DisputedPlace? Dispute { get; private set; }

    /// <summary>What each member of a disputed cohort came to; empty without a dispute.</summary>
    public IReadOnlyList<OpeningProofStatus> OpeningProofs => Dispute is null ? [] :
    [
        .. _members.Select(bank => new OpeningProofStatus(
            bank,
            [
                .. _verdicts.Where(
                    verdict => verdict.Statement.Bank == bank && verdict.Statement.Holds).Select(verdict => verdict.Sender),
            ],
            [.. _verdicts.Where(verdict => verdict.Statement.Bank == bank && !verdict.Statement.Holds)],
            Recorded?.ShareSums.Length)),
    ];

    /// <summary>What most banks said.</summary>
    public ModelAdvanced? Leading =>
        _advances.Values.GroupBy(
            advance => (advance.State, advance.IsFinal, advance.Vote)).MaxBy(group => group.Count())?.First();

    public void Opened(RoundOpened opened, long at)
    {
        Attempts = Math.Max(Attempts, opened.Attempt.Attempt.Value);
        OpenedAt = Math.Min(OpenedAt ?? at, at);
    }

    public void Abandon(AttemptAbandoned abandoned) =>
        LastAbandonment =
            abandoned.Missing.IsEmpty ? abandoned.Detail : $"{abandoned.Detail} ({string.Join(", ", abandoned.Missing)})";

    public void Record(RoundRecorded recorded, long at)
    {
        Recorded = recorded;
        RecordedAt = at;
    }

    public void Contest(DisputeRelayed dispute)
    {
        Dispute = dispute.Place;
        _members = [.. dispute.Cohort.Statement.Members.Select(member => member.Participant)];
    }

    public void Judge(Signed<OpeningProofJudged> verdict) => _verdicts.Add(verdict);

    public void Advance(PartyId bank, ModelAdvanced advanced, long at)
    {
        _advances[bank] = advanced;
        LastAdvanceAt = at;
    }
}

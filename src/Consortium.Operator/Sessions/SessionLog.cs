using System.Collections.Immutable;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;

namespace Consortium.Operator.Sessions;

/// <summary>What the operator's messages of one session, one after the other, tell about it. Not thread-safe.</summary>
public sealed class SessionLog(SessionId session)
{
    private readonly SortedDictionary<RoundNumber, RoundLog> _rounds = [];
    private readonly List<RejectionEntry> _rejections = [];
    private long _resumed;

    public SessionId Session => session;

    /// <summary>The journal's number of the last message added.</summary>
    public long Position { get; private set; }

    /// <summary>When the first message came or was sent: Unix milliseconds.</summary>
    public long Since { get; private set; }

    /// <summary>Null when another journal sent it.</summary>
    public SessionPlan? Plan { get; private set; }

    /// <summary>The plan as it was sent.</summary>
    public Signed<SessionPlan>? SignedPlan { get; private set; }

    /// <summary>What the aggregator said last.</summary>
    public SessionStatusReported? Status { get; private set; }

    /// <summary>Sequence number of the operator's last word on this session.</summary>
    public int ControlSequence { get; private set; }

    public IReadOnlyCollection<RoundLog> Rounds => _rounds.Values;

    public IReadOnlyList<RejectionEntry> Rejections => _rejections;

    public string Name => Plan?.Name ?? "(sent from elsewhere)";

    public string ShortId => session.ToString()[..12];

    /// <summary>Whom the plan names; whoever was heard of, without a plan.</summary>
    public ImmutableArray<PartyId> Participants =>
        Plan?.Participants ?? [.. _rounds.Values.SelectMany(round => round.Advances.Keys).Distinct().Order()];

    public RoundLog? Find(RoundNumber round) => _rounds.GetValueOrDefault(round);

    public void Add(long position, long received, Message message)
    {
        Position = position;
        Since = Since == 0 ? received : Since;
        switch (message)
        {
            case Signed<SessionPlan> plan:
                Plan = plan.Statement;
                SignedPlan = plan;
                break;
            case Signed<SessionControl> control:
                ControlSequence = Math.Max(ControlSequence, control.Statement.Sequence);
                _resumed = control.Statement.Action == SessionAction.Resume ? position : _resumed;
                break;
            case Signed<SessionStatusReported> status:
                Status = status.Statement;
                break;
            case Signed<RoundOpened> opened:
                Round(opened.Statement.Attempt).Opened(
                    opened.Statement, Plan is { } known ? opened.Statement.Deadline - (known.UpdateSeconds * 1000L) : received);
                break;
            case Signed<AttemptAbandoned> abandoned:
                Round(abandoned.Statement.Attempt).Abandon(abandoned.Statement);
                break;
            case Signed<ModelAdvanced> advanced:
                Round(advanced.Statement.Attempt).Advance(advanced.Sender, advanced.Statement, received);
                break;
            case RoundRecorded recorded:
                Round(recorded.Cohort.Statement.Attempt).Record(recorded, received);
                break;
            case DisputeRelayed dispute:
                Round(dispute.Cohort.Statement.Attempt).Contest(dispute);
                break;
            case Signed<OpeningProofJudged> judged:
                Round(judged.Statement.Attempt).Judge(judged);
                break;
            case Signed<Rejected> rejected:
                _rejections.Add(new RejectionEntry(rejected.Sender, rejected.Statement, received, position));
                break;
            default:
                throw new ArgumentException($"A {message.Type} is no message of a session's log.", nameof(message));
        }
    }

    /// <summary>Whether the aggregator and every bank have answered the plan, or someone has rejected it.</summary>
    public bool IsAnswered(PartyId aggregator) =>
        Outcome(aggregator).IsOver
        || (Status is { } status
            && (
                status.Phase is not (RoundPhase.AwaitingKeys or RoundPhase.Collecting)
                    || status.Attempt.Round > RoundNumber.First || status.Waiting.IsEmpty));

    /// <summary>What to do when nobody was against the model and hardly anybody for it.</summary>
    private static string? TooFew(VoteTally vote) => vote is { Rejecting: 0, Abstaining: > 0 }
        ? ". Too few banks voted: one with little laundering on its validation days abstains, and the plan's "
            + "leastLaundering says how little"
        : null;

    /// <summary>How the session fares, and why when it is over.</summary>
    public SessionOutcome Outcome(PartyId aggregator)
    {
        if (
            _rejections.FirstOrDefault(
                rejection => rejection.By == aggregator
                    && rejection.Rejected.SubjectType == MessageType.SessionPlan) is { } rejected)
        {
            return new SessionOutcome(
                OutcomeKind.Rejected, null, $"the aggregator rejected the plan: {rejected.Rejected.Detail}");
        }

        if (Reached() is { } reached)
        {
            return reached.Vote is { IsAdopted: false } against
                ? new SessionOutcome(
                    OutcomeKind.Declined, null,
                    $"after {_rounds.Keys.Last()} rounds the model was not adopted: {against}{TooFew(against)}", against)
                : new SessionOutcome(
                    OutcomeKind.Completed, reached.State,
                    $"after {_rounds.Keys.Last()} rounds{(reached.Vote is { } vote ? $", adopted by {vote}" : null)}",
                    reached.Vote);
        }

        if (Status?.Condition == SessionCondition.Completed)
        {
            return new SessionOutcome(
                OutcomeKind.Completed, null, "says the aggregator; the banks' word on the last round was not heard here");
        }

        if (Spoiled() is { } spoiled)
        {
            return spoiled;
        }

        RejectionEntry[] unwilling =
        [
            .. _rejections.Where(rejection => rejection.IsOfPlan && rejection.By != aggregator && rejection.Position > _resumed)
            .DistinctBy(rejection => rejection.By),
        ];
        if (Status?.Condition is SessionCondition.Aborted)
        {
            return new SessionOutcome(OutcomeKind.Aborted, null, "by the operator");
        }

        if (
            unwilling.Length > 0 && Plan is { } plan && (
                plan.Cohort == CohortRule.Fixed || plan.Participants.Length - unwilling.Length < plan.MinimumCohort))
        {
            return new SessionOutcome(
                OutcomeKind.Rejected, null,
                string.Join("; ", unwilling.GroupBy(rejection => rejection.Rejected.Detail).Select(
                    same => $"{string.Join(", ", same.Select(rejection => rejection.By).Order())} rejected: {same.Key}")));
        }

        return Status?.Condition switch
        {
            SessionCondition.Stalled => new(OutcomeKind.Stalled, null, Exhausted(Status.Attempt.Round)),
            SessionCondition.Paused => new(OutcomeKind.Paused, null, "by the operator"),
            null when _rounds.Count == 0 => new(OutcomeKind.Sent, null, "the aggregator has not answered yet"),
            _ => new(OutcomeKind.Running, null, Unopened() ?? Waiting()),
        };
    }

    /// <summary>Banks whose last word on a round was not what most banks said: their model is another one.</summary>
    public IEnumerable<(PartyId Bank, RoundNumber Round, StateDigest Own, StateDigest Others)> Diverged() =>
        from round in _rounds.Values
        let most = round.Leading
        where most is not null && round.Advances.Count(advance => advance.Value.State == most.State) > round.Advances.Count / 2
        from advance in round.Advances
        where advance.Value.State != most.State
        select (advance.Key, round.Number, advance.Value.State, most.State);

    /// <summary>
    /// How long a round took, to the opening of the next or to the last bank's model: null while it runs, or what is needed was
    /// not heard.
    /// </summary>
    public double? Seconds(RoundLog round) =>
        round.OpenedAt is not long opened ? null
        : round.Number.Value < RoundNumber.Maximum
            && _rounds.GetValueOrDefault(round.Number.Next)?.OpenedAt is long next ? (next - opened) / 1000.0
        : Reached() is not null
            && round.Number == _rounds.Keys.Last() && round.LastAdvanceAt is long last ? Math.Max(0, last - opened) / 1000.0
        : null;

    /// <summary>What most banks said at the end, once they did.</summary>
    private ModelAdvanced? Reached()
    {
        if (Plan is null || _rounds.Values.LastOrDefault() is not { Leading: { } leading } last)
        {
            return null;
        }

        int needed = Math.Max(Plan.MinimumCohort, (Plan.Participants.Length / 2) + 1);
        bool isEnd = leading.IsFinal || last.Number.Value == Plan.Rounds;
        return isEnd && last.Advances.Values.Count(
            advance => advance.State == leading.State
                && advance.IsFinal == leading.IsFinal && advance.Vote == leading.Vote) >= needed ? leading : null;
    }

    /// <summary>The newest round never opens, and the banks' opening proofs show why; null while they do not.</summary>
    private SessionOutcome? Spoiled()
    {
        if (WrongSum() is { } fault)
        {
            return new SessionOutcome(OutcomeKind.Spoiled, null, fault);
        }

        if (_rounds.Values.LastOrDefault() is not { Dispute: { } place, OpeningProofs: var proofs } round)
        {
            return null;
        }

        OpeningProofStatus[] named = [.. proofs.Where(proof => proof.IsNamed)];
        return
            named.Length > 0
                ? new SessionOutcome(
                    OutcomeKind.Spoiled,
                    null,
                    $"round {round.Number} never opens, at {place}: "
                        + $"{string.Join("; ", named.Select(proof => $"{proof.Bank} {proof}"))}. Start a session without "
                        + $"{string.Join(", ", named.Select(proof => proof.Bank))}")
            : proofs.All(proof => proof.IsCleared)
                ? new SessionOutcome(
                    OutcomeKind.Spoiled,
                    null,
                    $"round {round.Number} never opens, at {place}, and every bank proves its opening there: a key holder's "
                        + $"share-sum or the aggregator's sum is wrong. An audit shows the sum")
            : null;
    }

    /// <summary>Most banks found that the newest round's sum is not that of their updates; null while they did not.</summary>
    private string? WrongSum()
    {
        if (_rounds.Values.LastOrDefault() is not { Recorded: { } recorded } round)
        {
            return null;
        }

        PartyId[] banks =
        [
            .. _rejections
                .Where(rejection => rejection.Rejected.Reason == RejectionReason.WrongSum
                    && rejection.Rejected.SubjectDigest == recorded.Cohort.Digest)
                .Select(rejection => rejection.By).Where(Participants.Contains).Distinct().Order(),
        ];
        return banks.Length > Participants.Length / 2
            ? $"round {round.Number} is not opened: {string.Join(", ", banks)} find that the aggregator passes off another sum "
                + "than that of the updates. An audit shows which"
            : null;
    }

    private string Exhausted(RoundNumber round) =>
        $"no attempts at round {round} are left: "
            + (_rounds.GetValueOrDefault(round)?.LastAbandonment ?? "start a plan without the banks that are missing");

    /// <summary>The newest round does not open, and it is not known yet whose doing that is.</summary>
    private string? Unopened() => _rounds.Values.LastOrDefault() is { Dispute: { } place } round
        ? $"round {round.Number} never opens, at {place}; who has proved the opening there: "
            + $"{string.Join("; ", round.OpeningProofs.Select(proof => $"{proof.Bank} {proof}"))}"
        : null;

    private string Waiting() =>
        Status is null || Status.Waiting.IsEmpty || _rounds.Count > 0 && _rounds.Keys.Last() > Status.Attempt.Round
            ? _rounds.Count == 0 ? "round 1" : $"round {_rounds.Keys.Last()}"
            : $"round {Status.Attempt.Round} waits for {string.Join(", ", Status.Waiting)}";

    private RoundLog Round(AttemptId attempt)
    {
        if (!_rounds.TryGetValue(attempt.Round, out RoundLog? round))
        {
            _rounds.Add(attempt.Round, round = new RoundLog(attempt.Round));
        }

        return round;
    }
}

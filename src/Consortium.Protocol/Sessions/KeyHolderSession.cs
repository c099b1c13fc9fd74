using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Releases;

namespace Consortium.Protocol.Sessions;

/// <summary>
/// One key holder's ledger of one session: what it promised, what it released, and every rule about both. This project's README
/// has the argument for why these rules let at most one sum of a round ever be opened. Immutable; transitions are pure.
/// </summary>
public sealed record KeyHolderSession
{
    public required PartyId Holder { get; init; }

    public required CommitteeStrength Committee { get; init; }

    public required Signed<SessionPlan> Plan { get; init; }

    public required SessionId Session { get; init; }

    /// <summary>Digest of the <see cref="SessionKeyOffered"/> that this key holder signed for the session.</summary>
    public required Digest Key { get; init; }

    public SessionProgress Progress { get; init; } = SessionProgress.Started;

    /// <summary>The session is over here: its keys are erased, and nothing of it can be opened any more.</summary>
    public bool IsEnded { get; init; }

    /// <summary>The newest approval. Every older round and attempt is closed for this key holder.</summary>
    public Promise? Promise { get; init; }

    /// <summary>How many approvals this key holder has signed in the session.</summary>
    public long Sequence { get; init; }

    /// <summary>Digest of the last of them.</summary>
    public Digest HeadDigest { get; init; }

    /// <summary>The newest approval seen of each other key holder.</summary>
    public ImmutableSortedDictionary<PartyId, Signed<CohortApproval>> Peers { get; init; } =
        ImmutableSortedDictionary<PartyId, Signed<CohortApproval>>.Empty;

    /// <summary>Key holders caught contradicting themselves. Their approvals no longer count.</summary>
    public ImmutableSortedSet<PartyId> Accused { get; init; } = [];

    /// <summary>Why this key holder takes no further part, or null.</summary>
    public string? Halted { get; init; }

    /// <summary>
    /// Joins a session. The caller has checked the plan with <see cref="PlanCheck"/> and <see cref="LedgerRules"/>.
    /// </summary>
    /// <param name="key">Digest of the session key that this key holder signed and keeps.</param>
    public static KeyHolderSession Join(
        PartyId holder, CommitteeStrength committee, Authentic<Signed<SessionPlan>> plan, Digest key) => new()
        {
            Holder = holder,
            Committee = committee,
            Plan = plan.Message,
            Session = new SessionId(plan.Message.Digest),
            Key = key,
        };

    /// <summary>A closed cohort asks for this key holder's approval.</summary>
    /// <param name="closed">The cohort.</param>
    /// <param name="wrong">Members whose sealed share does not open, or is not on the polynomials that its sender proved.</param>
    /// <param name="rules">Of this key holder's participation ledger.</param>
    public Step<KeyHolderSession, KeyHolderEffect> Close(
        Authentic<CohortClosed> closed, ImmutableArray<PartyId> wrong, LedgerRules rules)
    {
        Signed<Cohort> signed = closed.Message.Cohort;
        Cohort cohort = signed.Statement;
        var digest = new CohortDigest(signed.Digest);
        if (Halted is null
            && Promise is { IsWithdrawn: false } promise
            && promise.Attempt == cohort.Attempt
            && promise.Approval.CohortDigest == digest)
        {
            return new(this, Reminders(promise));
        }

        Rejection? rejection =
            RejectIfHalted()
            ?? Progress.RejectUnlessRunning()
            ?? RejectIfEnded()
            ?? CohortRules.Check(cohort, Plan.Statement, Session, closed.Message.Voids)
            ?? CheckFences(cohort.Attempt)
            ?? (cohort.Shape.IsBallot ? null : rules.Check(Plan.Statement, Session, cohort.Parties))
            ?? (closed.Message.Manifests.All(manifest => manifest.Statement.SessionKeys.Contains(Key))
                ? null
                : new Rejection(
                    RejectionReason.WrongSessionKey,
                    "the updates are sealed to no session key of this key holder, or to another than it offered"))
            ?? (wrong.IsEmpty
                ? null
                : new Rejection(
                    RejectionReason.Spoiled,
                    cohort.Shape.IsBallot
                        ? $"the ballots of {string.Join(", ", wrong)} are none, or do not open"
                        : $"the key shares of {string.Join(", ", wrong)} do not open, or do not belong together"));
        if (rejection is not null)
        {
            Step<KeyHolderSession, KeyHolderEffect> rejected = Reject(MessageType.CohortClosed, signed.Digest, rejection);
            return rejection.Reason == RejectionReason.Spoiled && cohort.Shape.IsBallot
                ? rejected with
                {
                    Effects = [.. wrong.SelectMany(bank => RejectBallot(closed.Message, bank)), .. rejected.Effects],
                }
                : rejected;
        }

        var approval = new CohortApproval
        {
            Attempt = cohort.Attempt,
            CohortDigest = digest,
            Sequence = Sequence + 1,
            PreviousDigest = HeadDigest,
        };
        KeyHolderSession next = this with
        {
            Promise = new Promise { Approval = approval, Approvers = [Holder] },
            Sequence = approval.Sequence,
            HeadDigest = DigestOf(approval),
        };
        ImmutableArray<KeyHolderEffect> effects = [new KeyHolderEffect.SendApproval(approval)];
        return new(
            next,
            Promise is { Release: null, IsWithdrawn: false } old
                ? [.. effects, new KeyHolderEffect.DeleteShares(old.Attempt)]
                : effects);
    }

    /// <summary>
    /// Other key holders' approvals. With T of the promised cohort, its own included, this key holder releases.
    /// </summary>
    public Step<KeyHolderSession, KeyHolderEffect> Receive(Authentic<ApprovalsRelayed> relayed)
    {
        KeyHolderSession next = this;
        var effects = ImmutableArray.CreateBuilder<KeyHolderEffect>();
        foreach (Signed<CohortApproval> approval in relayed.Message.Approvals)
        {
            if (approval.Statement.Attempt.Session == Session)
            {
                next = approval.Sender == Holder ? next.ReceiveOwn(approval, effects) : next.ReceivePeer(approval, effects);
            }
        }

        if (next.Halted is null && next.Promise is { IsWithdrawn: false } promise)
        {
            effects.AddRange(next.Owed(promise));
        }

        return new(next, effects.ToImmutable());
    }

    /// <summary>
    /// The share-sum that <see cref="KeyHolderEffect.ReleaseShareSum"/> asked for. The first one given is the one that is ever
    /// sent.
    /// </summary>
    /// <param name="release">Of the promised cohort.</param>
    /// <param name="cohort">That cohort.</param>
    /// <param name="rules">
    /// Of this key holder's participation ledger, which may have grown since the approval: then nothing is released.
    /// </param>
    public Step<KeyHolderSession, KeyHolderEffect> Released(ShareSumReleased release, Cohort cohort, LedgerRules rules)
    {
        ShareSumManifest manifest = release.Manifest.Statement;
        if (Halted is not null || Promise is not { IsWithdrawn: false } promise
            || promise.Attempt != manifest.Attempt || promise.Approval.CohortDigest != manifest.CohortDigest
            || promise.Approvers.Length < Committee.Threshold)
        {
            return new(this, []);
        }

        if (promise.Release is not null)
        {
            return new(this, Owed(promise));
        }

        if (!cohort.Shape.IsBallot && rules.Check(Plan.Statement, Session, cohort.Parties) is Rejection conflict)
        {
            Step<KeyHolderSession, KeyHolderEffect> rejected = Reject(
                MessageType.CohortClosed, promise.Approval.CohortDigest.Value, conflict);
            Step<KeyHolderSession, KeyHolderEffect> withdrawn = Withdraw();
            return new(withdrawn.State, [.. withdrawn.Effects, .. rejected.Effects]);
        }

        LedgerEntry.Participated entry = rules.Entry(
            ParticipationKind.Released, Plan, promise.Attempt.Round, cohort.Parties, data: null);
        return new(
            this with { Promise = promise with { Release = release } },
            [
                .. cohort.Shape.IsBallot || rules.Ledger.Knows(entry)
                    ? ImmutableArray<KeyHolderEffect>.Empty
                    : [new KeyHolderEffect.Record(entry)],
                new KeyHolderEffect.SendRelease(release),
                new KeyHolderEffect.DeleteShares(promise.Attempt),
            ]);
    }

    /// <summary>The aggregator gave an attempt up. What was released stays released; anything else of it is deleted.</summary>
    public Step<KeyHolderSession, KeyHolderEffect> Abandon(Authentic<Signed<AttemptAbandoned>> abandoned) =>
        abandoned.Message.Statement.Attempt == Promise?.Attempt ? Withdraw() : new(this, []);

    /// <summary>The operator's word. Ending a session withdraws from whatever was not released.</summary>
    public Step<KeyHolderSession, KeyHolderEffect> Control(Authentic<Signed<SessionControl>> control)
    {
        KeyHolderSession next = this with { Progress = Progress.Apply(control.Message.Statement, Session) };
        return next.Progress.Status == SessionStatus.Aborted ? next.End() : new(next, []);
    }

    /// <summary>The aggregator says that nothing of the session is asked for any more.</summary>
    public Step<KeyHolderSession, KeyHolderEffect> End(Authentic<Signed<SessionEnded>> ended) =>
        ended.Message.Statement.Session == Session ? End() : new(this, []);

    /// <summary>A bank agrees a secret before it has an update.</summary>
    public Step<KeyHolderSession, KeyHolderEffect> Agree(Authentic<Signed<SecretAgreed>> agreed)
    {
        SecretAgreed statement = agreed.Message.Statement;
        return new(
            this,
            statement.Session == Session && statement.Holder == Holder && !IsEnded && Halted is null
                && Plan.Statement.Participants.Contains(agreed.Message.Sender)
                    ? [new KeyHolderEffect.AcceptSecret(agreed.Message.Sender, statement)]
                    : []);
    }

    /// <summary>Nothing was heard of the session for so long that it is taken to be over.</summary>
    public Step<KeyHolderSession, KeyHolderEffect> Expire() => End();

    /// <summary>The plan comes again: the offer may have been lost.</summary>
    public Step<KeyHolderSession, KeyHolderEffect> OfferAgain() =>
        new(this, IsEnded ? [] : [new KeyHolderEffect.SendSessionKey()]);

    /// <summary>After a restart: everything that may not have been sent.</summary>
    public Step<KeyHolderSession, KeyHolderEffect> Restart() =>
        new(
            this,
            [
                .. Promise is null ? OfferAgain().Effects : [],
                .. Halted is null && Promise is { IsWithdrawn: false } promise ? Reminders(promise) : [],
            ]);

    private static Digest DigestOf(CohortApproval approval)
    {
        var writer = new CanonicalWriter();
        approval.Write(writer);
        return Digest.Of(writer.Written);
    }

    private Step<KeyHolderSession, KeyHolderEffect> End()
    {
        if (IsEnded)
        {
            return new(this, []);
        }

        Step<KeyHolderSession, KeyHolderEffect> withdrawn = Withdraw();
        return new(withdrawn.State with { IsEnded = true }, [.. withdrawn.Effects, new KeyHolderEffect.EraseSessionKeys()]);
    }

    private Step<KeyHolderSession, KeyHolderEffect> Withdraw() =>
        Promise is { Release: null, IsWithdrawn: false } promise
            ? new(this with
            {
                Promise = promise with { IsWithdrawn = true },
            }, [new KeyHolderEffect.DeleteShares(promise.Attempt)])
            : new(this, []);

    private ImmutableArray<KeyHolderEffect> Reminders(Promise promise) =>
        [new KeyHolderEffect.SendApproval(promise.Approval), .. Owed(promise)];

    private ImmutableArray<KeyHolderEffect> Owed(Promise promise) =>
        promise.Release is ShareSumReleased release ? [new KeyHolderEffect.SendRelease(release)]
        : promise.Approvers.Length >= Committee.Threshold
            ? [new KeyHolderEffect.ReleaseShareSum(promise.Attempt, promise.Approval.CohortDigest)]
        : [];

    /// <summary>
    /// Only ever forward: to a later round, or to a later attempt of a round in which nothing was released. Approving a later
    /// attempt gives the earlier up for good, for only the newest promise can be released.
    /// </summary>
    private Rejection? CheckFences(AttemptId attempt)
    {
        if (Promise is not Promise promise)
        {
            return null;
        }

        int order = attempt.CompareWithin(promise.Attempt);
        return attempt.Round < promise.Attempt.Round
            ? new Rejection(RejectionReason.WrongRound, $"this key holder is at {promise.Attempt}")
            : attempt.Round == promise.Attempt.Round && promise.Release is not null
                ? new Rejection(
                    RejectionReason.AlreadyPromised, $"this key holder released for {promise.Attempt}; the round is closed")
            : order < 0 ? new Rejection(RejectionReason.WrongAttempt, $"this key holder is at {promise.Attempt}")
            : order == 0
                ? new Rejection(
                    RejectionReason.AlreadyPromised,
                    $"this key holder promised cohort {promise.Approval.CohortDigest} for {promise.Attempt}")
            : null;
    }

    /// <summary>A word on one ballot, which T key holders' together void, and what voids it by itself.</summary>
    private IEnumerable<KeyHolderEffect> RejectBallot(CohortClosed closed, PartyId bank)
    {
        Cohort cohort = closed.Cohort.Statement;
        int index = cohort.Members.Index().First(member => member.Item.Participant == bank).Index;
        Digest ballot = cohort.Members[index].ManifestDigest;
        return
        [
            .. closed.SealedShares.IsEmpty
                ? ImmutableArray<KeyHolderEffect>.Empty
                : [new KeyHolderEffect.RevealBallotKey(cohort.Attempt, bank, ballot, closed.SealedShares[index])],
            .. Reject(
                MessageType.UpdateManifest, ballot,
                new Rejection(RejectionReason.Spoiled, $"the ballot of '{bank}' is none, or does not open")).Effects,
        ];
    }

    private KeyHolderSession ReceiveOwn(Signed<CohortApproval> approval, ImmutableArray<KeyHolderEffect>.Builder effects)
    {
        CohortApproval statement = approval.Statement;
        bool known = statement.Sequence < Sequence || (statement.Sequence == Sequence && statement == Promise?.Approval);
        if (known || Halted is not null)
        {
            return this;
        }

        string detail =
            $"this key holder signed approval {statement.Sequence} for {statement.Attempt}, which its ledger of {Sequence} "
                + "approvals does not have: the ledger was restored from a backup, or the signing key is used elsewhere";
        effects.Add(new KeyHolderEffect.Halt(detail));
        return this with { Halted = detail };
    }

    private KeyHolderSession ReceivePeer(Signed<CohortApproval> approval, ImmutableArray<KeyHolderEffect>.Builder effects)
    {
        PartyId peer = approval.Sender;
        CohortApproval statement = approval.Statement;
        KeyHolderSession next = this;
        if (!Peers.TryGetValue(peer, out Signed<CohortApproval>? newest) || newest.Statement.Sequence < statement.Sequence)
        {
            next = next with { Peers = Peers.SetItem(peer, approval) };
        }

        if (newest is not null && Contradict(newest.Statement, statement) && !Accused.Contains(peer))
        {
            effects.Add(new KeyHolderEffect.Accuse(newest, approval));
            next = next with
            {
                Accused = Accused.Add(peer),
                Promise = Promise is { Release: null } doubted
                    ? doubted with { Approvers = doubted.Approvers.Remove(peer) }
                    : Promise,
            };
        }

        return next.Promise is { Release: null } promise
            && promise.Approval.CohortDigest == statement.CohortDigest
            && promise.Attempt == statement.Attempt
            && !next.Accused.Contains(peer) && !promise.Approvers.Contains(peer)
            ? next with { Promise = promise with { Approvers = promise.Approvers.Add(peer).Sort() } }
            : next;
    }

    /// <summary>
    /// An honest ledger only moves forward: later in sequence is later in round and attempt, and one number is one approval.
    /// </summary>
    private static bool Contradict(CohortApproval first, CohortApproval second)
    {
        int sequence = first.Sequence.CompareTo(second.Sequence);
        int attempt = Math.Sign(first.Attempt.CompareWithin(second.Attempt));
        return sequence != attempt || (sequence == 0 && first != second);
    }

    private Rejection? RejectIfEnded() => IsEnded
        ? new Rejection(RejectionReason.SessionNotRunning, "the session has ended here: its keys are erased")
        : null;

    private Rejection? RejectIfHalted() => Halted is null ? null : new Rejection(RejectionReason.LedgerHalted, Halted);

    private Step<KeyHolderSession, KeyHolderEffect> Reject(MessageType type, Digest subject, Rejection rejection) =>
        new(this, [new KeyHolderEffect.Reject(Rejected.For(Plan.Statement.Consortium, Session, type, subject, rejection))]);
}

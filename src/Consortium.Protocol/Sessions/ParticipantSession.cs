using System.Collections.Immutable;
using Consortium.Cryptography.Proofs;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;
using Consortium.Protocol.Releases;

using ParticipantStep = Consortium.Protocol.Step<
    Consortium.Protocol.Sessions.ParticipantSession, Consortium.Protocol.Sessions.ParticipantEffect>;

namespace Consortium.Protocol.Sessions;

/// <summary>
/// A session as one bank sees it: which state its model is in, and the one update it has for the one attempt it is at. A bank
/// signs one manifest in an attempt, sends one vector in a round, and nothing for a round it has advanced beyond. Immutable;
/// transitions are pure.
/// </summary>
public sealed record ParticipantSession
{
    public required PartyId Participant { get; init; }

    public required Signed<SessionPlan> Plan { get; init; }

    public required SessionId Session { get; init; }

    public SessionProgress Progress { get; init; } = SessionProgress.Started;

    /// <summary>What the model is in now: the state that the next round starts from.</summary>
    public required StateDigest State { get; init; }

    /// <summary>Rounds whose sums this bank has applied.</summary>
    public int RoundsDone { get; init; }

    /// <summary>The newest attempt at the next round that this bank was asked for.</summary>
    public AttemptId? Attempt { get; init; }

    /// <summary>What the update for <see cref="Attempt"/> is sealed to: a <see cref="SessionKeyList"/>.</summary>
    public ImmutableArray<Digest> SessionKeys { get; init; } = [];

    /// <summary>Digest of the session key that each key holder offered. The first counts.</summary>
    public ImmutableSortedDictionary<PartyId, Digest> Keys { get; init; } = ImmutableSortedDictionary<PartyId, Digest>.Empty;

    /// <summary>
    /// The opening of the round after the next, which came before this bank took its step: a round opens when most banks took
    /// theirs.
    /// </summary>
    public Signed<RoundOpened>? EarlyOpening { get; init; }

    /// <summary>The update for <see cref="Attempt"/>, once prepared. There is never another for it.</summary>
    public UpdateSubmitted? Update { get; init; }

    /// <summary>
    /// Digest of the vector that every attempt at the next round sends, once there is one. Known to this bank alone.
    /// </summary>
    public Digest? VectorDigest { get; init; }

    /// <summary>The closed cohort under which this bank's tag is still to be made.</summary>
    public Signed<Cohort>? CohortToTag { get; init; }

    /// <summary>This bank's tag of <see cref="Update"/>, once made. There is never one under another cohort.</summary>
    public UpdateTag? Tag { get; init; }

    /// <summary>Where the sum that <see cref="Update"/> is in does not open, as this bank found.</summary>
    public SumDisputed? Disputed { get; init; }

    /// <summary>Most members found the same, and this bank's opening proof for the place is still to be made.</summary>
    public bool OpeningProofIsDue { get; init; }

    /// <summary>Digest of the opening proof's manifest, once made. There is never another for the same update.</summary>
    public Digest? OpeningProofDigest { get; init; }

    /// <summary>What was said about the last round done.</summary>
    public ModelAdvanced? LastAdvance { get; init; }

    /// <summary>
    /// The attempt that an update is due for; null when none is. Compute it from <see cref="State"/>, or take the vector kept
    /// from an earlier attempt at this round; encrypt it under a fresh key, share and erase the key, keep the chunks, and hand
    /// the message to <see cref="Prepared"/>.
    /// </summary>
    public AttemptId? DueUpdate =>
        Progress.Status == SessionStatus.Running && Update is null && AreOffered(SessionKeys) ? Attempt : null;

    /// <summary>
    /// The cohort that this bank's tag is due for; null when none is. Compute it from the chunks kept with <see cref="Update"/>
    /// and hand it to <see cref="Tagged"/>.
    /// </summary>
    public Signed<Cohort>? DueTag => Progress.Status == SessionStatus.Running ? CohortToTag : null;

    /// <summary>All rounds of the plan are done, or the model needed fewer.</summary>
    public bool IsCompleted => RoundsDone == Plan.Statement.Rounds || LastAdvance?.IsFinal == true;

    /// <summary>
    /// To how many key holders the updates of an attempt are sealed, as far as this bank knows: at most so many.
    /// </summary>
    public int SharingIn(AttemptId attempt, ConsortiumConfiguration configuration) => attempt == Attempt
        ? SessionKeys.Count(key => key != default)
        : configuration.KeyHolders.Length;

    /// <summary>Why a bank takes no part in a plan, by the field that is in the way; empty when it does.</summary>
    public static IReadOnlyList<Problem> PlanProblems(
        PartyId participant, SessionPlan plan, ConsortiumConfiguration configuration, BankPolicy policy) =>
    [
        .. PlanCheck.Problems(plan, configuration),
        .. policy.Rejections(plan),
        .. plan.Participants.Contains(participant)
            ? []
            : (Problem[])[new Problem("participants", $"'{participant}' is not among them.")],
    ];

    /// <summary>Joins a session of a plan that <see cref="PlanProblems"/> finds nothing in.</summary>
    public static ParticipantSession Join(PartyId participant, Authentic<Signed<SessionPlan>> plan) => new()
    {
        Participant = participant,
        Plan = plan.Message,
        Session = new SessionId(plan.Message.Digest),
        State = plan.Message.Statement.InitialState,
    };

    /// <summary>A key holder offers its session key, as the aggregator passed it on.</summary>
    public ParticipantStep Learn(Authentic<Signed<SessionKeyOffered>> offered)
    {
        Signed<SessionKeyOffered> key = offered.Message;
        return
            key.Statement.Session != Session || IsCompleted || Progress.Status == SessionStatus.Aborted ? new(this, [])
            : !Keys.TryGetValue(key.Sender, out Digest known)
                ? new(
                    this with { Keys = Keys.Add(key.Sender, key.Digest) },
                    [new ParticipantEffect.KeepSessionKey(key), .. Agreements()])
            : known == key.Digest ? new(this, [])
            : Reject(
                key, new(RejectionReason.Contradicted, $"'{key.Sender}' offered another session key before, {known}"));
    }

    /// <summary>A key holder gives what opens sums of rounds that this bank missed.</summary>
    public ParticipantStep LearnLate(Authentic<Signed<LateSumsSealed>> late)
    {
        LateSumsSealed statement = late.Message.Statement;
        return statement.Session == Session && statement.Bank == Participant && !IsCompleted
            ? new(this, [new ParticipantEffect.KeepLateSums(late.Message.Sender, statement)])
            : new(this, []);
    }

    /// <summary>The aggregator asks for an update.</summary>
    public ParticipantStep Open(Authentic<Signed<RoundOpened>> opened)
    {
        RoundOpened asked = opened.Message.Statement;
        AttemptId attempt = asked.Attempt;
        if (attempt.Session != Session)
        {
            return Reject(opened.Message, new(RejectionReason.UnknownSession, $"of session {attempt.Session}, not {Session}"));
        }

        if (attempt.Round.Value > RoundsDone + 1)
        {
            // Asked for the first time, this bank is about to take the step in between; asked again, it is behind and asks for
            // what it lacks.
            bool isNews = attempt.Round.Value == RoundsDone + 2 && EarlyOpening?.Statement.Attempt != attempt;
            return isNews ? new(this with { EarlyOpening = opened.Message }, []) : new(this, [CatchUp()]);
        }

        if (attempt.Round.Value <= RoundsDone)
        {
            return attempt.Round.Value == RoundsDone
                ? new(this, Reminder())
                : Reject(opened.Message, new(RejectionReason.WrongRound, $"this bank has done {RoundsDone} rounds"));
        }

        if (asked.StartsFrom != State)
        {
            ParticipantStep rejected = Reject(
                opened.Message,
                new(RejectionReason.Diverged, $"this bank is in state {State}, the round starts from {asked.StartsFrom}"));
            return rejected with
            {
                Effects = [new ParticipantEffect.ReportDiverged(attempt, State, asked.StartsFrom), .. rejected.Effects],
            };
        }

        if (Attempt is AttemptId current && attempt.Attempt <= current.Attempt)
        {
            return attempt.Attempt == current.Attempt
                ? new(
                    this,
                    Progress.Status == SessionStatus.Running && AreOffered(SessionKeys) ? Resend() : [CatchUp()])
                : Reject(opened.Message, new(RejectionReason.WrongAttempt, $"this bank is at {current}"));
        }

        Rejection? rejection = Progress.RejectUnlessRunning()
            ?? (IsCompleted
                ? new Rejection(RejectionReason.SessionNotRunning, $"the model is finished after {RoundsDone} rounds")
                : null)
            ?? (attempt.Attempt.Value > Plan.Statement.MaximumAttempts
                ? new Rejection(RejectionReason.WrongAttempt, $"the plan allows {Plan.Statement.MaximumAttempts} attempts")
                : null)
            ?? (Keys.Count == asked.SessionKeys.Length && !AreOffered(asked.SessionKeys)
                ? new Rejection(RejectionReason.WrongSessionKey, "the opening lists a session key that no key holder offered")
                : null);
        if (rejection is not null)
        {
            return Reject(opened.Message, rejection);
        }

        ParticipantSession next = WithoutSum() with
        {
            Attempt = attempt,
            SessionKeys = asked.SessionKeys,
            Update = null,
        };
        return new(next, Update is null ? [] : [new ParticipantEffect.DeleteUpdate(Update.Manifest.Statement.Attempt)]);
    }

    /// <summary>The update that <see cref="DueUpdate"/> asked for. The first one given is the one that is ever sent.</summary>
    /// <param name="update">Signed by this bank.</param>
    /// <param name="vector">
    /// Digest of the plain vector: the same in every attempt at a round, for the difference of two would tell.
    /// </param>
    /// <param name="rules">
    /// Of this bank's participation ledger, which may have grown since the plan was accepted: then nothing is sent.
    /// </param>
    /// <param name="data">Digest of this bank's payments of the plan's days.</param>
    public ParticipantStep Prepared(UpdateSubmitted update, Digest vector, LedgerRules rules, Digest data)
    {
        UpdateManifest manifest = update.Manifest.Statement;
        if (Attempt is not AttemptId attempt || manifest.Attempt != attempt)
        {
            return new(this, []);
        }

        if (Update is not null)
        {
            return new(this, Resend());
        }

        if (VectorDigest is Digest earlier && earlier != vector)
        {
            throw new ArgumentException(
                "An earlier attempt at this round sent another vector. Keep the vector until the round is done.", nameof(vector));
        }

        if (rules.Check(Plan.Statement, Session) is Rejection conflict)
        {
            return Reject(Plan, conflict);
        }

        LedgerEntry.Participated entry = rules.Entry(
            ParticipationKind.Sent, Plan, attempt.Round, Plan.Statement.Participants, data);
        return new(
            this with { Update = update, VectorDigest = vector },
            [
                .. rules.Ledger.Knows(entry) ? ImmutableArray<ParticipantEffect>.Empty : [new ParticipantEffect.Record(entry)],
                new ParticipantEffect.Submit(update),
            ]);
    }

    /// <summary>
    /// The cohort that this bank's update is summed in is closed: its tag is due. The update was signed before, so nobody can
    /// have chosen it to fit the tags' seed. One cohort of an attempt gets this bank's tag.
    /// </summary>
    public ParticipantStep Close(Authentic<Signed<Cohort>> closed)
    {
        Signed<Cohort> signed = closed.Message;
        Cohort cohort = signed.Statement;
        if (CohortRules.Check(cohort, Plan.Statement, Session, []) is Rejection broken)
        {
            return Reject(signed, broken);
        }

        if (cohort.Attempt.Round.Value <= RoundsDone)
        {
            return new(this, []);
        }

        if (cohort.Attempt != Attempt || Update?.Manifest.Statement is not { } manifest)
        {
            return Reject(signed, new(RejectionReason.WrongAttempt, $"this bank has no update for {cohort.Attempt}"));
        }

        Rejection? rejection =
            !cohort.Members.Contains(new CohortMember(Participant, Update.Digest))
                || cohort.StartedFrom != manifest.StartedFrom || cohort.Shape != manifest.Shape
                ? new(RejectionReason.Inconsistent, "the cohort does not name this bank's manifest, or is of another shape")
            : (Tag?.CohortDigest.Value ?? CohortToTag?.Digest) is Digest other && other != signed.Digest
                ? new(RejectionReason.Contradicted, $"for {cohort.Attempt} this bank was asked for its tag under cohort {other}")
            : null;
        return
            rejection is not null ? Reject(signed, rejection)
            : Tag is null ? new(this with { CohortToTag = signed }, [])
            : new(this, [new ParticipantEffect.SendTag(Tag)]);
    }

    /// <summary>The tag that <see cref="DueTag"/> asked for is made.</summary>
    public ParticipantStep Tagged(UpdateTag tag) =>
        CohortToTag?.Digest == tag.CohortDigest.Value
            ? new(this with { CohortToTag = null, Tag = tag }, [new ParticipantEffect.SendTag(tag)])
            : new(this, []);

    /// <summary>This bank's disk lost the update: the attempt cannot be finished, and it says so.</summary>
    public ParticipantStep CannotTag() =>
        CohortToTag is { } cohort
            ? (this with { CohortToTag = null }).Reject(
                cohort, new(RejectionReason.WrongAttempt, $"this bank's disk lost its update for {cohort.Statement.Attempt}"))
            : new(this, []);

    /// <summary>
    /// A round's sum, with approvals and share-sums of T key holders. A sum of a round still to come is kept until its turn.
    /// </summary>
    /// <param name="aggregate">The release.</param>
    /// <param name="rules">Of this bank's participation ledger.</param>
    public ParticipantStep Receive(Authentic<AggregateReleased> aggregate, LedgerRules rules)
    {
        RoundNumber round = aggregate.Message.Cohort.Statement.Attempt.Round;
        return round.Value > RoundsDone && round.Value <= Plan.Statement.Rounds
            ? new(this, [new ParticipantEffect.KeepSum(aggregate.Message)])
            : BeginOpening(aggregate, rules);
    }

    /// <summary>
    /// A kept sum is next, or one is of no round still to come: gives the effect to open it, or the answer if it is not to be
    /// opened.
    /// </summary>
    public ParticipantStep BeginOpening(Authentic<AggregateReleased> aggregate, LedgerRules rules)
    {
        Signed<Cohort> signed = aggregate.Message.Cohort;
        Cohort cohort = signed.Statement;
        if (CohortRules.Check(cohort, Plan.Statement, Session, aggregate.Message.Voids) is Rejection broken)
        {
            return Reject(signed, broken);
        }

        if (cohort.Attempt.Round.Value != RoundsDone + 1)
        {
            return new(
                this,
                cohort.Attempt.Round.Value > RoundsDone
                    ? [CatchUp()]
                    : cohort.Attempt.Round.Value == RoundsDone ? Reminder() : []);
        }

        if (cohort.StartedFrom != State)
        {
            ParticipantStep rejected = Reject(
                signed,
                new(RejectionReason.Diverged, $"this bank is in state {State}, the cohort started from {cohort.StartedFrom}"));
            return rejected with
            {
                Effects = [new ParticipantEffect.ReportDiverged(cohort.Attempt, State, cohort.StartedFrom), .. rejected.Effects],
            };
        }

        CohortMember own = cohort.Members.FirstOrDefault(member => member.Participant == Participant);
        return own != default && cohort.Attempt == Attempt && own.ManifestDigest != Update?.Manifest.Digest
            ? Reject(signed, new(RejectionReason.Inconsistent, "the cohort names a manifest that is not this bank's"))
            : !cohort.Shape.IsBallot && rules.Check(Plan.Statement, Session, cohort.Parties) is Rejection conflict
                ? Reject(signed, conflict)
            : new(this, [.. Released(cohort, rules), new ParticipantEffect.OpenSum(aggregate.Message)]);
    }

    /// <summary>A sum opened, and the model took its step.</summary>
    /// <param name="isFinal">The model needs no further round.</param>
    /// <param name="vote">How the banks voted on the finished model, if they did.</param>
    public ParticipantStep Advanced(
        AttemptId attempt, CohortDigest cohort, StateDigest state, bool isFinal = false, VoteTally? vote = null)
    {
        if (attempt.Session != Session || attempt.Round.Value != RoundsDone + 1)
        {
            return new(this, []);
        }

        var advance = new ModelAdvanced
        {
            Attempt = attempt,
            CohortDigest = cohort,
            State = state,
            IsFinal = isFinal,
            Vote = vote,
        };
        ParticipantSession next = WithoutSum() with
        {
            State = state,
            RoundsDone = RoundsDone + 1,
            Attempt = null,
            SessionKeys = [],
            EarlyOpening = null,
            Update = null,
            VectorDigest = null,
            LastAdvance = advance,
        };
        var effects = ImmutableArray.CreateBuilder<ParticipantEffect>();
        effects.Add(new ParticipantEffect.SendAdvanced(advance));
        if (Update is not null)
        {
            effects.Add(new ParticipantEffect.DeleteUpdate(Update.Manifest.Statement.Attempt));
        }

        if (next.IsCompleted)
        {
            effects.Add(new ParticipantEffect.ReportCompleted(state));
            effects.Add(new ParticipantEffect.EraseSessionKeys());
        }

        if (EarlyOpening is null)
        {
            return new(next, effects.ToImmutable());
        }

        ParticipantStep opened = next.Open(new Authentic<Signed<RoundOpened>>(EarlyOpening));
        return opened with { Effects = [.. effects, .. opened.Effects] };
    }

    /// <summary>The members' tags do not add up to that of the sum: it is not opened.</summary>
    public ParticipantStep WrongSum(Signed<Cohort> cohort, string detail) =>
        Reject(cohort, new(RejectionReason.WrongSum, detail));

    /// <summary>A sum did not pass its noise check, or a share-sum was bent.</summary>
    /// <param name="cohort">The cohort it was of.</param>
    /// <param name="detail">Which check failed, and whom it points at.</param>
    /// <param name="place">Where, if the key holders' share-sums agree so that it is a bank's doing; null otherwise.</param>
    public ParticipantStep NotOpened(Signed<Cohort> cohort, string detail, DisputedPlace? place = null)
    {
        ParticipantStep rejected = Reject(cohort, new(RejectionReason.Spoiled, detail));
        if (place is not DisputedPlace found || cohort.Statement.Attempt != Attempt)
        {
            return rejected;
        }

        var disputed = new SumDisputed
        {
            Attempt = cohort.Statement.Attempt,
            CohortDigest = new CohortDigest(cohort.Digest),
            Place = Disputed?.CohortDigest.Value == cohort.Digest ? Disputed.Place : found,
        };
        return new(this with { Disputed = disputed }, [.. rejected.Effects, new ParticipantEffect.SendDispute(disputed)]);
    }

    /// <summary>
    /// Most members dispute the sum at one place. This bank proves its opening there if it found the same, once for an update.
    /// </summary>
    public ParticipantStep RequestOpeningProof(Authentic<DisputeRelayed> dispute)
    {
        Signed<Cohort> cohort = dispute.Message.Cohort;
        if (Disputed is null || Disputed.CohortDigest.Value != cohort.Digest)
        {
            return new(this, []); // this bank opened the sum, or has not tried yet; it is asked again when it says that it cannot
        }

        DisputedPlace place = dispute.Message.Place;
        return
            place != Disputed.Place
                ? Reject(
                    dispute.Message,
                    new(RejectionReason.Inconsistent, $"by this bank the sum does not open at {Disputed.Place}, not at {place}"))
            : !cohort.Statement.Members.Any(
                member => member.Participant == Participant && member.ManifestDigest == Update?.Manifest.Digest)
                ? Reject(
                    dispute.Message, new(RejectionReason.Inconsistent, "the cohort names a manifest that is not this bank's"))
            : OpeningProofDigest is null
                ? new(this with { OpeningProofIsDue = true }, [])
            : new(this, [new ParticipantEffect.SendOpeningProof()]);
    }

    /// <summary>
    /// The proof that <see cref="OpeningProofIsDue"/> asked for is made and kept. The first one given is the one that is ever
    /// sent.
    /// </summary>
    /// <param name="proof">Digest of its manifest.</param>
    public ParticipantStep Proved(Digest proof) =>
        OpeningProofIsDue
            ? new(this with { OpeningProofIsDue = false, OpeningProofDigest = proof }, [new ParticipantEffect.SendOpeningProof()])
            : new(this, []);

    /// <summary>This bank finds that it cannot prove its opening of the place: its own program or disk is at fault.</summary>
    public ParticipantStep CannotProve(string detail)
    {
        ParticipantSession next = this with { OpeningProofIsDue = false };
        return OpeningProofIsDue ? next.Reject(Update!, new(RejectionReason.Spoiled, detail)) : new(this, []);
    }

    /// <summary>The aggregator gave an attempt up. The vector stays for the next one.</summary>
    public ParticipantStep Abandon(Authentic<Signed<AttemptAbandoned>> abandoned) =>
        abandoned.Message.Statement.Attempt.Session == Session
            ? new(this, [new ParticipantEffect.ReportAbandoned(abandoned.Message.Statement)])
            : new(this, []);

    public ParticipantStep Control(Authentic<Signed<SessionControl>> control)
    {
        ParticipantSession next = this with { Progress = Progress.Apply(control.Message.Statement, Session) };
        bool ends = next.Progress.Status == SessionStatus.Aborted && Progress.Status != SessionStatus.Aborted;
        return new(next, ends ? [new ParticipantEffect.EraseSessionKeys()] : []);
    }

    /// <summary>Someone rejected what this bank sent.</summary>
    public ParticipantStep ReceiveRejection(Authentic<Signed<Rejected>> rejected) =>
        rejected.Message.Statement.Session == Session
            ? new(this, [new ParticipantEffect.ReportRejection(rejected.Message.Sender, rejected.Message.Statement)])
            : new(this, []);

    /// <summary>After a restart: everything that may not have been sent, and a question for what may have been missed.</summary>
    public ParticipantStep Restart() => new(
        this,
        [
            .. Agreements(),
            .. Reminder(),
            .. Progress.Status == SessionStatus.Running ? Resend() : [],
            .. Tag is null ? ImmutableArray<ParticipantEffect>.Empty : [new ParticipantEffect.SendTag(Tag)],
            .. IsCompleted ? ImmutableArray<ParticipantEffect>.Empty : [CatchUp()],
        ]);

    /// <summary>
    /// Nothing came for longer than a round takes: what was sent to this bank may have been lost to it, or taken by a thief
    /// of its password. Asks for it; nothing that was answered is lost by asking again.
    /// </summary>
    public ParticipantStep Quiet() =>
        new(this, IsCompleted || Progress.Status == SessionStatus.Aborted ? [] : [.. Agreements(), .. Reminder(), CatchUp()]);

    /// <summary>Where the cohort may change, a round may be released before this bank's first update.</summary>
    private ImmutableArray<ParticipantEffect> Agreements() =>
        Plan.Statement.Cohort == CohortRule.Changing && !IsCompleted && Progress.Status != SessionStatus.Aborted
            ? [new ParticipantEffect.SendAgreements()]
            : [];

    private bool AreOffered(ImmutableArray<Digest> keys) => keys.All(key => key == default || Keys.ContainsValue(key));

    /// <summary>Without what is about the sum that <see cref="Update"/> is in.</summary>
    private ParticipantSession WithoutSum() =>
        this with { CohortToTag = null, Tag = null, Disputed = null, OpeningProofIsDue = false, OpeningProofDigest = null };

    private ImmutableArray<ParticipantEffect> Resend() =>
        Update is UpdateSubmitted update ? [new ParticipantEffect.Submit(update)] : [];

    private ImmutableArray<ParticipantEffect> Reminder() =>
        LastAdvance is ModelAdvanced advance ? [new ParticipantEffect.SendAdvanced(advance)] : [];

    private ParticipantEffect CatchUp() => new ParticipantEffect.RequestCatchUp(new CatchUpRequested
    {
        Consortium = Plan.Statement.Consortium,
        Session = Session,
        From = new RoundNumber(RoundsDone + 1),
    });

    /// <summary>A sum is recorded before it is opened: from its release on it is in the world.</summary>
    private ImmutableArray<ParticipantEffect> Released(Cohort cohort, LedgerRules rules)
    {
        LedgerEntry.Participated? sent = rules.Ledger.Counted.LastOrDefault(
            entry => entry.Session == Session && entry.Data is not null);
        LedgerEntry.Participated entry = rules.Entry(
            ParticipationKind.Released, Plan, cohort.Attempt.Round, cohort.Parties, sent?.Data);
        return cohort.Shape.IsBallot || rules.Ledger.Knows(entry) ? [] : [new ParticipantEffect.Record(entry)];
    }

    private ParticipantStep Reject(Message rejected, Rejection rejection) =>
        new(this, [new ParticipantEffect.Reject(
            Rejected.For(Plan.Statement.Consortium, Session, rejected.Type, rejected.Digest, rejection))]);
}

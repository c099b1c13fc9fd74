using System.Collections.Immutable;
using Consortium.Cryptography.Encryption;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using AggregatorStep = Consortium.Protocol.Step<
    Consortium.Protocol.Sessions.AggregatorSession, Consortium.Protocol.Rounds.AggregatorEffect>;

namespace Consortium.Protocol.Sessions;

/// <summary>
/// A session as the aggregator sees it: one round after the other, each from the state that most banks say they reached.
/// Immutable; transitions are pure; times are Unix milliseconds.
/// </summary>
public sealed record AggregatorSession
{
    public required ConsortiumConfiguration Configuration { get; init; }

    public required Signed<SessionPlan> Plan { get; init; }

    public required SessionId Session { get; init; }

    public SessionProgress Progress { get; init; } = SessionProgress.Started;

    public required AggregatorRound Round { get; init; }

    /// <summary>Digest of the session key that each key holder offered. The first counts.</summary>
    public ImmutableSortedDictionary<PartyId, Digest> Keys { get; init; } = ImmutableSortedDictionary<PartyId, Digest>.Empty;

    /// <summary>The state each bank says it reached in the current round.</summary>
    public ImmutableSortedDictionary<PartyId, ReachedState> Advances { get; init; } =
        ImmutableSortedDictionary<PartyId, ReachedState>.Empty;

    /// <summary>Key holders that take no part in the plan: nobody waits for their session keys.</summary>
    public ImmutableSortedSet<PartyId> Declined { get; init; } = [];

    public bool IsCompleted { get; init; }

    /// <summary>Nobody needs the sealed key shares of this session any more, and they were erased.</summary>
    public bool AreSharesErased { get; init; }

    /// <summary>Completed, or aborted: no time brings it further.</summary>
    public bool HasEnded => IsCompleted || Progress.Status == SessionStatus.Aborted;

    private ImmutableArray<PartyId> Members => [.. Plan.Statement.Participants, .. Round.KeyHolders];

    /// <summary>What the sender of a plan is answered that the aggregator cannot run; null when it can.</summary>
    public static AggregatorEffect.Reject? RejectPlan(ConsortiumConfiguration configuration, Authentic<Signed<SessionPlan>> plan)
    {
        Signed<SessionPlan> signed = plan.Message;
        IReadOnlyList<Problem> problems = PlanCheck.Problems(signed.Statement, configuration);
        return problems.Count == 0
            ? null
            : new AggregatorEffect.Reject(signed.Sender, Rejected.For(
                configuration.Digest,
                new SessionId(signed.Digest),
                MessageType.SessionPlan,
                signed.Digest,
                new Rejection(RejectionReason.NotAllowed, string.Join(" ", problems))));
    }

    /// <summary>Asks key holders for their session keys, for a plan that <see cref="RejectPlan"/> has nothing against.</summary>
    public static AggregatorStep Start(ConsortiumConfiguration configuration, Authentic<Signed<SessionPlan>> plan, long now)
    {
        SessionPlan statement = plan.Message.Statement;
        var session = new SessionId(plan.Message.Digest);
        var attempt = new AttemptId(configuration.Digest, session, RoundNumber.First, AttemptNumber.First);
        var started = new AggregatorSession
        {
            Configuration = configuration,
            Plan = plan.Message,
            Session = session,
            Round = AggregatorRound.AwaitKeys(statement, configuration, attempt, statement.InitialState, now),
        };
        return new(started, [new AggregatorEffect.SendPlan(started.Members), new AggregatorEffect.ReportStatus()]);
    }

    /// <summary>
    /// The operator sends the plan again, for parties that lost or rejected it. Whoever has it takes no notice.
    /// </summary>
    public AggregatorStep Restate() =>
        new(this, [new AggregatorEffect.SendPlan(IsCompleted ? [] : Members), new AggregatorEffect.ReportStatus()]);

    /// <summary>A key holder offers its session key. One that comes late takes part from the next attempt on.</summary>
    public AggregatorStep Offer(Authentic<Signed<SessionKeyOffered>> offered, long now)
    {
        Signed<SessionKeyOffered> key = offered.Message;
        if (Keys.TryGetValue(key.Sender, out Digest known))
        {
            return known == key.Digest
                ? new(this, [])
                : Reject(
                    key.Sender, MessageType.SessionKeyOffered, key.Digest,
                    new(RejectionReason.Contradicted, $"'{key.Sender}' offered another session key before"));
        }

        AggregatorSession next = this with { Keys = Keys.Add(key.Sender, key.Digest) };
        AggregatorStep step =
            HasEnded ? new(next, [])
            : next.Round.Phase == RoundPhase.AwaitingKeys ? next.AwaitKeys(now, [])
            : new(next, [new AggregatorEffect.SendSessionKeys(Plan.Statement.Participants)]);
        return step with { Effects = [new AggregatorEffect.KeepSessionKey(key), .. step.Effects] };
    }

    /// <summary>A bank agrees a secret with a key holder.</summary>
    public AggregatorStep Agree(Authentic<Signed<SecretAgreed>> agreed) =>
        Pass(agreed.Message, Plan.Statement.Participants, Round.KeyHolders, agreed.Message.Statement.Holder);

    /// <summary>A key holder answers a bank that agreed late.</summary>
    public AggregatorStep Answer(Authentic<Signed<LateSumsSealed>> late) =>
        Pass(late.Message, Round.KeyHolders, Plan.Statement.Participants, late.Message.Statement.Bank);

    public AggregatorStep Submit(Authentic<UpdateSubmitted> submitted)
    {
        Signed<UpdateManifest> manifest = submitted.Message.Manifest;
        AggregatorStep step = Progress.RejectUnlessRunning() is Rejection rejection
            ? Reject(manifest.Sender, MessageType.UpdateSubmitted, manifest.Digest, rejection)
            : Current(manifest.Statement.Attempt, manifest.Sender, MessageType.UpdateSubmitted, manifest.Digest)
                ?? With(Round.Submit(submitted));
        return step with
        {
            Effects =
            [
                .. step.Effects,
                .. step.Effects.OfType<AggregatorEffect.Reject>().Where(reject => !reject.Rejected.IsLate)
                    .Select(reject => new AggregatorEffect.ReportRejectedUpdate(
                        manifest.Statement.Attempt, reject.To, manifest.Digest,
                        new Rejection(reject.Rejected.Reason, reject.Rejected.Detail))),
            ],
        };
    }

    public AggregatorStep Complete(PartyId bank, Digest manifest) => With(Round.Complete(bank, manifest));

    public AggregatorStep Summed(Signed<Cohort> cohort, long now) => With(Round.Summed(cohort, now));

    /// <summary>A member's tag of its update.</summary>
    public AggregatorStep Tag(Authentic<Signed<UpdateTag>> tag) =>
        Current(tag.Message.Statement.Attempt, tag.Message.Sender, MessageType.UpdateTag, tag.Message.Digest)
        ?? With(Round.Tag(tag));

    public AggregatorStep SumTagged(CohortDigest cohort, SumTag tag) => With(Round.SumTagged(cohort, tag));

    public AggregatorStep TagsChecked(CohortDigest cohort, ImmutableSortedDictionary<PartyId, SumTag> right, long now) =>
        GoOn(Round.TagsChecked(cohort, right), now);

    public AggregatorStep Approve(Authentic<Signed<CohortApproval>> approval) =>
        Current(approval.Message.Statement.Attempt, approval.Message.Sender, MessageType.CohortApproval, approval.Message.Digest)
        ?? With(Round.Approve(approval));

    public AggregatorStep Release(Authentic<ShareSumReleased> release)
    {
        Signed<ShareSumManifest> manifest = release.Message.Manifest;
        if (Current(manifest.Statement.Attempt, manifest.Sender, MessageType.ShareSumReleased, manifest.Digest)
            is not { } rejected)
        {
            return With(Round.Release(release));
        }

        return manifest.Statement.Attempt.Session == Session && manifest.Statement.Attempt.Round < Round.Attempt.Round
            && release.Message.SealedSums.Length == Plan.Statement.Participants.Length
                ? rejected with { Effects = [new AggregatorEffect.KeepLateShareSum(release.Message), .. rejected.Effects] }
                : rejected;
    }

    /// <summary>
    /// Someone rejected something. The operator is told, unless all it says is that something was not received, which is then
    /// sent again; a key holder's rejection may end the attempt.
    /// </summary>
    /// <param name="rejected">The rejection.</param>
    /// <param name="manifest">What it rejects, if that is an update that was submitted here; null otherwise.</param>
    /// <param name="now">Unix milliseconds.</param>
    public AggregatorStep ReceiveRejection(
        Authentic<Signed<Rejected>> rejected, Signed<UpdateManifest>? manifest, long now)
    {
        Signed<Rejected> message = rejected.Message;
        if (message.Statement.Session != Session)
        {
            return new(this, []);
        }

        bool isMember = Members.Contains(message.Sender);
        if (message.Statement.AsksForPlan)
        {
            return new(
                this,
                isMember
                    ? [new AggregatorEffect.SendPlan([message.Sender]), new AggregatorEffect.SendLastControl(message.Sender)]
                    : []);
        }

        ImmutableArray<AggregatorEffect> answer =
            isMember && message.Statement.Reason == RejectionReason.SessionNotRunning
                ? [new AggregatorEffect.SendLastControl(message.Sender)]
                : [];
        AggregatorSession next =
            message.Statement.SubjectType == MessageType.SessionPlan && Round.KeyHolders.Contains(message.Sender)
                ? this with { Declined = Declined.Add(message.Sender) }
                : this;
        (AggregatorRound round, ImmutableArray<AggregatorEffect> effects) = manifest is null
            ? Round.ReceiveRejection(message.Sender, message.Statement)
            : Round.Doubt(message, manifest);
        return next.GoOn(
            new(
                round,
                [new AggregatorEffect.ForwardToOperator(message), .. answer,
                    new AggregatorEffect.ReportRejection(message.Sender, message.Statement), .. effects]),
            now);
    }

    /// <summary>A key holder shows what a bank sealed to it as a share of its ballot.</summary>
    /// <param name="revealed">The key, and what was sealed.</param>
    /// <param name="ballot">The ballot, if it was submitted here; null otherwise.</param>
    /// <param name="commitment">An update of the same bank that commits to the key; null when there is none.</param>
    public AggregatorStep Reveal(
        Authentic<Signed<BallotKeyRevealed>> revealed, Signed<UpdateManifest>? ballot, Signed<UpdateManifest>? commitment)
    {
        Signed<BallotKeyRevealed> message = revealed.Message;
        VoidBallot? shown = ballot is null || commitment is null
            ? null
            : new VoidBallot
            {
                Manifest = ballot,
                Rejections = [],
                Revealed = new RevealedShare
                {
                    Commitment = commitment,
                    Holder = message.Sender,
                    Key = message.Statement.Key,
                    Sealed = message.Statement.Sealed,
                },
            };
        return shown?.Holds(Configuration) == true
            ? With(Round.Void(shown))
            : Reject(
                message.Sender, MessageType.BallotKeyRevealed, message.Digest,
                new(RejectionReason.Inconsistent, "what was revealed does not show that a ballot is none"));
    }

    /// <summary>A bank cannot open the round's sum.</summary>
    public AggregatorStep Dispute(Authentic<Signed<SumDisputed>> disputed) =>
        With(Round.InDispute(disputed.Message.Statement.CohortDigest, dispute => dispute.Receive(disputed)));

    /// <summary>A bank proves its opening of the disputed place.</summary>
    public AggregatorStep Submit(Authentic<OpeningProofSubmitted> proof) =>
        With(Round.InDispute(proof.Message.Manifest.Statement.CohortDigest, dispute => dispute.Submit(proof)));

    /// <summary>A key holder judged an opening proof.</summary>
    public AggregatorStep Judge(Authentic<Signed<OpeningProofJudged>> judged) =>
        With(Round.InDispute(judged.Message.Statement.CohortDigest, dispute => dispute.Judge(judged)));

    /// <summary>
    /// A bank says which state it reached. When most agree, the next round starts there; who does not is named.
    /// </summary>
    public AggregatorStep Advance(Authentic<Signed<ModelAdvanced>> advanced, long now)
    {
        if (!Plan.Statement.Participants.Contains(advanced.Message.Sender))
        {
            return new(this, []);
        }

        AggregatorStep step = Count(advanced, now);
        return step with
        {
            Effects =
            [
                new AggregatorEffect.KeepAdvance(advanced.Message), new AggregatorEffect.ForwardToOperator(advanced.Message),
                .. step.Effects,
            ],
        };
    }

    /// <summary>A bank that was away.</summary>
    public AggregatorStep CatchUp(Authentic<Signed<CatchUpRequested>> request)
    {
        CatchUpRequested statement = request.Message.Statement;
        PartyId bank = request.Message.Sender;
        if (statement.Session != Session || !Plan.Statement.Participants.Contains(bank))
        {
            return Reject(
                bank, MessageType.CatchUpRequested, request.Message.Digest,
                new(RejectionReason.UnknownSession, "no such session, or not in its plan"));
        }

        ImmutableArray<AggregatorEffect> effects = statement.From < Round.Attempt.Round || Round.Phase == RoundPhase.Released
            ? [new AggregatorEffect.SendRetained(bank, statement.From)]
            : [];
        return new(this, [new AggregatorEffect.SendLastControl(bank), .. effects, .. Round.AskAgain(bank)]);
    }

    /// <summary>The operator pauses, resumes or aborts the session.</summary>
    public AggregatorStep Control(Authentic<Signed<SessionControl>> control)
    {
        Signed<SessionControl> signed = control.Message;
        AggregatorSession next = this with { Progress = Progress.Apply(signed.Statement, Session) };
        AggregatorStep step = next.Progress.Status == SessionStatus.Aborted
            ? Erased(next.With(Round.Abandon(AbandonmentReason.Aborted, [], signed.Statement.Reason)))
            : new(next, []);
        ImmutableArray<AggregatorEffect> keep = next.Progress != Progress ? [new AggregatorEffect.KeepControl(signed)] : [];
        return step with
        {
            Effects =
            [
                new AggregatorEffect.SendControl(signed, Members), .. keep, .. step.Effects, new AggregatorEffect.ReportStatus(),
            ],
        };
    }

    /// <summary>Time has passed.</summary>
    /// <param name="unreached">Parties for whom earlier messages still wait to be sent: they are not reminded.</param>
    public AggregatorStep Tick(long now, ImmutableArray<PartyId> unreached)
    {
        if (HasEnded)
        {
            // A bank that has not opened the last sum has as long again as a round takes, to be helped by further key holders.
            return !AreSharesErased && now >= Round.Deadline + (Plan.Statement.UpdateSeconds * 1000L)
                ? Erased(new(this, []))
                : new(this, []);
        }

        if (Round.Phase == RoundPhase.AwaitingKeys)
        {
            return AwaitKeys(now, unreached);
        }

        AggregatorStep step = GoOn(
            Round.Tick(now, Unadvanced(), unreached, Keys.Values.Any(key => !Round.SessionKeys.Contains(key))), now);
        return now >= Round.NextReminder && WithoutKey().RemoveRange(unreached) is { IsEmpty: false } missing
            ? step with { Effects = [.. step.Effects, new AggregatorEffect.SendPlan(missing)] }
            : step;
    }

    /// <summary>Where the session stands, for the operator.</summary>
    public SessionStatusReported StatusAt(long now) => new()
    {
        Attempt = Round.Attempt,
        Phase = Round.Phase,
        Condition =
            Progress.Status == SessionStatus.Aborted ? SessionCondition.Aborted
            : IsCompleted ? SessionCondition.Completed
            : Round.Phase == RoundPhase.Abandoned ? SessionCondition.Stalled
            : Progress.Status == SessionStatus.Paused ? SessionCondition.Paused
            : SessionCondition.Running,
        ControlSequence = Progress.Sequence,
        Waiting = Round.Phase == RoundPhase.AwaitingKeys ? [.. WithoutKey().Order()] : Round.Waiting(Unadvanced()),
        At = now,
    };

    /// <summary>After a restart: everything that may not have been sent, but to parties for whom messages still wait.</summary>
    public AggregatorStep Restart(ImmutableArray<PartyId> unreached) => Round.Phase == RoundPhase.AwaitingKeys
        ? new(this, [new AggregatorEffect.SendPlan(WithoutKey().RemoveRange(unreached))])
        : With(Round.Restart(Unadvanced(), unreached));

    private AggregatorStep Count(Authentic<Signed<ModelAdvanced>> advanced, long now)
    {
        ModelAdvanced statement = advanced.Message.Statement;
        PartyId bank = advanced.Message.Sender;
        if (statement.Attempt != Round.Attempt
            || Round.Phase != RoundPhase.Released
            || statement.CohortDigest.Value != Round.Cohort!.Digest)
        {
            return new(this, []);
        }

        var reached = new ReachedState(statement.State, statement.IsFinal);
        if (Advances.TryGetValue(bank, out ReachedState known))
        {
            return known == reached
                ? new(this, [])
                : Reject(
                    bank, MessageType.ModelAdvanced, advanced.Message.Digest,
                    new(RejectionReason.Contradicted, $"'{bank}' said it reached {known.State}"));
        }

        AggregatorSession next = this with { Advances = Advances.Add(bank, reached) };
        if (IsCompleted)
        {
            return next.Finished(new(next, []));
        }

        IGrouping<ReachedState, KeyValuePair<PartyId, ReachedState>> leading = next.Advances.GroupBy(advance => advance.Value)
            .MaxBy(group => group.Count())!;
        if (leading.Count() < Math.Max(Plan.Statement.MinimumCohort, (Plan.Statement.Participants.Length / 2) + 1))
        {
            return new(next, []);
        }

        ImmutableArray<AggregatorEffect> diverged =
        [
            .. next.Advances.Where(advance => advance.Value != leading.Key)
                .Select(advance => new AggregatorEffect.ReportDiverged(advance.Key, advance.Value.State, leading.Key.State)),
        ];
        if (leading.Key.IsFinal || Round.Attempt.Round.Value == Plan.Statement.Rounds)
        {
            return next.Finished(
                new(next with { IsCompleted = true }, [.. diverged, new AggregatorEffect.ReportCompleted(leading.Key.State)]));
        }

        AttemptId attempt = Round.Attempt with { Round = Round.Attempt.Round.Next, Attempt = AttemptNumber.First };
        AggregatorStep opened = next.OpenAttempt(attempt, leading.Key.State, now);
        return opened with { Effects = [.. diverged, .. opened.Effects] };
    }

    private AggregatorStep Pass(Message message, ImmutableArray<PartyId> from, ImmutableArray<PartyId> among, PartyId to) => new(
        this,
        !AreSharesErased && from.Contains(message.Sender) && among.Contains(to)
            ? [new AggregatorEffect.Forward(message, to)]
            : []);

    private ImmutableArray<PartyId> WithoutKey() =>
        [.. Round.KeyHolders.Where(holder => !Keys.ContainsKey(holder) && !Declined.Contains(holder))];

    /// <summary>
    /// Opens the first round as soon as every key holder has offered its key, or those of T have and time is up.
    /// </summary>
    private AggregatorStep AwaitKeys(long now, ImmutableArray<PartyId> unreached)
    {
        ImmutableArray<PartyId> missing = WithoutKey();
        if (Keys.Count >= Configuration.Threshold && (missing.IsEmpty || now >= Round.Deadline))
        {
            (AggregatorRound round, ImmutableArray<AggregatorEffect> effects) = AggregatorRound.Open(
                Plan.Statement, Configuration, Round.Attempt, Round.StartsFrom, now, Keys);
            return new(
                this with { Round = round },
                [
                    new AggregatorEffect.SendSessionKeys(Plan.Statement.Participants), .. effects,
                    new AggregatorEffect.ReportStatus(),
                ]);
        }

        return now < Round.NextReminder
            ? new(this, [])
            : new(
                this with { Round = Round with { NextReminder = now + Round.ReminderInterval } },
                [
                    new AggregatorEffect.SendPlan(missing.RemoveRange(unreached)),
                    new AggregatorEffect.ReportMissing(
                        Round.Attempt, missing, $"{Round.Attempt} waits for the session keys of {string.Join(", ", missing)}"),
                ]);
    }

    private ImmutableArray<PartyId> Unadvanced() => [.. Plan.Statement.Participants.Where(bank => !Advances.ContainsKey(bank))];

    /// <summary>With the round as it is now; when it was given up by this step, with the next attempt.</summary>
    private AggregatorStep GoOn(Step<AggregatorRound, AggregatorEffect> step, long now)
    {
        AggregatorStep taken = With(step);
        return step.State.Phase == RoundPhase.Abandoned && Round.Phase != RoundPhase.Abandoned
            ? taken.State.NextAttempt(taken.Effects, now)
            : taken;
    }

    private AggregatorStep NextAttempt(ImmutableArray<AggregatorEffect> before, long now)
    {
        if (Round.Attempt.Attempt.Value >= Plan.Statement.MaximumAttempts)
        {
            return Erased(
                new(
                    this,
                    [.. before,
                        new AggregatorEffect.ReportStalled(
                            Round.Attempt, "no attempts are left; start a plan without whoever is missing")]));
        }

        AggregatorStep opened = OpenAttempt(
            Round.Attempt with { Attempt = Round.Attempt.Attempt.Next }, Round.StartsFrom, now, Round.Excluded);
        AggregatorRound round = opened.State.Round with { Voids = Round.Voids, Doubts = Round.Doubts };
        return new(opened.State with { Round = round }, [.. before, .. opened.Effects]);
    }

    private AggregatorStep OpenAttempt(
        AttemptId attempt, StateDigest startsFrom, long now, ImmutableSortedSet<PartyId>? excluded = null)
    {
        (AggregatorRound round, ImmutableArray<AggregatorEffect> effects) = AggregatorRound.Open(
            Plan.Statement, Configuration, attempt, startsFrom, now, Keys, excluded);
        return new(
            this with { Round = round, Advances = Advances.Clear() }, [new AggregatorEffect.EraseShares(attempt), .. effects]);
    }

    /// <summary>Null when <paramref name="attempt"/> is the current one, else the rejection.</summary>
    private AggregatorStep? Current(AttemptId attempt, PartyId sender, MessageType type, Digest subject)
    {
        Rejection? rejection =
            attempt.Session != Session ? new(RejectionReason.UnknownSession, $"of session {attempt.Session}, not {Session}")
            : attempt.Round != Round.Attempt.Round
                ? new(RejectionReason.WrongRound, $"for {attempt}; the session is at {Round.Attempt}")
            : attempt.Attempt != Round.Attempt.Attempt
                ? new(RejectionReason.WrongAttempt, $"for {attempt}; the session is at {Round.Attempt}")
            : null;
        return rejection is null ? null : Reject(sender, type, subject, rejection);
    }

    /// <summary>With the round as it is now, and nothing to do that takes key shares which were erased.</summary>
    private AggregatorStep With(Step<AggregatorRound, AggregatorEffect> step) => new(
        this with { Round = step.State },
        AreSharesErased
            ? step.Effects.RemoveAll(effect => effect is AggregatorEffect.SendCohort
                or AggregatorEffect.KeepOpeningProof or AggregatorEffect.RelayOpeningProof)
            : step.Effects);

    /// <summary>Completed; when every bank opened the last sum, no key share is needed any more.</summary>
    private AggregatorStep Finished(AggregatorStep step) => Unadvanced().IsEmpty ? Erased(step) : step;

    private static AggregatorStep Erased(AggregatorStep step) => step.State.AreSharesErased
        ? step
        : new(
            step.State with { AreSharesErased = true },
            [
                .. step.Effects, new AggregatorEffect.EraseShares(null),
                new AggregatorEffect.EndSession(step.State.Round.KeyHolders),
            ]);

    private AggregatorStep Reject(PartyId to, MessageType type, Digest subject, Rejection rejection) =>
        new(this, [new AggregatorEffect.Reject(to, Rejected.For(Configuration.Digest, Session, type, subject, rejection))]);
}

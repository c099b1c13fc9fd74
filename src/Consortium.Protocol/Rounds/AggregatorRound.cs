using System.Collections.Immutable;
using Consortium.Cryptography.Encryption;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Releases;
using AggregatorStep = Consortium.Protocol.Step<
    Consortium.Protocol.Rounds.AggregatorRound, Consortium.Protocol.Rounds.AggregatorEffect>;

namespace Consortium.Protocol.Rounds;

/// <summary>
/// One attempt at one round, as the aggregator sees it, from opening to release: collect updates, close the cohort, gather
/// approvals and the members' tags, pass the approvals on, gather share-sums and pass them on. Immutable; transitions
/// are pure; times are Unix milliseconds.
/// Every step that waits for someone asks again at each reminder, so that a lost message costs time and nothing else.
/// </summary>
public sealed record AggregatorRound
{
    /// <summary>How many reminders key holders without a session key get before an attempt is opened without them.</summary>
    private const int RemindersForKeys = 3;

    public required SessionPlan Plan { get; init; }

    public required CommitteeStrength Committee { get; init; }

    /// <summary>In the configuration's order.</summary>
    public required ImmutableArray<PartyId> KeyHolders { get; init; }

    public required AttemptId Attempt { get; init; }

    public required StateDigest StartsFrom { get; init; }

    /// <summary>
    /// What the banks seal to: a <see cref="SessionKeyList"/>. Key holders without a key take no part in the attempt.
    /// </summary>
    public required ImmutableArray<Digest> SessionKeys { get; init; }

    public required long Deadline { get; init; }

    /// <summary>How long to wait before asking again.</summary>
    public required long ReminderInterval { get; init; }

    public required long NextReminder { get; init; }

    public RoundPhase Phase { get; init; } = RoundPhase.Collecting;

    public ImmutableSortedDictionary<PartyId, ReceivedUpdate> Updates { get; init; } =
        ImmutableSortedDictionary<PartyId, ReceivedUpdate>.Empty;

    /// <summary>What was asked to be summed, from <see cref="RoundPhase.Summing"/> on.</summary>
    public Cohort? WithoutSum { get; init; }

    /// <summary>From <see cref="RoundPhase.Approving"/> on.</summary>
    public Signed<Cohort>? Cohort { get; init; }

    /// <summary>From <see cref="RoundPhase.Approving"/> on.</summary>
    public CohortTags? Tags { get; init; }

    /// <summary>
    /// Banks that gave no right tag in an earlier attempt at this round. A cohort that may change goes on without them.
    /// </summary>
    public ImmutableSortedSet<PartyId> Excluded { get; init; } = [];

    public ImmutableSortedDictionary<PartyId, Signed<CohortApproval>> Approvals { get; init; } =
        ImmutableSortedDictionary<PartyId, Signed<CohortApproval>>.Empty;

    public ImmutableSortedDictionary<PartyId, Signed<ShareSumManifest>> Releases { get; init; } =
        ImmutableSortedDictionary<PartyId, Signed<ShareSumManifest>>.Empty;

    /// <summary>Key holders that rejected the cohort.</summary>
    public ImmutableSortedDictionary<PartyId, Rejected> Rejections { get; init; } =
        ImmutableSortedDictionary<PartyId, Rejected>.Empty;

    /// <summary>
    /// Banks whose ballots of this round do not count, with what shows it. They are left out of a vote, in later attempts too.
    /// </summary>
    public ImmutableSortedDictionary<PartyId, VoidBallot> Voids { get; init; } =
        ImmutableSortedDictionary<PartyId, VoidBallot>.Empty;

    /// <summary>Ballots that some key holders reject, by their manifests: fewer than T of them, so they still count.</summary>
    public ImmutableSortedDictionary<PartyId, VoidBallot> Doubts { get; init; } =
        ImmutableSortedDictionary<PartyId, VoidBallot>.Empty;

    /// <summary>What is said about the sum from <see cref="RoundPhase.Released"/> on, if a bank disputes it.</summary>
    public SumDispute? Dispute { get; init; }

    private IEnumerable<PartyId> Sharing => KeyHolders.Where((_, holder) => SessionKeyList.Has(SessionKeys, holder));

    private ImmutableArray<PartyId> Asked => [.. Plan.Participants.Where(bank => !Excluded.Contains(bank))];

    /// <summary>
    /// An attempt that is not opened yet, for want of session keys. Until <see cref="Deadline"/> all key holders' are waited for,
    /// and from then on those of T.
    /// </summary>
    public static AggregatorRound AwaitKeys(
        SessionPlan plan, ConsortiumConfiguration configuration, AttemptId attempt, StateDigest startsFrom, long now)
    {
        AggregatorRound round = Begin(
            plan, configuration, attempt, startsFrom, now, ImmutableSortedDictionary<PartyId, Digest>.Empty, excluded: null);
        return round with
        {
            Phase = RoundPhase.AwaitingKeys,
            Deadline = now + (RemindersForKeys * round.ReminderInterval),
        };
    }

    /// <param name="keys">The session keys that key holders offered, of T of them at least.</param>
    /// <param name="excluded">The round's <see cref="Excluded"/>.</param>
    public static AggregatorStep Open(
        SessionPlan plan, ConsortiumConfiguration configuration, AttemptId attempt, StateDigest startsFrom, long now,
        ImmutableSortedDictionary<PartyId, Digest> keys, ImmutableSortedSet<PartyId>? excluded = null)
    {
        AggregatorRound round = Begin(plan, configuration, attempt, startsFrom, now, keys, excluded);
        return new(round, [round.Opening([.. round.Asked, configuration.Operator.Id])]);
    }

    /// <summary>The round before anything came.</summary>
    internal static AggregatorRound Begin(
        SessionPlan plan, ConsortiumConfiguration configuration, AttemptId attempt, StateDigest startsFrom, long now,
        ImmutableSortedDictionary<PartyId, Digest> keys, ImmutableSortedSet<PartyId>? excluded)
    {
        long interval = configuration.Deadlines.HolderSeconds * 1000L;
        ImmutableArray<PartyId> keyHolders = [.. configuration.KeyHolders.Select(holder => holder.Id)];
        return new AggregatorRound
        {
            Plan = plan,
            Committee = new CommitteeStrength(configuration.KeyHolders.Length, configuration.Threshold),
            KeyHolders = keyHolders,
            Attempt = attempt,
            StartsFrom = startsFrom,
            SessionKeys = SessionKeyList.Of(keyHolders, keys),
            Deadline = now + (plan.UpdateSeconds * 1000L),
            ReminderInterval = interval,
            NextReminder = now + interval,
            Excluded = excluded ?? [],
        };
    }

    /// <summary>A bank's manifest. Its chunks come separately; <see cref="Complete"/> says when they are all there.</summary>
    public AggregatorStep Submit(Authentic<UpdateSubmitted> submitted)
    {
        Signed<UpdateManifest> manifest = submitted.Message.Manifest;
        PartyId bank = manifest.Sender;
        if (Updates.TryGetValue(bank, out ReceivedUpdate? known))
        {
            return known.ManifestDigest == manifest.Digest
                ? new(this, [])
                : Reject(
                    bank, MessageType.UpdateSubmitted, manifest.Digest,
                    new(RejectionReason.Contradicted, $"'{bank}' sent another update for {Attempt}"));
        }

        Rejection? rejection =
            !Plan.Participants.Contains(bank) ? new(RejectionReason.NotAllowed, $"'{bank}' is not in the plan")
            : Excluded.Contains(bank)
                ? new(RejectionReason.NotAllowed, $"'{bank}' gave no right tag in an earlier attempt at round {Attempt.Round}")
            : Phase != RoundPhase.Collecting ? new(RejectionReason.WrongAttempt, $"the cohort of {Attempt} is closed")
            : manifest.Statement.StartedFrom != StartsFrom
                ? new(
                    RejectionReason.Diverged,
                    $"'{bank}' started from {manifest.Statement.StartedFrom}, most banks hold {StartsFrom}")
            : !manifest.Statement.SessionKeys.SequenceEqual(SessionKeys)
                ? new(
                    RejectionReason.WrongSessionKey,
                    $"'{bank}' sealed to other session keys than {Attempt} was opened with")
            : manifest.Statement.Shape.IsBallot && Voids.ContainsKey(bank)
                ? new(RejectionReason.Spoiled, $"'{bank}' has a void ballot in this round")
            : ShapeRules.Check(manifest.Statement.Shape, Plan);
        if (rejection is null
            && manifest.Statement.Shape.IsBallot
            && !SealedBallot.TryCheck(manifest, Committee.Threshold, out _, out string? problem))
        {
            AggregatorRound without = this with
            {
                Voids = Voids.Add(bank, new VoidBallot { Manifest = manifest, Rejections = [] }),
            };
            AggregatorStep rejected = Reject(
                bank, MessageType.UpdateSubmitted, manifest.Digest, new(RejectionReason.Spoiled, $"'{bank}' voted by {problem}"));
            AggregatorStep closed = without.CloseIfComplete();
            return closed with { Effects = [.. rejected.Effects, .. closed.Effects] };
        }

        if (rejection is not null)
        {
            return Reject(bank, MessageType.UpdateSubmitted, manifest.Digest, rejection);
        }

        // A ballot has no chunks to wait for.
        UpdateShape shape = manifest.Statement.Shape;
        AggregatorRound next = this with
        {
            Updates = Updates.Add(bank, new ReceivedUpdate(manifest.Digest, shape, IsComplete: shape.IsBallot)),
        };
        AggregatorStep step = shape.IsBallot ? next.CloseIfComplete() : new(next, []);
        return step with { Effects = [new AggregatorEffect.KeepUpdate(submitted.Message), .. step.Effects] };
    }

    /// <summary>Every chunk of this manifest is stored, and has the digest it should.</summary>
    public AggregatorStep Complete(PartyId bank, Digest manifest)
    {
        if (Phase != RoundPhase.Collecting
            || !Updates.TryGetValue(bank, out ReceivedUpdate? update)
            || update.ManifestDigest != manifest)
        {
            return new(this, []);
        }

        AggregatorRound next = this with { Updates = Updates.SetItem(bank, update with { IsComplete = true }) };
        return next.CloseIfComplete();
    }

    /// <summary>The sum of what <see cref="AggregatorEffect.SumUpdates"/> asked for.</summary>
    public AggregatorStep Summed(Signed<Cohort> cohort, long now)
    {
        if (Phase != RoundPhase.Summing || !IsAskedFor(cohort.Statement))
        {
            return new(this, []);
        }

        var tags = new CohortTags { Cohort = cohort, Deadline = now + (Plan.UpdateSeconds * 1000L) };
        AggregatorRound next = this with { Phase = RoundPhase.Approving, Cohort = cohort, Tags = tags };
        return new(
            next,
            [
                .. next.AskToApprove(next.Unapproved()), .. next.AskForTags(tags.Missing),
                .. tags.AreComplete ? ImmutableArray<AggregatorEffect>.Empty : [new AggregatorEffect.TagSum(cohort)],
            ]);
    }

    /// <summary>A member's tag of its update.</summary>
    public AggregatorStep Tag(Authentic<Signed<UpdateTag>> given)
    {
        Signed<UpdateTag> tag = given.Message;
        Rejection? rejection =
            Tags is null ? new(RejectionReason.Inconsistent, $"no cohort was closed for {Attempt}") : Tags.Check(tag);
        if (rejection is not null)
        {
            return Reject(tag.Sender, MessageType.UpdateTag, tag.Digest, rejection);
        }

        return Phase != RoundPhase.Approving || Tags!.Given.ContainsKey(tag.Sender)
            ? new(this, [])
            : (this with { Tags = Tags.Add(tag) }).Proceed([new AggregatorEffect.KeepTag(tag)]);
    }

    /// <summary>The tag that <see cref="AggregatorEffect.TagSum"/> asked for.</summary>
    public AggregatorStep SumTagged(CohortDigest cohort, SumTag tag) =>
        Phase == RoundPhase.Approving && Tags is { OfSum: null } && Cohort!.Digest == cohort.Value
            ? (this with { Tags = Tags with { OfSum = tag } }).Proceed([])
            : new(this, []);

    /// <summary>Members' tags were held against their chunks, as <see cref="AggregatorEffect.CheckTags"/> asked.</summary>
    /// <param name="cohort">Whose members they are.</param>
    /// <param name="right">The right tag of each member that gave another; empty when it is the sum that is wrong.</param>
    public AggregatorStep TagsChecked(CohortDigest cohort, ImmutableSortedDictionary<PartyId, SumTag> right)
    {
        if (Phase != RoundPhase.Approving || Cohort!.Digest != cohort.Value || Tags is not { AreComplete: true, AddUp: false })
        {
            return new(this, []);
        }

        if (right.IsEmpty)
        {
            return Abandon(
                AbandonmentReason.DamagedSum, [],
                "the sum that the aggregator stored is not that of the updates it stored; check its disk");
        }

        ImmutableArray<AggregatorEffect> named =
        [
            .. right.Keys.SelectMany(bank => (AggregatorEffect[])
            [
                new AggregatorEffect.Reject(
                    bank,
                    Rejected.For(
                        Attempt.Consortium, Attempt.Session, MessageType.UpdateTag, cohort.Value,
                        CohortTags.NotOfItsChunks(bank))),
                new AggregatorEffect.ReportRejectedUpdate(
                    Attempt, bank, Updates[bank].ManifestDigest, CohortTags.NotOfItsChunks(bank)),
            ]),
        ];
        AggregatorRound next = this with { Tags = Tags.Name(right) };
        if (Plan.Cohort == CohortRule.Fixed)
        {
            return new(next, named);
        }

        (next, ImmutableArray<AggregatorEffect> abandoned) = next.AbandonUntagged(
            [.. right.Keys], "tags are not those of the chunks that their banks sent");
        return new(next, [.. named, .. abandoned]);
    }

    public AggregatorStep Approve(Authentic<Signed<CohortApproval>> approval)
    {
        Signed<CohortApproval> signed = approval.Message;
        if (Cohort is null || signed.Statement.CohortDigest.Value != Cohort.Digest)
        {
            return Reject(
                signed.Sender, MessageType.CohortApproval, signed.Digest,
                new(RejectionReason.Inconsistent, $"no cohort {signed.Statement.CohortDigest} was closed for {Attempt}"));
        }

        if (Phase == RoundPhase.Abandoned || Approvals.ContainsKey(signed.Sender) || !Sharing.Contains(signed.Sender))
        {
            return new(this, []);
        }

        AggregatorRound next = this with
        {
            Approvals = Approvals.Add(signed.Sender, signed),
            Rejections = Rejections.Remove(signed.Sender),
        };

        // Whoever comes after T have released is asked too: one share-sum more tells which of the others is bent.
        return next.Phase == RoundPhase.Approving ? next.Proceed([]) : new(next, next.AskToRelease(next.Unreleased()));
    }

    public AggregatorStep Release(Authentic<ShareSumReleased> release)
    {
        Signed<ShareSumManifest> manifest = release.Message.Manifest;
        Rejection? rejection =
            Cohort is null || manifest.Statement.CohortDigest.Value != Cohort.Digest
                ? new(RejectionReason.Inconsistent, $"no cohort {manifest.Statement.CohortDigest} was closed for {Attempt}")
            : release.Message.SealedSums.Length != Plan.Participants.Length
                ? new(
                    RejectionReason.Inconsistent,
                    $"{release.Message.SealedSums.Length} sealed share-sums for {Plan.Participants.Length} participants")
            : Releases.TryGetValue(manifest.Sender, out Signed<ShareSumManifest>? known) && known.Digest != manifest.Digest
                ? new(RejectionReason.Contradicted, $"'{manifest.Sender}' released something else before")
            : null;
        if (rejection is not null)
        {
            return Reject(manifest.Sender, MessageType.ShareSumReleased, manifest.Digest, rejection);
        }

        if (Phase == RoundPhase.Abandoned || Releases.ContainsKey(manifest.Sender))
        {
            return new(this, []);
        }

        // One that comes when banks were sent the first T is kept for a bank that could not open with those: with more, a bent
        // one is named and left out.
        AggregatorRound next = this with { Releases = Releases.Add(manifest.Sender, manifest) };
        var keep = new AggregatorEffect.KeepShareSum(release.Message);
        if (Phase != RoundPhase.Releasing || next.Releases.Count < Committee.Threshold)
        {
            return new(next, [keep]);
        }

        next = next with { Phase = RoundPhase.Released };
        var recorded = new RoundRecorded
        {
            Cohort = Cohort!,
            Approvals = [.. next.Approvals.Values],
            ShareSums = [.. next.Releases.Values],
            Voids = VoidsOf(Cohort!.Statement),
        };
        return new(
            next, [keep, new AggregatorEffect.RecordRound(recorded), new AggregatorEffect.SendAggregate(Plan.Participants)]);
    }

    /// <summary>Of a cohort that votes: who is left out of it, with what shows that it may be.</summary>
    public ImmutableArray<VoidBallot> VoidsOf(Cohort cohort) =>
        cohort.Shape.IsBallot ? [.. Voids.Values.Where(ballot => !cohort.Has(ballot.Participant))] : [];

    /// <summary>A key holder rejects a ballot of this round: with T of them it does not count.</summary>
    /// <param name="rejected">By a key holder.</param>
    /// <param name="manifest">What it rejects.</param>
    public AggregatorStep Doubt(Signed<Rejected> rejected, Signed<UpdateManifest> manifest)
    {
        AttemptId attempt = manifest.Statement.Attempt;
        PartyId bank = manifest.Sender;
        if (!VoidBallot.Counts(rejected.Statement, manifest.Digest)
            || !manifest.Statement.Shape.IsBallot
            || attempt.Session != Attempt.Session
            || attempt.Round != Attempt.Round
            || !KeyHolders.Contains(rejected.Sender)
            || !Plan.Participants.Contains(bank)
            || Voids.ContainsKey(bank))
        {
            return new(this, []);
        }

        // Of two of its ballots the later counts: the earlier attempt is over, and the bank has sent what is doubted now.
        ImmutableArray<Signed<Rejected>> known =
            Doubts.TryGetValue(bank, out VoidBallot? doubt) && doubt.Manifest.Digest == manifest.Digest ? doubt.Rejections : [];
        if (known.Any(other => other.Sender == rejected.Sender)
            || (doubt is not null && attempt.CompareWithin(doubt.Manifest.Statement.Attempt) < 0))
        {
            return new(this, []);
        }

        var ballot = new VoidBallot { Manifest = manifest, Rejections = [.. known, rejected] };
        return ballot.Rejections.Length < Committee.Threshold
            ? new(this with { Doubts = Doubts.SetItem(bank, ballot) }, [])
            : (this with { Voids = Voids.Add(bank, ballot), Doubts = Doubts.Remove(bank) }).LeaveOut(bank);
    }

    /// <summary>What everybody sees is no ballot of this round: the vote goes on without its bank.</summary>
    /// <param name="ballot">Shows what it claims.</param>
    public AggregatorStep Void(VoidBallot ballot)
    {
        AttemptId attempt = ballot.Manifest.Statement.Attempt;
        PartyId bank = ballot.Participant;
        return attempt.Session == Attempt.Session && attempt.Round == Attempt.Round
            && Plan.Participants.Contains(bank) && !Voids.ContainsKey(bank)
                ? (this with { Voids = Voids.Add(bank, ballot), Doubts = Doubts.Remove(bank) }).LeaveOut(bank)
                : new(this, []);
    }

    /// <summary>
    /// A key holder rejects the cohort: when so many do that T approvals can never be, the attempt is given up. Or a member does
    /// before it gave its tag: the attempt is given up. Or a bank could not open what T released: the other key holders are asked
    /// too.
    /// </summary>
    public AggregatorStep ReceiveRejection(PartyId by, Rejected rejected)
    {
        if (Phase == RoundPhase.Released
            && rejected.SubjectDigest == Cohort!.Digest
            && rejected.Reason == RejectionReason.Spoiled
            && Plan.Participants.Contains(by))
        {
            return new(this, [.. AskToApprove(Unapproved()), .. AskToRelease(Unreleased())]);
        }

        // A pause passes; the next reminder asks again.
        if (Phase != RoundPhase.Approving
            || rejected.SubjectDigest != Cohort!.Digest
            || rejected.Reason == RejectionReason.SessionNotRunning)
        {
            return new(this, []);
        }

        // A bank that has not the update any more, as after a restored backup, never gives its tag.
        if (Tags!.Missing.Contains(by))
        {
            return AbandonUntagged([by], rejected.Detail);
        }

        if (!Sharing.Contains(by) || Approvals.ContainsKey(by))
        {
            return new(this, []);
        }

        AggregatorRound next = this with { Rejections = Rejections.SetItem(by, rejected) };
        return Sharing.Count() - next.Rejections.Count < Committee.Threshold
            ? next.Abandon(AbandonmentReason.Rejected, [.. next.Rejections.Keys], rejected.Detail)
            : new(next, []);
    }

    /// <summary>
    /// Something is said about where this cohort's sum does not open. It is ignored unless the cohort is the one that this round
    /// released.
    /// </summary>
    public AggregatorStep InDispute(CohortDigest cohort, Func<SumDispute, Step<SumDispute, AggregatorEffect>> decide)
    {
        if (Phase != RoundPhase.Released || Cohort!.Digest != cohort.Value)
        {
            return new(this, []);
        }

        (SumDispute dispute, ImmutableArray<AggregatorEffect> effects) = decide(Dispute ?? new SumDispute { Cohort = Cohort });
        return new(this with { Dispute = dispute }, effects);
    }

    /// <summary>Time has passed.</summary>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="unadvanced">Participants that have not said they opened the sum.</param>
    /// <param name="unreached">Parties for whom earlier messages still wait to be sent: reminding them would only add to what
    /// waits.</param>
    /// <param name="haveOthersKeys">
    /// Whether key holders have offered a session key since the attempt was opened: they can take part in the next.
    /// </param>
    public AggregatorStep Tick(
        long now, ImmutableArray<PartyId> unadvanced, ImmutableArray<PartyId> unreached, bool haveOthersKeys)
    {
        if (Phase == RoundPhase.Collecting && Plan.Cohort == CohortRule.Changing && now >= Deadline)
        {
            ImmutableArray<CohortMember> members = Largest();
            return members.Length >= Plan.MinimumCohort
                ? CloseWith(members)
                : Abandon(
                    AbandonmentReason.TooFewUpdates, Missing(),
                    $"{members.Length} of {Plan.MinimumCohort} updates by the deadline");
        }

        if (Phase == RoundPhase.Approving && Plan.Cohort == CohortRule.Changing && now >= Tags!.Deadline
            && Tags.Missing is { IsEmpty: false } untagged)
        {
            return AbandonUntagged(untagged, $"{Tags.Given.Count} of {Tags.Given.Count + untagged.Length} tags by the deadline");
        }

        if (Phase == RoundPhase.Approving && haveOthersKeys && now >= Tags!.Deadline && Approvals.Count < Committee.Threshold)
        {
            return Abandon(
                AbandonmentReason.MissingApprovals, Unapproved(),
                $"{Approvals.Count} of {Committee.Threshold} approvals; other key holders have offered keys since");
        }

        return now < NextReminder
            ? new(this, [])
            : new(this with { NextReminder = now + ReminderInterval }, Reminders(now, unadvanced, unreached));
    }

    /// <summary>After a restart: everything that may not have been sent.</summary>
    public AggregatorStep Restart(ImmutableArray<PartyId> unadvanced, ImmutableArray<PartyId> unreached) =>
        new(this, Reminders(long.MinValue, unadvanced, unreached));

    /// <summary>A bank that was away is asked for its update, if it is still wanted.</summary>
    public ImmutableArray<AggregatorEffect> AskAgain(PartyId bank) =>
        Phase == RoundPhase.Collecting && Missing().Contains(bank) ? OpeningAgain([bank]) : [];

    /// <summary>
    /// Gives the attempt up, unless key holders may know of T approvals: from there on it can only be finished.
    /// </summary>
    public AggregatorStep Abandon(AbandonmentReason reason, ImmutableArray<PartyId> missing, string detail) =>
        Phase is RoundPhase.Releasing or RoundPhase.Released or RoundPhase.Abandoned
            ? new(this, [])
            : new(
                this with { Phase = RoundPhase.Abandoned },
                [new AggregatorEffect.Abandon(
                    new AttemptAbandoned { Attempt = Attempt, Reason = reason, Missing = missing, Detail = detail })]);

    /// <summary>Participants without a complete update.</summary>
    public ImmutableArray<PartyId> Missing() =>
    [
        .. Asked.Where(bank =>
            !Voids.ContainsKey(bank) && (!Updates.TryGetValue(bank, out ReceivedUpdate? update) || !update.IsComplete)),
    ];

    /// <summary>Whom the phase waits for, in order.</summary>
    /// <param name="unadvanced">Participants that have not said they opened the sum.</param>
    public ImmutableArray<PartyId> Waiting(ImmutableArray<PartyId> unadvanced) => Phase switch
    {
        RoundPhase.Collecting => Missing(),
        RoundPhase.Approving => [.. Unapproved().Concat(Tags!.Missing).Order()],
        RoundPhase.Releasing => Unreleased(),
        RoundPhase.Released => unadvanced,
        _ => [],
    };

    private ImmutableArray<PartyId> Unapproved() => [.. Sharing.Where(holder => !Approvals.ContainsKey(holder))];

    private ImmutableArray<PartyId> Unreleased() => [.. Approvals.Keys.Where(holder => !Releases.ContainsKey(holder))];

    private bool IsAskedFor(Cohort cohort) =>
        cohort.Attempt == WithoutSum!.Attempt && cohort.StartedFrom == WithoutSum.StartedFrom && cohort.Shape == WithoutSum.Shape
        && cohort.Members.SequenceEqual(WithoutSum.Members);

    private ImmutableArray<AggregatorEffect> Reminders(
        long now, ImmutableArray<PartyId> unadvanced, ImmutableArray<PartyId> unreached)
    {
        switch (Phase)
        {
            case RoundPhase.Collecting:
                ImmutableArray<AggregatorEffect> opening = OpeningAgain(Missing().RemoveRange(unreached));
                return now < Deadline
                    ? opening
                    : [.. opening,
                        new AggregatorEffect.ReportMissing(
                            Attempt, Missing(), $"{Attempt} waits for {string.Join(", ", Missing())}")];
            case RoundPhase.Summing:
                return [new AggregatorEffect.SumUpdates(WithoutSum!)];
            case RoundPhase.Approving or RoundPhase.Releasing:
                ImmutableArray<AggregatorEffect> approving = AskToApprove(Unapproved().RemoveRange(unreached));
                return Phase == RoundPhase.Approving
                    ? [.. approving, .. TagReminders(now, unreached)]
                    : [.. approving, .. AskToRelease(Unreleased().RemoveRange(unreached))];
            case RoundPhase.Released:
                return unadvanced.RemoveRange(unreached) is { IsEmpty: false } waiting
                    ? [new AggregatorEffect.SendAggregate(waiting)]
                    : [];
            default:
                return [];
        }
    }

    private ImmutableArray<AggregatorEffect> TagReminders(long now, ImmutableArray<PartyId> unreached)
    {
        ImmutableArray<AggregatorEffect> own =
            Tags!.AreComplete && Tags.AddUp ? []
            : Tags.OfSum is null ? [new AggregatorEffect.TagSum(Cohort!)]
            : Tags is { AreComplete: true, AddUp: false } ? [new AggregatorEffect.CheckTags(Cohort!)]
            : [];
        ImmutableArray<PartyId> missing = Tags.Missing;
        return now < Tags.Deadline || missing.IsEmpty
            ? [.. AskForTags(missing.RemoveRange(unreached)), .. own]
            : [
                .. AskForTags(missing.RemoveRange(unreached)), .. own,
                new AggregatorEffect.ReportMissing(
                    Attempt, missing, $"{Attempt} waits for the tags of {string.Join(", ", missing)}"),
            ];
    }

    /// <summary>
    /// To the release, once T approved and all tags are there and add up: key holders release when they see T approvals, so until
    /// then none does, and the attempt can be given up.
    /// </summary>
    private AggregatorStep Proceed(ImmutableArray<AggregatorEffect> before)
    {
        if (Tags is not { AreComplete: true })
        {
            return new(this, before);
        }

        if (!Tags.AddUp)
        {
            return new(this, [.. before, new AggregatorEffect.CheckTags(Cohort!)]);
        }

        if (Approvals.Count < Committee.Threshold)
        {
            return new(this, before);
        }

        AggregatorRound next = this with { Phase = RoundPhase.Releasing };
        return new(next, [.. before, .. next.AskToRelease(next.Unreleased())]);
    }

    /// <summary>Where the cohort may change, the next attempt goes on without these, if enough are left.</summary>
    private AggregatorStep AbandonUntagged(ImmutableArray<PartyId> banks, string detail)
    {
        ImmutableSortedSet<PartyId> excluded = Excluded.Union(banks);
        bool canGoOn = Plan.Cohort == CohortRule.Changing && Plan.Participants.Length - excluded.Count >= Plan.MinimumCohort;
        return (canGoOn ? this with { Excluded = excluded } : this).Abandon(AbandonmentReason.MissingTags, banks, detail);
    }

    private AggregatorEffect Opening(ImmutableArray<PartyId> to) =>
        new AggregatorEffect.OpenRound(
            new RoundOpened { Attempt = Attempt, StartsFrom = StartsFrom, Deadline = Deadline, SessionKeys = SessionKeys }, to);

    /// <summary>For banks that may lack the session keys too.</summary>
    private ImmutableArray<AggregatorEffect> OpeningAgain(ImmutableArray<PartyId> to) =>
        [new AggregatorEffect.SendSessionKeys(to), Opening(to)];

    /// <summary>
    /// Complete updates of the shape that most banks sent: one bank that got its shape wrong leaves itself out, and no one else.
    /// Of two shapes equally common, the one of the first bank.
    /// </summary>
    private ImmutableArray<CohortMember> Largest()
    {
        var shapes = Updates.Where(update => update.Value.IsComplete).GroupBy(update => update.Value.Shape);
        return shapes.MaxBy(shape => shape.Count()) is { } most
            ? [.. most.Select(update => new CohortMember(update.Key, update.Value.ManifestDigest))]
            : [];
    }

    /// <summary>While updates come in, what this bank sent is not waited for any more, nor taken.</summary>
    private AggregatorStep LeaveOut(PartyId bank) => Phase == RoundPhase.Collecting
        ? (this with { Updates = Updates.Remove(bank) }).CloseIfComplete()
        : new(this, []);

    /// <summary>Closes the cohort when every participant is in it, or cannot be for its void ballot.</summary>
    private AggregatorStep CloseIfComplete()
    {
        ImmutableArray<CohortMember> all = Largest();
        if (all.IsEmpty)
        {
            return new(this, []);
        }

        AggregatorStep closed = CloseWith(all);
        return all.Length + VoidsOf(closed.State.WithoutSum!).Length == Asked.Length ? closed : new(this, []);
    }

    private AggregatorStep CloseWith(ImmutableArray<CohortMember> members)
    {
        var cohort = new Cohort
        {
            Attempt = Attempt,
            StartedFrom = StartsFrom,
            Shape = Updates[members[0].Participant].Shape,
            Members = members,
            SumRoot = default,
        };
        return new(this with { Phase = RoundPhase.Summing, WithoutSum = cohort }, [new AggregatorEffect.SumUpdates(cohort)]);
    }

    private ImmutableArray<AggregatorEffect> AskToApprove(ImmutableArray<PartyId> holders) =>
        holders.IsEmpty ? [] : [new AggregatorEffect.SendCohort(holders, Cohort!, VoidsOf(Cohort!.Statement))];

    private ImmutableArray<AggregatorEffect> AskForTags(ImmutableArray<PartyId> banks) =>
        banks.IsEmpty ? [] : [new AggregatorEffect.AskForTags(banks, Cohort!)];

    private ImmutableArray<AggregatorEffect> AskToRelease(ImmutableArray<PartyId> holders) =>
        holders.IsEmpty
            ? []
            : [new AggregatorEffect.RelayApprovals(holders, new ApprovalsRelayed { Approvals = [.. Approvals.Values] })];

    private AggregatorStep Reject(PartyId to, MessageType type, Digest subject, Rejection rejection) =>
        new(this, [new AggregatorEffect.Reject(to, Rejected.For(Attempt.Consortium, Attempt.Session, type, subject, rejection))]);
}

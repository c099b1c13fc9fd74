using System.Collections.Immutable;
using Consortium.Cryptography.Encryption;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Consortium.Protocol.Sessions;

namespace Consortium.Protocol.Tests.Sessions;

public sealed class AggregatorSessionTests
{
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly SampleRound Fixed = new(Members);
    private static readonly SampleRound Changing = new(Members, rule: CohortRule.Changing);

    [Fact]
    public void Start_OpensRoundOneWithEveryParticipant()
    {
        var open = Assert.Single(OfferAll(Fixed, 1000).Effects.OfType<AggregatorEffect.OpenRound>());
        Assert.Equal(Fixed.SessionKeys, open.Opened.SessionKeys);
        Assert.Equal(
            (Fixed.Attempt, SampleRound.State(0), 61_000L), (open.Opened.Attempt, open.Opened.StartsFrom, open.Opened.Deadline));
        Assert.Equal([.. Members.Banks(), Members.Configuration.Operator.Id], open.To);
    }

    [Fact]
    public void Offer_FewerThanAllKeyHolders_OpensWithTheirKeysAfterThreeReminders()
    {
        AggregatorSession session = Offered("holder-a");
        Assert.Equal(RoundPhase.AwaitingKeys, session.Tick(90_000, []).State.Round.Phase);
        session = Restarted(Offered("holder-a", "holder-c"));
        Step<AggregatorSession, AggregatorEffect> step = session.Tick(89_999, []);
        Assert.Equal(["holder-b"], Names(Assert.Single(step.Effects.OfType<AggregatorEffect.SendPlan>()).To));
        Assert.Equal(RoundPhase.AwaitingKeys, step.State.Round.Phase);

        var open = Assert.Single(session.Tick(90_000, []).Effects.OfType<AggregatorEffect.OpenRound>());
        Assert.Equal(Fixed.SessionKeys.SetItem(1, default), open.Opened.SessionKeys);
    }

    /// <summary>The next round or attempt lists its key; banks are given it as soon as it comes.</summary>
    [Fact]
    public void Offer_WhenAnAttemptIsOpen_TakesPartFromTheNextOn()
    {
        AggregatorSession session = Offered("holder-a", "holder-c").Tick(90_000, []).State;
        Step<AggregatorSession, AggregatorEffect> step = session.Offer(Admitted(Fixed.Offered("holder-b")), 91_000);
        Assert.Equal(Members.Banks(), Assert.Single(step.Effects.OfType<AggregatorEffect.SendSessionKeys>()).To);
        Assert.Equal(default, step.State.Round.SessionKeys[1]);

        session = With(step.State, step.State.Round with { Plan = Changing.Plan.Statement });
        var open = Assert.Single(session.Tick(150_000, []).Effects.OfType<AggregatorEffect.OpenRound>());
        Assert.Equal(2, open.Opened.Attempt.Attempt.Value);
        Assert.Equal(Fixed.SessionKeys, open.Opened.SessionKeys);
    }

    [Fact]
    public void Offer_AnotherKeyOfOneKeyHolder_IsContradictedAndTheFirstCounts()
    {
        using var random = System.Security.Cryptography.RandomNumberGenerator.Create();
        using var key = Cryptography.Identity.SessionReceivingKey.Generate(random);
        AggregatorSession session = Offered("holder-a");
        Step<AggregatorSession, AggregatorEffect> step = session.Offer(
            Admitted(Members.Sign("holder-a", Fixed.Offered("holder-a").Statement with { Key = key.Public })), 0);
        AssertRejected(RejectionReason.Contradicted, step);
        Assert.Equal(session.Keys, step.State.Keys);
        Assert.Empty(session.Offer(Admitted(Fixed.Offered("holder-a")), 0).Effects.OfType<AggregatorEffect.Reject>());
    }

    [Fact]
    public void Submit_SealedToOtherKeysThanTheAttemptWasOpenedWith_IsWrongSessionKey() => AssertRejected(
        RejectionReason.WrongSessionKey,
        Offered("holder-a", "holder-c").Tick(90_000, []).State.Submit(Admitted(Fixed.Submitted("bank-a"))));

    [Fact]
    public void Complete_LastBank_Sums()
    {
        AggregatorSession session = Start(Fixed);
        foreach (PartyId bank in Members.Banks(4))
        {
            session = Collect(session, Fixed, bank);
        }

        Assert.Equal(RoundPhase.Collecting, session.Round.Phase);
        Assert.Equal(RoundPhase.Summing, Collect(session, Fixed, new PartyId("bank-e")).Round.Phase);
    }

    [Fact]
    public void Complete_ChunksWithoutTheManifest_CountForNothing() =>
        Assert.Empty(Start(Fixed).Complete(new PartyId("bank-a"), default).State.Round.Updates);

    [Fact]
    public void Tick_FixedCohortBeyondTheDeadline_WaitsAndNamesTheMissing()
    {
        Step<AggregatorSession, AggregatorEffect> step = Collect(Start(Fixed), Fixed, new PartyId("bank-a")).Tick(61_000, []);
        Assert.Equal(RoundPhase.Collecting, step.State.Round.Phase);
        var report = Assert.Single(step.Effects.OfType<AggregatorEffect.ReportMissing>());
        Assert.Equal(["bank-b", "bank-c", "bank-d", "bank-e"], report.Missing.Select(bank => bank.Name));
    }

    [Fact]
    public void Tick_ChangingCohortBeyondTheDeadline_ClosesWithThoseThere()
    {
        AggregatorSession session = Start(Changing);
        foreach (PartyId bank in Members.Banks(3))
        {
            session = Collect(session, Changing, bank);
        }

        Assert.Empty(session.Tick(29_000, []).Effects);
        var sum = Assert.IsType<AggregatorEffect.SumUpdates>(Assert.Single(session.Tick(60_000, []).Effects));
        Assert.Equal(Members.Banks(3), sum.WithoutSum.Members.Select(member => member.Participant));
    }

    [Fact]
    public void Tick_TooFewBeyondTheDeadline_AbandonsNamingTheMissingAndOpensTheNextAttempt()
    {
        Step<AggregatorSession, AggregatorEffect> step = Collect(
            Collect(Start(Changing), Changing, new PartyId("bank-a")), Changing, new PartyId("bank-b")).Tick(60_000, []);
        AttemptAbandoned abandoned = Assert.Single(step.Effects.OfType<AggregatorEffect.Abandon>()).Abandoned;
        Assert.Equal(AbandonmentReason.TooFewUpdates, abandoned.Reason);
        Assert.Equal(["bank-c", "bank-d", "bank-e"], abandoned.Missing.Select(bank => bank.Name));
        Assert.Equal(2, Assert.Single(step.Effects.OfType<AggregatorEffect.OpenRound>()).Opened.Attempt.Attempt.Value);
    }

    [Fact]
    public void Tick_LastAttemptFails_ReportsTheStall()
    {
        AggregatorSession session = Start(Changing);
        Step<AggregatorSession, AggregatorEffect> step = new(session, []);
        for (int attempt = 1; attempt <= 3; attempt++)
        {
            step = step.State.Tick(61_000L * attempt, []);
        }

        Assert.Single(step.Effects.OfType<AggregatorEffect.ReportStalled>());
    }

    [Fact]
    public void Submit_SecondUpdateOfOneBank_IsContradicted()
    {
        AggregatorSession session = Collect(Start(Fixed), Fixed, new PartyId("bank-a"));
        UpdateManifest manifest = Fixed.Manifest("bank-a");
        ImmutableArray<Digest> chunks = Fixed.ChunkDigests("bank-b");
        UpdateSubmitted other = Fixed.Submitted("bank-a") with
        {
            Manifest = Members.Sign("bank-a", manifest with { ChunksRoot = DigestList.Root(chunks) }),
            ChunkDigests = chunks,
        };
        AssertRejected(RejectionReason.Contradicted, session.Submit(Admitted(other)));
        Assert.Empty(session.Submit(Admitted(Fixed.Submitted("bank-a"))).Effects);
    }

    [Theory]
    [InlineData(2, 1, RejectionReason.WrongRound)]
    [InlineData(1, 2, RejectionReason.WrongAttempt)]
    public void Submit_OfAnotherRoundOrAttempt_IsRejected(int round, int attempt, RejectionReason reason) =>
        AssertRejected(reason, Start(Fixed).Submit(Admitted(new SampleRound(Members, round, attempt).Submitted("bank-a"))));

    [Theory]
    [InlineData(2, 1, RejectionReason.WrongRound)]
    [InlineData(1, 2, RejectionReason.WrongAttempt)]
    public void ApproveAndRelease_OfAnotherRoundOrAttempt_AreRejected(int round, int attempt, RejectionReason reason)
    {
        var other = new SampleRound(Members, round, attempt);
        AssertRejected(reason, Start(Fixed).Approve(Admitted(other.Approval("holder-a", default))));
        AssertRejected(reason, Start(Fixed).Release(Admitted(other.Released("holder-a", default))));
    }

    [Fact]
    public void ApproveAndRelease_OfACohortNeverClosed_AreInconsistent()
    {
        AssertRejected(RejectionReason.Inconsistent, Start(Fixed).Approve(Admitted(Fixed.Approval("holder-a", default))));
        AssertRejected(RejectionReason.Inconsistent, Start(Fixed).Release(Admitted(Fixed.Released("holder-a", default))));
    }

    [Fact]
    public void Submit_OfAnotherSession_IsRejected() =>
        AssertRejected(
            RejectionReason.UnknownSession,
            Start(Fixed).Submit(Admitted(new SampleRound(Members, createdAt: 1).Submitted("bank-a"))));

    [Fact]
    public void Submit_FromAnotherState_IsDiverged() => AssertRejected(
        RejectionReason.Diverged,
        Start(Fixed).Submit(
            Admitted(
                Fixed.Submitted("bank-a") with
                {
                    Manifest = Members.Sign("bank-a", Fixed.Manifest("bank-a") with { StartedFrom = SampleRound.State(3) }),
                })));

    [Fact]
    public void Submit_ChunksThatTheValuesDoNotTake_IsInconsistent()
    {
        UpdateManifest manifest = Fixed.Manifest("bank-a");
        UpdateSubmitted odd = Fixed.Submitted("bank-a") with
        {
            Manifest = Members.Sign("bank-a", manifest with { Shape = manifest.Shape with { Values = 10 } }),
        };
        AssertRejected(RejectionReason.Inconsistent, Start(Fixed).Submit(Admitted(odd)));
    }

    [Fact]
    public void Round_FromUpdatesToTheNextRound_AsksEachPartyInTurn()
    {
        AggregatorSession session = Start(Fixed);
        foreach (PartyId bank in Members.Banks())
        {
            session = Collect(session, Fixed, bank);
        }

        CohortClosed closed = Fixed.Closed("holder-a", Members.Banks());
        var cohort = new CohortDigest(closed.Cohort.Digest);
        Step<AggregatorSession, AggregatorEffect> step = session.Summed(closed.Cohort, now: 1000);
        Assert.Collection(
            step.Effects,
            effect => Assert.Equal(
                ["holder-a", "holder-b", "holder-c"], Names(Assert.IsType<AggregatorEffect.SendCohort>(effect).To)),
            effect => Assert.Equal(Members.Banks(), Assert.IsType<AggregatorEffect.AskForTags>(effect).To),
            effect => Assert.IsType<AggregatorEffect.TagSum>(effect));

        step = step.State.Approve(Admitted(Fixed.Approval("holder-a", cohort)));
        Assert.Empty(step.Effects);
        step = step.State.Approve(Admitted(Fixed.Approval("holder-c", cohort)));
        Assert.Empty(step.Effects);
        step = step.State.SumTagged(cohort, TagOfSum(closed));
        foreach (Signed<UpdateTag> tag in Fixed.Tags(closed))
        {
            Assert.Equal(RoundPhase.Approving, step.State.Round.Phase);
            step = step.State.Tag(Admitted(tag));
            Assert.Equal(tag, Assert.IsType<AggregatorEffect.KeepTag>(step.Effects[0]).Tag);
        }

        Assert.Equal(RoundPhase.Releasing, step.State.Round.Phase);
        Assert.Equal(["holder-a", "holder-c"], Names(Assert.IsType<AggregatorEffect.RelayApprovals>(step.Effects[1]).To));

        step = step.State.Release(Admitted(Fixed.Released("holder-a", cohort)));
        Assert.Equal("holder-a", Assert.IsType<AggregatorEffect.KeepShareSum>(Assert.Single(step.Effects)).Released.Sender.Name);
        step = step.State.Release(Admitted(Fixed.Released("holder-c", cohort)));
        Assert.Equal(Members.Banks(), Assert.Single(step.Effects.OfType<AggregatorEffect.SendAggregate>()).To);
        RoundRecorded recorded = Assert.Single(step.Effects.OfType<AggregatorEffect.RecordRound>()).Recorded;
        Assert.Equal(["holder-a", "holder-c"], recorded.Approvals.Select(approval => approval.Sender.Name));
        Assert.Equal(["holder-a", "holder-c"], recorded.ShareSums.Select(sum => sum.Sender.Name));

        // Three of five agree; the fourth, which says otherwise in time, is named.
        step = step.State.Advance(Admitted(Advanced("bank-d", cohort, 9)), now: 5000);
        step = step.State.Advance(Admitted(Advanced("bank-a", cohort, 1)), now: 5000);
        step = step.State.Advance(Admitted(Advanced("bank-b", cohort, 1)), now: 5000);
        AssertKeptAndForwarded(step.Effects);
        step = step.State.Advance(Admitted(Advanced("bank-c", cohort, 1)), now: 5000);
        Assert.Equal("bank-d", Assert.Single(step.Effects.OfType<AggregatorEffect.ReportDiverged>()).Participant.Name);
        RoundOpened next = Assert.Single(step.Effects.OfType<AggregatorEffect.OpenRound>()).Opened;
        Assert.Equal((2, 1, SampleRound.State(1)), (next.Attempt.Round.Value, next.Attempt.Attempt.Value, next.StartsFrom));
    }

    [Fact]
    public void Advance_MostSayTheModelIsFinal_CompletesBeforeTheLastRound()
    {
        AggregatorSession session = Released(out CohortDigest cohort);
        Step<AggregatorSession, AggregatorEffect> step = session.Advance(
            Admitted(Advanced("bank-a", cohort, 1, isFinal: true)), now: 5000);
        step = step.State.Advance(Admitted(Advanced("bank-b", cohort, 1, isFinal: true)), now: 5000);
        Assert.False(step.State.IsCompleted);
        step = SessionState.DecodeAggregator(SessionState.Encode(step.State), Members.Configuration)
            .Advance(Admitted(Advanced("bank-c", cohort, 1, isFinal: true)), now: 5000);
        Assert.True(step.State.IsCompleted);
        Assert.Equal(new AggregatorEffect.ReportCompleted(SampleRound.State(1)), step.Effects[^1]);
    }

    [Fact]
    public void Advance_OneSaysTheModelIsFinal_GoesOnAndNamesIt()
    {
        AggregatorSession session = Released(out CohortDigest cohort);
        Step<AggregatorSession, AggregatorEffect> step = session.Advance(
            Admitted(Advanced("bank-d", cohort, 1, isFinal: true)), now: 5000);
        foreach (string bank in (string[])["bank-a", "bank-b", "bank-c"])
        {
            AssertKeptAndForwarded(step.Effects);
            step = step.State.Advance(Admitted(Advanced(bank, cohort, 1)), now: 5000);
        }

        Assert.False(step.State.IsCompleted);
        Assert.Equal("bank-d", Assert.Single(step.Effects.OfType<AggregatorEffect.ReportDiverged>()).Participant.Name);
        Assert.Single(step.Effects.OfType<AggregatorEffect.OpenRound>());
    }

    [Fact]
    public void RejectPlan_BelowTheConsortiumsMinimum_IsNotAllowed()
    {
        Signed<SessionPlan> plan = Members.Sign("operator", Fixed.Plan.Statement with { MinimumCohort = 1 });
        Assert.Equal(
            RejectionReason.NotAllowed, AggregatorSession.RejectPlan(Members.Configuration, Admitted(plan))!.Rejected.Reason);
        Assert.Null(AggregatorSession.RejectPlan(Members.Configuration, Admitted(Fixed.Plan)));
    }

    [Fact]
    public void ReceiveRejection_MemberWithoutThePlan_IsSentItAndNobodyIsTold()
    {
        AggregatorSession session = Start(Fixed);
        Rejected asks = Rejected.For(
            Members.Configuration.Digest, session.Session, MessageType.SessionPlan, session.Plan.Digest,
            new Rejection(RejectionReason.UnknownSession, "lost"));
        Assert.Collection(
            session.ReceiveRejection(Admitted(Members.Sign("bank-a", asks)), manifest: null, now: 0).Effects,
            effect => Assert.Equal(["bank-a"], Names(Assert.IsType<AggregatorEffect.SendPlan>(effect).To)),
            effect => Assert.Equal("bank-a", Assert.IsType<AggregatorEffect.SendLastControl>(effect).To.Name));
    }

    [Fact]
    public void Control_NewAndOld_IsSentToEveryMemberAndKeptOnce()
    {
        AggregatorSession session = Start(Fixed);
        Signed<SessionControl> pause = Members.Sign("operator", new SessionControl
        {
            Consortium = Members.Configuration.Digest,
            Session = session.Session,
            Sequence = 1,
            Action = SessionAction.Pause,
            Reason = string.Empty,
        });
        Step<AggregatorSession, AggregatorEffect> step = session.Control(Admitted(pause));
        Assert.Equal(8, Assert.Single(step.Effects.OfType<AggregatorEffect.SendControl>()).To.Length);
        Assert.Single(step.Effects.OfType<AggregatorEffect.KeepControl>());
        Assert.Empty(step.State.Control(Admitted(pause)).Effects.OfType<AggregatorEffect.KeepControl>());
    }

    private static void AssertKeptAndForwarded(ImmutableArray<AggregatorEffect> effects) => Assert.Collection(
        effects,
        effect => Assert.IsType<AggregatorEffect.KeepAdvance>(effect),
        effect => Assert.IsType<AggregatorEffect.ForwardToOperator>(effect));

    private static AggregatorSession Released(out CohortDigest cohort)
    {
        AggregatorSession session = Start(Fixed);
        foreach (PartyId bank in Members.Banks())
        {
            session = Collect(session, Fixed, bank);
        }

        CohortClosed closed = Fixed.Closed("holder-a", Members.Banks());
        cohort = new CohortDigest(closed.Cohort.Digest);
        session = Tagged(session.Summed(closed.Cohort, now: 0).State, closed, Fixed);
        foreach (string holder in (string[])["holder-a", "holder-c"])
        {
            session = session.Approve(Admitted(Fixed.Approval(holder, cohort))).State;
        }

        session = session.Release(Admitted(Fixed.Released("holder-a", cohort))).State;
        return session.Release(Admitted(Fixed.Released("holder-c", cohort))).State;
    }

    [Fact]
    public void Rejected_BySoManyThatTCannotApprove_AbandonsTheAttempt()
    {
        AggregatorSession session = Start(Changing);
        foreach (PartyId bank in Members.Banks())
        {
            session = Collect(session, Changing, bank);
        }

        Signed<Cohort> cohort = Changing.Closed("holder-a", Members.Banks()).Cohort;
        session = session.Summed(cohort, now: 0).State;
        session = session.ReceiveRejection(Admitted(Rejection("holder-a", cohort)), manifest: null, now: 0).State;
        Assert.Equal(RoundPhase.Approving, session.Round.Phase);
        Step<AggregatorSession, AggregatorEffect> step = session.ReceiveRejection(
            Admitted(Rejection("holder-b", cohort)), manifest: null, now: 0);
        Assert.Equal(
            ["holder-a", "holder-b"],
            Assert.Single(step.Effects.OfType<AggregatorEffect.Abandon>()).Abandoned.Missing.Select(holder => holder.Name));
        Assert.Equal(2, step.State.Round.Attempt.Attempt.Value);
    }

    [Fact]
    public void Rejected_SpoiledByABank_AsksWhoHasNotReleasedAndKeepsTheirShareSumForEveryBank()
    {
        AggregatorSession session = Released(out CohortDigest cohort);
        Step<AggregatorSession, AggregatorEffect> step = session.ReceiveRejection(
            Admitted(Rejection("bank-b", session.Round.Cohort!)), manifest: null, now: 0);
        Assert.Equal(["holder-b"], Names(Assert.Single(step.Effects.OfType<AggregatorEffect.SendCohort>()).To));

        step = step.State.Approve(Admitted(Fixed.Approval("holder-b", cohort)));
        Assert.Equal(["holder-b"], Names(Assert.IsType<AggregatorEffect.RelayApprovals>(Assert.Single(step.Effects)).To));

        step = step.State.Release(Admitted(Fixed.Released("holder-b", cohort)));
        Assert.Equal("holder-b", Assert.IsType<AggregatorEffect.KeepShareSum>(Assert.Single(step.Effects)).Released.Sender.Name);
    }

    [Fact]
    public void Release_WhenItsRoundIsOver_IsKeptForABankLeftBehindAndAnswered()
    {
        AggregatorSession session = Released(out CohortDigest cohort);
        foreach (string bank in (string[])["bank-a", "bank-b", "bank-c"])
        {
            session = session.Advance(Admitted(Advanced(bank, cohort, 1)), now: 5000).State;
        }

        Assert.Equal(2, session.Round.Attempt.Round.Value);
        Step<AggregatorSession, AggregatorEffect> step = session.Release(Admitted(Fixed.Released("holder-b", cohort)));
        Assert.Equal("holder-b", Assert.IsType<AggregatorEffect.KeepLateShareSum>(step.Effects[0]).Released.Sender.Name);
        Assert.Equal(RejectionReason.WrongRound, Assert.IsType<AggregatorEffect.Reject>(step.Effects[1]).Rejected.Reason);
    }

    [Fact]
    public void Tick_MessagesStillWaitForAParty_RemindsOnlyTheOthers()
    {
        AggregatorSession session = Collect(Start(Fixed), Fixed, new PartyId("bank-a"));
        ImmutableArray<AggregatorEffect> reminders =
            session.Tick(31_000, [new PartyId("bank-b"), new PartyId("bank-d")]).Effects;
        Assert.Equal(["bank-c", "bank-e"], Names(Assert.IsType<AggregatorEffect.SendSessionKeys>(reminders[0]).To));
        Assert.Equal(["bank-c", "bank-e"], Names(Assert.IsType<AggregatorEffect.OpenRound>(reminders[1]).To));
        Assert.Equal(2, reminders.Length);

        session = Released(out _);
        var again = Assert.IsType<AggregatorEffect.SendAggregate>(
            Assert.Single(session.Tick(31_000, [new PartyId("bank-a")]).Effects));
        Assert.Equal(["bank-b", "bank-c", "bank-d", "bank-e"], Names(again.To));
        Assert.Empty(session.Tick(31_000, Members.Banks()).Effects);
    }

    [Fact]
    public void CatchUp_WhileCollecting_AsksThatBankAloneAndOnlyIfItsUpdateIsMissing()
    {
        AggregatorSession session = Collect(Start(Fixed), Fixed, new PartyId("bank-a"));
        Assert.IsType<AggregatorEffect.SendLastControl>(
            Assert.Single(session.CatchUp(Admitted(Question("bank-a", session.Session))).Effects));
        var opening = Assert.Single(
            session.CatchUp(Admitted(Question("bank-b", session.Session))).Effects.OfType<AggregatorEffect.OpenRound>());
        Assert.Equal(["bank-b"], Names(opening.To));
    }

    [Theory]
    [InlineData(CohortRule.Fixed)]
    [InlineData(CohortRule.Changing)]
    public void Tag_OfOtherChunks_NamesTheBankAndReleasesNothing(CohortRule rule)
    {
        SampleRound round = rule == CohortRule.Fixed ? Fixed : Changing;
        AggregatorSession session = Approved(round, out CohortClosed closed);
        var cohort = new CohortDigest(closed.Digest);
        SumTag wrong = SymbolicTag.Of(default, closed.Digest), right = round.Tag("bank-b", closed).Statement.Tag;
        foreach (Signed<UpdateTag> tag in round.Tags(closed).SetItem(1, round.Tag("bank-b", closed, wrong)))
        {
            Assert.Empty(session.Tag(Admitted(tag)).Effects.OfType<AggregatorEffect.CheckTags>());
            session = session.Tag(Admitted(tag)).State;
        }

        Step<AggregatorSession, AggregatorEffect> step = session.SumTagged(cohort, TagOfSum(closed));
        Assert.IsType<AggregatorEffect.CheckTags>(Assert.Single(step.Effects));
        Assert.Single(Restarted(step.State).Restart([]).Effects.OfType<AggregatorEffect.CheckTags>());
        step = Restarted(step.State).TagsChecked(
            cohort, ImmutableSortedDictionary<PartyId, SumTag>.Empty.Add(new PartyId("bank-b"), right), now: 5000);

        AggregatorEffect.Reject reject = Assert.Single(step.Effects.OfType<AggregatorEffect.Reject>());
        Assert.Equal(("bank-b", RejectionReason.Inconsistent), (reject.To.Name, reject.Rejected.Reason));
        Assert.Equal("bank-b", Assert.Single(step.Effects.OfType<AggregatorEffect.ReportRejectedUpdate>()).Bank.Name);
        if (rule == CohortRule.Fixed)
        {
            // The session waits for the right tag, and takes no other from this bank.
            AssertRejected(RejectionReason.Inconsistent, step.State.Tag(Admitted(round.Tag("bank-b", closed, wrong))));
            step = Restarted(step.State).Tag(Admitted(round.Tag("bank-b", closed)));
            Assert.Equal(RoundPhase.Releasing, step.State.Round.Phase);
        }
        else
        {
            AssertGoesOnWithout("bank-b", step);
        }
    }

    [Fact]
    public void Tick_ChangingCohortWithoutATagBeyondTheDeadline_NamesTheBankAndGoesOnWithoutIt()
    {
        AggregatorSession session = Approved(Changing, out CohortClosed closed);
        foreach (Signed<UpdateTag> tag in Changing.Tags(closed).RemoveAt(1))
        {
            session = session.Tag(Admitted(tag)).State;
        }

        Assert.Equal(["bank-b", "holder-b"], Names(session.StatusAt(0).Waiting));
        Assert.Empty(session.Tick(60_999, []).Effects.OfType<AggregatorEffect.Abandon>());
        AssertGoesOnWithout("bank-b", Restarted(session).Tick(61_000, []));
    }

    [Fact]
    public void Tick_FixedCohortWithoutATagBeyondTheDeadline_WaitsAndNamesTheBank()
    {
        AggregatorSession session = Approved(Fixed, out CohortClosed closed);
        foreach (Signed<UpdateTag> tag in Fixed.Tags(closed).RemoveAt(1))
        {
            session = session.Tag(Admitted(tag)).State;
        }

        Step<AggregatorSession, AggregatorEffect> step = session.Tick(61_000, []);
        Assert.Equal(["bank-b"], Names(Assert.Single(step.Effects.OfType<AggregatorEffect.AskForTags>()).To));
        Assert.Equal(["bank-b"], Names(Assert.Single(step.Effects.OfType<AggregatorEffect.ReportMissing>()).Missing));
        Assert.Empty(step.Effects.OfType<AggregatorEffect.Abandon>());
    }

    [Fact]
    public void ReceiveRejection_MemberThatLostItsUpdate_TriesAgain()
    {
        AggregatorSession session = Approved(Fixed, out CohortClosed closed);
        Signed<Rejected> lost = Members.Sign(
            "bank-b",
            Rejected.For(
                Members.Configuration.Digest, session.Session, MessageType.Cohort, closed.Digest,
                new(RejectionReason.WrongAttempt, "lost")));
        Step<AggregatorSession, AggregatorEffect> step = session.ReceiveRejection(Admitted(lost), manifest: null, now: 5000);
        AttemptAbandoned abandoned = Assert.Single(step.Effects.OfType<AggregatorEffect.Abandon>()).Abandoned;
        Assert.Equal(AbandonmentReason.MissingTags, abandoned.Reason);
        Assert.Equal(2, step.State.Round.Attempt.Attempt.Value);
        Assert.Equal([.. Members.Banks(), Members.Configuration.Operator.Id], OpenedFor(step));

        session = session.Tag(Admitted(Fixed.Tag("bank-b", closed))).State;
        step = session.ReceiveRejection(Admitted(lost), manifest: null, now: 5000);
        Assert.Empty(step.Effects.OfType<AggregatorEffect.Abandon>());
    }

    [Fact]
    public void TagsChecked_AllAreTheirChunks_GivesTheAggregatorsOwnSumUp()
    {
        AggregatorSession session = Approved(Fixed, out CohortClosed closed);
        var cohort = new CohortDigest(closed.Digest);
        session = session.SumTagged(cohort, SymbolicTag.Of(default, default)).State;
        foreach (Signed<UpdateTag> tag in Fixed.Tags(closed))
        {
            session = session.Tag(Admitted(tag)).State;
        }

        Step<AggregatorSession, AggregatorEffect> step = session.TagsChecked(
            cohort, ImmutableSortedDictionary<PartyId, SumTag>.Empty, now: 5000);
        Assert.Equal(
            AbandonmentReason.DamagedSum, Assert.Single(step.Effects.OfType<AggregatorEffect.Abandon>()).Abandoned.Reason);
        Assert.Equal(2, step.State.Round.Attempt.Attempt.Value);
    }

    [Fact]
    public void Tag_ASecondOneOfNoMemberOrOfAnotherCohort_IsRejected()
    {
        AggregatorSession session = Approved(Fixed, out CohortClosed closed);
        session = session.Tag(Admitted(Fixed.Tag("bank-a", closed))).State;
        Assert.Empty(session.Tag(Admitted(Fixed.Tag("bank-a", closed))).Effects);
        AssertRejected(
            RejectionReason.Contradicted, session.Tag(Admitted(Fixed.Tag("bank-a", closed, SymbolicTag.Of(default, default)))));
        CohortClosed other = Fixed.Closed("holder-a", Members.Banks(4));
        AssertRejected(RejectionReason.Inconsistent, session.Tag(Admitted(Fixed.Tag("bank-b", other))));
        AssertRejected(RejectionReason.Inconsistent, Start(Fixed).Tag(Admitted(Fixed.Tag("bank-b", closed))));
    }

    [Fact]
    public void EraseShares_NextRoundOrAttempt_KeepsTheNewAttemptsAlone()
    {
        Step<AggregatorSession, AggregatorEffect> step = Advance(Released(out CohortDigest cohort), cohort, 3, isFinal: false);
        AttemptId kept = Assert.Single(step.Effects.OfType<AggregatorEffect.EraseShares>()).Kept!.Value;
        Assert.Equal((2, 1), (kept.Round.Value, kept.Attempt.Value));

        step = Start(Changing).Tick(60_000, []);
        kept = Assert.Single(step.Effects.OfType<AggregatorEffect.EraseShares>()).Kept!.Value;
        Assert.Equal((1, 2), (kept.Round.Value, kept.Attempt.Value));
    }

    [Fact]
    public void EraseShares_SessionComplete_WaitsForTheLastBankAndNotForEver()
    {
        AggregatorSession released = Released(out CohortDigest cohort);
        Step<AggregatorSession, AggregatorEffect> step = Advance(released, cohort, 4, isFinal: true);
        Assert.True(step.State.IsCompleted);
        Assert.Empty(step.Effects.OfType<AggregatorEffect.EraseShares>());
        AggregatorSession waiting = Restarted(step.State);
        Assert.Null(Assert.Single(Last(waiting).Effects.OfType<AggregatorEffect.EraseShares>()).Kept);

        Assert.Empty(waiting.Tick(119_999, []).Effects);
        step = waiting.Tick(120_000, []);
        Assert.Null(Assert.Single(step.Effects.OfType<AggregatorEffect.EraseShares>()).Kept);
        AggregatorSession erased = Restarted(step.State);
        Assert.True(erased.AreSharesErased);
        Assert.Empty(Last(erased).Effects.OfType<AggregatorEffect.EraseShares>());
        Assert.Empty(
            erased.ReceiveRejection(Admitted(Rejection("bank-e", erased.Round.Cohort!)), manifest: null, now: 0)
                .Effects.OfType<AggregatorEffect.SendCohort>());

        Step<AggregatorSession, AggregatorEffect> Last(AggregatorSession session) =>
            session.Advance(Admitted(Advanced("bank-e", cohort, 1, isFinal: true)), now: 5000);
    }

    [Fact]
    public void EraseShares_SessionAborted_ErasesAll()
    {
        AggregatorSession session = Collect(Start(Fixed), Fixed, new PartyId("bank-a"));
        Step<AggregatorSession, AggregatorEffect> step = session.Control(Admitted(Members.Sign("operator", new SessionControl
        {
            Consortium = Members.Configuration.Digest,
            Session = session.Session,
            Sequence = 1,
            Action = SessionAction.Abort,
            Reason = string.Empty,
        })));
        Assert.Null(Assert.Single(step.Effects.OfType<AggregatorEffect.EraseShares>()).Kept);
    }

    private static Step<AggregatorSession, AggregatorEffect> Advance(
        AggregatorSession session, CohortDigest cohort, int banks, bool isFinal)
    {
        Step<AggregatorSession, AggregatorEffect> step = new(session, []);
        foreach (PartyId bank in Members.Banks(banks))
        {
            step = step.State.Advance(Admitted(Advanced(bank.Name, cohort, 1, isFinal)), now: 5000);
        }

        return step;
    }

    /// <summary>A round whose cohort T key holders approved, and for which no tag has come.</summary>
    private static AggregatorSession Approved(SampleRound round, out CohortClosed closed)
    {
        AggregatorSession session = Start(round);
        foreach (PartyId bank in Members.Banks())
        {
            session = Collect(session, round, bank);
        }

        closed = round.Closed("holder-a", Members.Banks());
        session = session.Summed(closed.Cohort, now: 1000).State;
        foreach (string holder in (string[])["holder-a", "holder-c"])
        {
            session = session.Approve(Admitted(round.Approval(holder, new CohortDigest(closed.Digest)))).State;
        }

        return session;
    }

    private static void AssertGoesOnWithout(string bank, Step<AggregatorSession, AggregatorEffect> step)
    {
        AttemptAbandoned abandoned = Assert.Single(step.Effects.OfType<AggregatorEffect.Abandon>()).Abandoned;
        Assert.Equal((AbandonmentReason.MissingTags, bank), (abandoned.Reason, Assert.Single(abandoned.Missing).Name));
        PartyId[] others = [.. Members.Banks().Where(other => other.Name != bank)];
        Assert.Equal([.. others, Members.Configuration.Operator.Id], OpenedFor(step));
        AggregatorSession next = Restarted(step.State);
        var second = new SampleRound(Members, attempt: 2, rule: CohortRule.Changing);
        AssertRejected(RejectionReason.NotAllowed, next.Submit(Admitted(second.Submitted(bank))));
        foreach (PartyId other in others)
        {
            next = Collect(next, second, other);
        }

        Assert.Equal(RoundPhase.Summing, next.Round.Phase);
        Assert.Equal(others, next.Round.WithoutSum!.Parties);
    }

    private static ImmutableArray<PartyId> OpenedFor(Step<AggregatorSession, AggregatorEffect> step) =>
        Assert.Single(step.Effects.OfType<AggregatorEffect.OpenRound>()).To;

    private static AggregatorSession Restarted(AggregatorSession session) =>
        SessionState.DecodeAggregator(SessionState.Encode(session), Members.Configuration);

    private static AggregatorSession Tagged(AggregatorSession session, CohortClosed closed, SampleRound round)
    {
        session = session.SumTagged(new CohortDigest(closed.Digest), TagOfSum(closed)).State;
        return round.Tags(closed).Aggregate(session, (tagged, tag) => tagged.Tag(Admitted(tag)).State);
    }

    private static SumTag TagOfSum(CohortClosed closed) =>
        SumTag.Sum(closed.Manifests.Select(manifest => SymbolicTag.Of(manifest.Digest, closed.Digest)));

    private static Signed<CatchUpRequested> Question(string bank, SessionId session) =>
        Members.Sign(
            bank,
            new CatchUpRequested { Consortium = Members.Configuration.Digest, Session = session, From = RoundNumber.First });

    private static IEnumerable<string> Names(IEnumerable<PartyId> parties) => parties.Select(party => party.Name);

    /// <summary>A session for which these key holders alone have offered their keys.</summary>
    private static AggregatorSession Offered(params string[] holders) => holders.Aggregate(
        AggregatorSession.Start(Members.Configuration, Admitted(Fixed.Plan), now: 0).State,
        (session, holder) => session.Offer(Admitted(Fixed.Offered(holder)), 0).State);

    private static AggregatorSession With(AggregatorSession session, AggregatorRound round) => session with { Round = round };

    private static AggregatorSession Start(SampleRound round) => OfferAll(round, now: 0).State;

    /// <summary>A session that every key holder offered its key for.</summary>
    private static Step<AggregatorSession, AggregatorEffect> OfferAll(SampleRound round, long now) =>
        Members.Configuration.KeyHolders.Aggregate(
            AggregatorSession.Start(Members.Configuration, Admitted(round.Plan), now),
            (step, holder) => step.State.Offer(Admitted(round.Offered(holder.Id.Name)), now));

    private static AggregatorSession Collect(AggregatorSession session, SampleRound round, PartyId bank)
    {
        UpdateSubmitted update = round.Submitted(bank.Name);
        return session.Submit(Admitted(update)).State.Complete(bank, update.Manifest.Digest).State;
    }

    private static Signed<ModelAdvanced> Advanced(string bank, CohortDigest cohort, int state, bool isFinal = false) =>
        Members.Sign(
            bank,
            new ModelAdvanced
            {
                Attempt = Fixed.Attempt,
                CohortDigest = cohort,
                State = SampleRound.State(state),
                IsFinal = isFinal,
            });

    private static Signed<Rejected> Rejection(string by, Signed<Cohort> cohort) => Members.Sign(by, new Rejected
    {
        Consortium = Members.Configuration.Digest,
        Session = cohort.Statement.Attempt.Session,
        SubjectType = MessageType.CohortClosed,
        SubjectDigest = cohort.Digest,
        Reason = RejectionReason.Spoiled,
        Detail = "test",
    });

    private static Authentic<T> Admitted<T>(T message)
        where T : Message
    {
        var gate = new MessageGate(Members.Configuration, new PartyId("aggregator"));
        Assert.True(gate.TryAdmit(message, out Authentic<T> authentic, out Rejection? rejection), rejection?.Detail);
        return authentic;
    }

    private static void AssertRejected(RejectionReason reason, Step<AggregatorSession, AggregatorEffect> step) =>
        Assert.Equal(reason, Assert.Single(step.Effects.OfType<AggregatorEffect.Reject>()).Rejected.Reason);
}

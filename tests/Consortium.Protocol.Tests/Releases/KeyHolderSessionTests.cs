using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Releases;
using Consortium.Protocol.Sessions;

namespace Consortium.Protocol.Tests.Releases;

/// <summary>
/// What a key holder does and rejects, one rule at a time. Every message here is really signed and passes the gate.
/// </summary>
public sealed class KeyHolderSessionTests
{
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly SampleRound Round = new(Members, rule: CohortRule.Changing);
    private static readonly SampleRound SecondAttempt = new(Members, attempt: 2, rule: CohortRule.Changing);
    private static readonly SampleRound SecondRound = new(Members, round: 2, rule: CohortRule.Changing);
    private static readonly CohortClosed Closed = Round.Closed("holder-a", Members.Banks());
    private static readonly CohortDigest ClosedDigest = new(Closed.Cohort.Digest);
    private static readonly KeyHolderSession Joined = Join(Round);

    [Fact]
    public void Close_AllowedCohort_Approves()
    {
        (KeyHolderSession session, ImmutableArray<KeyHolderEffect> effects) = Close(Joined, Closed);
        var approval = Assert.IsType<KeyHolderEffect.SendApproval>(Assert.Single(effects)).Approval;
        Assert.Equal((ClosedDigest, 1L, default), (approval.CohortDigest, approval.Sequence, approval.PreviousDigest));
        Assert.Equal(approval, session.Promise!.Approval);
    }

    [Fact]
    public void Close_SameCohortAgain_ApprovesAgainInTheSameWords()
    {
        (KeyHolderSession session, ImmutableArray<KeyHolderEffect> effects) = Close(Joined, Closed);
        (KeyHolderSession again, ImmutableArray<KeyHolderEffect> repeated) = Close(session, Closed);
        Assert.Same(session, again);
        Assert.Equal(effects, repeated);
    }

    [Fact]
    public void Close_AnotherCohortOfTheAttempt_IsAlreadyPromised() =>
        AssertRejected(
            RejectionReason.AlreadyPromised, Close(Close(Joined, Closed).State, Round.Closed("holder-a", Members.Banks(4))));

    [Fact]
    public void Close_LaterAttemptWithNothingReleased_ApprovesAndDeletesTheEarlierShares()
    {
        Step<KeyHolderSession, KeyHolderEffect> step = Close(
            Close(Joined, Closed).State, SecondAttempt.Closed("holder-a", Members.Banks(4)));
        Assert.Collection(
            step.Effects,
            effect => Assert.Equal(2, Assert.IsType<KeyHolderEffect.SendApproval>(effect).Approval.Sequence),
            effect => Assert.Equal(Round.Attempt, Assert.IsType<KeyHolderEffect.DeleteShares>(effect).Attempt));
        AssertNothingReleased(Receive(step.State, Round.Approval("holder-b", ClosedDigest)));
    }

    [Fact]
    public void Close_LaterAttemptAfterRelease_IsAlreadyPromised() =>
        AssertRejected(RejectionReason.AlreadyPromised, Close(Released(), SecondAttempt.Closed("holder-a", Members.Banks(4))));

    [Fact]
    public void Close_EarlierAttempt_IsWrongAttempt() =>
        AssertRejected(
            RejectionReason.WrongAttempt, Close(Close(Joined, SecondAttempt.Closed("holder-a", Members.Banks())).State, Closed));

    [Fact]
    public void Close_EarlierRound_IsWrongRound() =>
        AssertRejected(
            RejectionReason.WrongRound, Close(Close(Joined, SecondRound.Closed("holder-a", Members.Banks())).State, Closed));

    [Fact]
    public void Close_NextRoundAfterRelease_Approves() =>
        Assert.IsType<KeyHolderEffect.SendApproval>(
            Assert.Single(Close(Released(), SecondRound.Closed("holder-a", Members.Banks())).Effects));

    [Fact]
    public void Close_FewerThanTheMinimum_IsCohortTooSmall() =>
        AssertRejected(RejectionReason.CohortTooSmall, Close(Joined, Round.Closed("holder-a", Members.Banks(2))));

    [Fact]
    public void Close_FixedCohortWithOneBankLeftOut_IsNotAllowed()
    {
        var round = new SampleRound(Members);
        AssertRejected(RejectionReason.NotAllowed, Close(Join(round), round.Closed("holder-a", Members.Banks(4))));
    }

    [Fact]
    public void Close_AnotherSession_IsUnknownSession() =>
        AssertRejected(
            RejectionReason.UnknownSession,
            Close(Joined, new SampleRound(Members, rule: CohortRule.Changing, createdAt: 1).Closed("holder-a", Members.Banks())));

    [Fact]
    public void Close_RoundBeyondThePlan_IsWrongRound() =>
        AssertRejected(
            RejectionReason.WrongRound,
            Close(Joined, new SampleRound(Members, round: 5, rule: CohortRule.Changing).Closed("holder-a", Members.Banks())));

    [Fact]
    public void Close_AttemptBeyondThePlan_IsWrongAttempt() =>
        AssertRejected(
            RejectionReason.WrongAttempt,
            Close(Joined, new SampleRound(Members, attempt: 4, rule: CohortRule.Changing).Closed("holder-a", Members.Banks())));

    [Fact]
    public void Close_ShareThatDoesNotOpen_IsSpoiledAndNamesTheBank()
    {
        Rejected rejected = AssertRejected(
            RejectionReason.Spoiled, Joined.Close(Admitted(Closed), [new PartyId("bank-c")], FreshLedger.Rules));
        Assert.Contains("bank-c", rejected.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Close_Paused_IsNotRunningUntilResumed()
    {
        KeyHolderSession paused = Control(Joined, SessionAction.Pause, 1).State;
        AssertRejected(RejectionReason.SessionNotRunning, Close(paused, Closed));
        Assert.Same(paused.Plan, Control(paused, SessionAction.Pause, 1).State.Plan);
        Assert.IsType<KeyHolderEffect.SendApproval>(
            Assert.Single(Close(Control(paused, SessionAction.Resume, 2).State, Closed).Effects));
    }

    [Fact]
    public void Control_AbortBeforeRelease_DeletesSharesAndNeverReleases()
    {
        Step<KeyHolderSession, KeyHolderEffect> aborted = Control(Close(Joined, Closed).State, SessionAction.Abort, 1);
        Assert.Equal(
            [typeof(KeyHolderEffect.DeleteShares), typeof(KeyHolderEffect.EraseSessionKeys)],
            aborted.Effects.Select(effect => effect.GetType()));
        AssertNothingReleased(Receive(aborted.State, Round.Approval("holder-b", ClosedDigest)));
        AssertRejected(RejectionReason.SessionNotRunning, Close(Control(aborted.State, SessionAction.Resume, 2).State, Closed));
    }

    [Fact]
    public void Hear_FewerThanThresholdApprovals_ReleasesNothing() =>
        AssertNothingReleased(Receive(Close(Joined, Closed).State, Round.Approval("holder-a", ClosedDigest)));

    [Fact]
    public void Hear_ApprovalsOfAnotherCohort_ReleasesNothing() =>
        AssertNothingReleased(
            Receive(
                Close(Joined, Closed).State, Round.Approval("holder-b", new CohortDigest(default)),
                Round.Approval("holder-c", new CohortDigest(default))));

    [Fact]
    public void Hear_ApprovalsBeforeOwn_ReleasesNothing() =>
        AssertNothingReleased(
            Receive(Joined, Round.Approval("holder-b", ClosedDigest), Round.Approval("holder-c", ClosedDigest)));

    [Fact]
    public void Hear_ThresholdApprovals_AsksForTheShareSum()
    {
        var effect = Assert.Single(Receive(Close(Joined, Closed).State, Round.Approval("holder-b", ClosedDigest)).Effects);
        Assert.Equal(new KeyHolderEffect.ReleaseShareSum(Round.Attempt, ClosedDigest), effect);
    }

    [Fact]
    public void Released_Twice_SendsTheFirstBytesBothTimes()
    {
        KeyHolderSession session = Released();
        ShareSumReleased first = session.Promise!.Release!;
        ShareSumReleased sealedAnew = Round.Released("holder-a", ClosedDigest);
        Assert.NotSame(first, sealedAnew);
        foreach (Step<KeyHolderSession, KeyHolderEffect> step in new[]
        {
            session.Released(sealedAnew, Closed.Cohort.Statement, FreshLedger.Rules),
            Receive(session, Round.Approval("holder-b", ClosedDigest)),
        })
        {
            Assert.Same(first, Assert.IsType<KeyHolderEffect.SendRelease>(Assert.Single(step.Effects)).Release);
        }

        Assert.Same(first, Assert.IsType<KeyHolderEffect.SendRelease>(Close(session, Closed).Effects[1]).Release);
        Assert.Same(first, Assert.IsType<KeyHolderEffect.SendRelease>(session.Restart().Effects[1]).Release);
    }

    [Fact]
    public void Released_SharesAreDeletedOnce()
    {
        KeyHolderSession approved = Receive(Close(Joined, Closed).State, Round.Approval("holder-b", ClosedDigest)).State;
        Assert.Collection(
            approved.Released(Round.Released("holder-a", ClosedDigest), Closed.Cohort.Statement, FreshLedger.Rules).Effects,
            effect => Assert.IsType<KeyHolderEffect.Record>(effect),
            effect => Assert.IsType<KeyHolderEffect.SendRelease>(effect),
            effect => Assert.Equal(new KeyHolderEffect.DeleteShares(Round.Attempt), effect));
    }

    [Fact]
    public void Released_WithoutQuorum_SendsNothing() =>
        Assert.Empty(
            Close(Joined, Closed).State.Released(
                Round.Released("holder-a", ClosedDigest), Closed.Cohort.Statement, FreshLedger.Rules).Effects);

    [Fact]
    public void Abandon_BeforeRelease_DeletesSharesAndNeverReleases()
    {
        Step<KeyHolderSession, KeyHolderEffect> step = Abandon(Close(Joined, Closed).State);
        Assert.IsType<KeyHolderEffect.DeleteShares>(Assert.Single(step.Effects));
        AssertNothingReleased(Receive(step.State, Round.Approval("holder-b", ClosedDigest)));
        AssertRejected(RejectionReason.AlreadyPromised, Close(step.State, Closed));
    }

    [Fact]
    public void Abandon_AfterRelease_ChangesNothing()
    {
        KeyHolderSession released = Released();
        Step<KeyHolderSession, KeyHolderEffect> step = Abandon(released);
        Assert.Same(released, step.State);
        Assert.Empty(step.Effects);
    }

    [Fact]
    public void Hear_OwnApprovalThatTheLedgerLacks_Halts()
    {
        // The ledger is restored from before the approval; the approval comes back from a peer.
        Step<KeyHolderSession, KeyHolderEffect> step = Receive(
            Joined, Round.Approval("holder-a", ClosedDigest), Round.Approval("holder-b", ClosedDigest));
        Assert.IsType<KeyHolderEffect.Halt>(Assert.Single(step.Effects));
        AssertRejected(RejectionReason.LedgerHalted, Close(step.State, SecondAttempt.Closed("holder-a", Members.Banks())));
    }

    [Fact]
    public void Hear_PeerApprovingTwoCohortsOfOneAttempt_AccusesItAndCountsItNoMore()
    {
        KeyHolderSession session = Receive(
            Close(Joined, Closed).State, Round.Approval("holder-b", new CohortDigest(default))).State;
        Step<KeyHolderSession, KeyHolderEffect> step = Receive(session, Round.Approval("holder-b", ClosedDigest));
        var accusation = Assert.IsType<KeyHolderEffect.Accuse>(Assert.Single(step.Effects));
        Assert.NotEqual(accusation.First.Statement.CohortDigest, accusation.Second.Statement.CohortDigest);
        AssertNothingReleased(Receive(step.State, Round.Approval("holder-b", ClosedDigest)));
        Assert.IsType<KeyHolderEffect.ReleaseShareSum>(
            Assert.Single(Receive(step.State, Round.Approval("holder-c", ClosedDigest)).Effects));
    }

    [Fact]
    public void Hear_PeerWhoseSequenceWentBack_IsAccused()
    {
        // Approval 2 for attempt 2 was seen; then approval 1 for round 2: a ledger restored from before approval 2.
        KeyHolderSession session = Receive(Joined, SecondAttempt.Approval("holder-b", ClosedDigest, sequence: 2)).State;
        Step<KeyHolderSession, KeyHolderEffect> step = Receive(
            session, SecondRound.Approval("holder-b", ClosedDigest, sequence: 1));
        Assert.IsType<KeyHolderEffect.Accuse>(Assert.Single(step.Effects));
    }

    [Fact]
    public void Hear_OldApprovalAgain_AccusesNobody()
    {
        KeyHolderSession session = Receive(Joined, SecondAttempt.Approval("holder-b", ClosedDigest, sequence: 2)).State;
        Assert.Empty(Receive(session, Round.Approval("holder-b", ClosedDigest, sequence: 1)).Effects);
    }

    private static KeyHolderSession Join(SampleRound round) =>
        KeyHolderSession.Join(
            new PartyId("holder-a"), new(3, 2), Admitted(round.Plan), round.Offered("holder-a").Digest);

    private static KeyHolderSession Released() =>
        Receive(Close(Joined, Closed).State, Round.Approval("holder-b", ClosedDigest)).State
            .Released(Round.Released("holder-a", ClosedDigest), Closed.Cohort.Statement, FreshLedger.Rules).State;

    [Fact]
    public void Close_NeighbourOfAReleasedCohort_IsRejected() =>
        AssertRejected(RejectionReason.LedgerConflict, Joined.Close(Admitted(Closed), [], AfterANeighbour));

    [Fact]
    public void Released_NeighbourWasReleasedSinceTheApproval_IsWithheldForGood()
    {
        KeyHolderSession approved = Receive(Close(Joined, Closed).State, Round.Approval("holder-b", ClosedDigest)).State;
        Step<KeyHolderSession, KeyHolderEffect> step = approved.Released(
            Round.Released("holder-a", ClosedDigest), Closed.Cohort.Statement, AfterANeighbour);

        Assert.Equal(
            [typeof(KeyHolderEffect.DeleteShares), typeof(KeyHolderEffect.Reject)],
            step.Effects.Select(effect => effect.GetType()));
        Assert.True(step.State.Promise!.IsWithdrawn);
        Assert.Empty(step.State.Restart().Effects);
    }

    [Fact]
    public void Released_IsRecordedBeforeItIsSent_AndOnce()
    {
        KeyHolderSession approved = Receive(Close(Joined, Closed).State, Round.Approval("holder-b", ClosedDigest)).State;
        ShareSumReleased release = Round.Released("holder-a", ClosedDigest);
        ImmutableArray<KeyHolderEffect> effects = approved.Released(release, Closed.Cohort.Statement, FreshLedger.Rules).Effects;

        LedgerEntry.Participated entry = Assert.IsType<KeyHolderEffect.Record>(effects[0]).Entry;
        Assert.Equal([.. Members.Banks()], entry.Cohort);
        LedgerRules recorded = FreshLedger.Rules with { Ledger = FreshLedger.Rules.Ledger.Append(entry) };
        Assert.IsType<KeyHolderEffect.SendRelease>(approved.Released(release, Closed.Cohort.Statement, recorded).Effects[0]);
    }

    private static LedgerRules AfterANeighbour => FreshLedger.Rules with
    {
        Ledger = FreshLedger.Rules.Ledger.Append(new LedgerEntry.Participated(
            ParticipationKind.Released, new SessionId(Digest.Of("another"u8)), "another", RoundNumber.First, Members.Banks(4),
            Round.Plan.Statement.Window, null)),
    };

    private static Step<KeyHolderSession, KeyHolderEffect> Close(KeyHolderSession session, CohortClosed closed) =>
        session.Close(Admitted(closed), [], FreshLedger.Rules);

    private static Step<KeyHolderSession, KeyHolderEffect> Receive(
        KeyHolderSession session, params ImmutableArray<Signed<CohortApproval>> approvals) =>
        session.Receive(Admitted(new ApprovalsRelayed { Approvals = approvals }));

    private static Step<KeyHolderSession, KeyHolderEffect> Control(
        KeyHolderSession session, SessionAction action, int sequence) =>
        session.Control(Admitted(Members.Sign("operator", new SessionControl
        {
            Consortium = Members.Configuration.Digest,
            Session = session.Session,
            Sequence = sequence,
            Action = action,
            Reason = "test",
        })));

    private static Step<KeyHolderSession, KeyHolderEffect> Abandon(KeyHolderSession session) =>
        session.Abandon(Admitted(Members.Sign("aggregator", new AttemptAbandoned
        {
            Attempt = Round.Attempt,
            Reason = AbandonmentReason.Rejected,
            Missing = [],
            Detail = "test",
        })));

    private static Authentic<T> Admitted<T>(T message)
        where T : Message
    {
        var gate = new MessageGate(Members.Configuration, new PartyId("holder-a"));
        Assert.True(gate.TryAdmit(message, out Authentic<T> authentic, out Rejection? rejection), rejection?.Detail);
        return authentic;
    }

    private static Rejected AssertRejected(RejectionReason reason, Step<KeyHolderSession, KeyHolderEffect> step)
    {
        Rejected rejected = Assert.IsType<KeyHolderEffect.Reject>(Assert.Single(step.Effects)).Rejected;
        Assert.Equal(reason, rejected.Reason);
        return rejected;
    }

    private static void AssertNothingReleased(Step<KeyHolderSession, KeyHolderEffect> step) =>
        Assert.DoesNotContain(step.Effects, effect => effect is KeyHolderEffect.ReleaseShareSum or KeyHolderEffect.SendRelease);
}

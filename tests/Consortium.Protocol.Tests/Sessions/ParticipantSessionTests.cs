using System.Collections.Immutable;
using Consortium.Cryptography.Proofs;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Policies;
using Consortium.Protocol.Sessions;

namespace Consortium.Protocol.Tests.Sessions;

public sealed class ParticipantSessionTests
{
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly SampleRound Round = new(Members);
    private static readonly SampleRound SecondAttempt = new(Members, attempt: 2);
    private static readonly PartyId Bank = new("bank-a");
    private static readonly Digest Vector = Digest.Of("vector"u8);
    private static readonly ParticipantSession Joined = Members.Configuration.KeyHolders.Aggregate(
        ParticipantSession.Join(Bank, Admitted(Round.Plan)),
        (session, holder) => session.Learn(Admitted(Round.Offered(holder.Id.Name))).State);

    [Fact]
    public void Open_NextRound_MakesItsUpdateDue()
    {
        Assert.Null(Joined.DueUpdate);
        Step<ParticipantSession, ParticipantEffect> step = Open(Joined, Round);
        Assert.Equal(Round.Attempt, step.State.DueUpdate);
        Assert.Empty(step.Effects);
        Assert.Null(Submitted().DueUpdate);
    }

    [Fact]
    public void Learn_AnotherKeyOfOneKeyHolder_IsContradictedAndTheFirstCounts()
    {
        using var random = System.Security.Cryptography.RandomNumberGenerator.Create();
        using var key = Cryptography.Identity.SessionReceivingKey.Generate(random);
        Step<ParticipantSession, ParticipantEffect> step = Joined.Learn(
            Admitted(Members.Sign("holder-a", Round.Offered("holder-a").Statement with { Key = key.Public })));
        Assert.Equal(
            RejectionReason.Contradicted,
            Assert.IsType<ParticipantEffect.Reject>(Assert.Single(step.Effects)).Rejected.Reason);
        Assert.Equal(Joined.Keys, step.State.Keys);
        Assert.Empty(Joined.Learn(Admitted(Round.Offered("holder-a"))).Effects);
    }

    [Fact]
    public void Open_RoundAfterTheNext_WaitsForTheStepInBetween()
    {
        var next = new SampleRound(Members, round: 2);
        Step<ParticipantSession, ParticipantEffect> early = Open(Submitted(), next);
        Assert.Empty(early.Effects);
        Assert.IsType<ParticipantEffect.RequestCatchUp>(Assert.Single(Open(early.State, next).Effects));
        ParticipantSession restarted = SessionState.DecodeParticipant(
            SessionState.Encode(early.State), Bank, Members.Configuration);

        ParticipantSession advanced = restarted.Advanced(Round.Attempt, new CohortDigest(Vector), SampleRound.State(1)).State;

        Assert.Equal(next.Attempt, advanced.DueUpdate);
        Assert.Null(advanced.EarlyOpening);
    }

    [Fact]
    public void Receive_SumOfARoundStillToCome_IsKeptUntilItsTurn()
    {
        var next = new SampleRound(Members, round: 2);
        AggregateReleased sum = Aggregate(next, Members.Banks());
        Assert.Same(
            sum,
            Assert.IsType<ParticipantEffect.KeepSum>(
                Assert.Single(Joined.Receive(Admitted(sum), FreshLedger.Rules).Effects)).Aggregate);
        ParticipantSession advanced = Joined.Advanced(Round.Attempt, new CohortDigest(Vector), SampleRound.State(1)).State;
        Assert.IsType<ParticipantEffect.OpenSum>(advanced.BeginOpening(Admitted(sum), FreshLedger.Rules).Effects[^1]);
    }

    [Fact]
    public void PlanProblems_BankThatThePlanLeavesOut_NamesParticipants() => Assert.Equal(
        ["participants"],
        ParticipantSession.PlanProblems(
            Bank,
            Round.Plan.Statement with { Participants = [.. Members.Banks().Skip(1)] },
            Members.Configuration,
            new BankPolicy
            {
                Families = ["boosting"],
                MaximumRounds = 10,
                MaximumValues = 1_000_000,
                MinimumCohort = 3,
                AllowChangingCohort = false,
            })
            .Select(problem => problem.Path));

    [Fact]
    public void Open_SameAttemptAgain_SubmitsTheSameUpdate()
    {
        ParticipantSession submitted = Submitted();
        var submit = Assert.IsType<ParticipantEffect.Submit>(Assert.Single(Open(submitted, Round).Effects));
        Assert.Same(submitted.Update, submit.Update);
    }

    [Fact]
    public void Prepared_SecondUpdateForOneAttempt_SendsTheFirst()
    {
        ParticipantSession submitted = Submitted();
        var submit = Assert.Single(
            submitted.Prepared(
                Round.Submitted("bank-a"), Vector, FreshLedger.Rules, default).Effects.OfType<ParticipantEffect.Submit>());
        Assert.Same(submitted.Update, submit.Update);
    }

    [Fact]
    public void Prepared_AnotherVectorInALaterAttempt_Throws()
    {
        ParticipantSession second = Open(Submitted(), SecondAttempt).State;
        Assert.Throws<ArgumentException>(
            () => second.Prepared(SecondAttempt.Submitted("bank-a"), Digest.Of("another"u8), FreshLedger.Rules, default));
        Assert.IsType<ParticipantEffect.Submit>(
            second.Prepared(SecondAttempt.Submitted("bank-a"), Vector, FreshLedger.Rules, default).Effects[^1]);
    }

    [Fact]
    public void Open_LaterAttempt_DeletesTheEarlierUpdateAndMakesAnotherDue()
    {
        Step<ParticipantSession, ParticipantEffect> step = Open(Submitted(), SecondAttempt);
        Assert.Equal(Round.Attempt, Assert.IsType<ParticipantEffect.DeleteUpdate>(Assert.Single(step.Effects)).Attempt);
        Assert.Equal(SecondAttempt.Attempt, step.State.DueUpdate);
    }

    [Fact]
    public void Open_EarlierAttempt_IsRejected() =>
        AssertRejected(RejectionReason.WrongAttempt, Open(Open(Joined, SecondAttempt).State, Round));

    [Fact]
    public void Open_AnotherState_ReportsDivergenceAndSendsNoUpdate()
    {
        Step<ParticipantSession, ParticipantEffect> step = Open(Joined with { State = SampleRound.State(7) }, Round);
        Assert.Collection(
            step.Effects,
            effect => Assert.IsType<ParticipantEffect.ReportDiverged>(effect),
            effect => Assert.Equal(RejectionReason.Diverged, Assert.IsType<ParticipantEffect.Reject>(effect).Rejected.Reason));
    }

    [Fact]
    public void Open_RoundAhead_AsksToCatchUp()
    {
        var request = Assert.IsType<ParticipantEffect.RequestCatchUp>(
            Assert.Single(Open(Joined, new SampleRound(Members, round: 3)).Effects));
        Assert.Equal(1, request.Request.From.Value);
    }

    [Fact]
    public void Open_AnotherSession_IsRejected() =>
        AssertRejected(RejectionReason.UnknownSession, Open(Joined, new SampleRound(Members, createdAt: 1)));

    [Fact]
    public void Close_CohortWithItsUpdate_MakesItsTagDueAlsoAfterARestartAndGivesItAgain()
    {
        Signed<Cohort> cohort = CohortOfAll;
        Step<ParticipantSession, ParticipantEffect> step = Submitted().Close(Admitted(cohort));
        Assert.Empty(step.Effects);
        ParticipantSession due = Restarted(step.State);
        Assert.Equal(cohort, due.DueTag);

        UpdateTag tag = Round.Tag("bank-a", Closed).Statement;
        Step<ParticipantSession, ParticipantEffect> tagged = due.Tagged(tag);
        Assert.Equal(tag, Assert.IsType<ParticipantEffect.SendTag>(Assert.Single(tagged.Effects)).Tag);
        Assert.Null(tagged.State.DueTag);
        Assert.Equal(tag, Assert.Single(Restarted(tagged.State).Restart().Effects.OfType<ParticipantEffect.SendTag>()).Tag);
        Assert.IsType<ParticipantEffect.SendTag>(Assert.Single(tagged.State.Close(Admitted(cohort)).Effects));
    }

    [Fact]
    public void Close_AnotherCohortOfTheAttempt_IsContradicted()
    {
        ParticipantSession due = Submitted().Close(Admitted(CohortOfAll)).State;
        Signed<Cohort> other = Members.Sign(
            "aggregator", CohortOfAll.Statement with { SumRoot = Digest.Of("another"u8) });
        AssertRejected(RejectionReason.Contradicted, due.Close(Admitted(other)));
        UpdateTag tag = Round.Tag("bank-a", Closed).Statement;
        AssertRejected(RejectionReason.Contradicted, due.Tagged(tag).State.Close(Admitted(other)));
    }

    [Fact]
    public void Close_CohortThatDoesNotNameItsManifest_IsInconsistent()
    {
        Cohort cohort = CohortOfAll.Statement;
        Signed<Cohort> other = Members.Sign(
            "aggregator", cohort with { Members = cohort.Members.SetItem(0, new CohortMember(Bank, Digest.Of("another"u8))) });
        AssertRejected(RejectionReason.Inconsistent, Submitted().Close(Admitted(other)));
    }

    [Fact]
    public void Close_UpdateNeverMadeOrLost_SaysThatNoTagWillCome()
    {
        Signed<Cohort> cohort = CohortOfAll;
        AssertRejected(RejectionReason.WrongAttempt, Open(Joined, Round).State.Close(Admitted(cohort)));
        AssertRejected(RejectionReason.WrongAttempt, Submitted().Close(Admitted(cohort)).State.CannotTag());
        Assert.Empty((Submitted() with { RoundsDone = 1 }).Close(Admitted(cohort)).Effects);
    }

    [Fact]
    public void Close_Paused_WaitsAndALaterAttemptForgetsIt()
    {
        ParticipantSession due = Submitted().Close(Admitted(CohortOfAll)).State;
        Assert.Null((due with { Progress = new SessionProgress(SessionStatus.Paused, 1) }).DueTag);
        Assert.Null(Open(due, SecondAttempt).State.CohortToTag);
    }

    [Fact]
    public void WrongSum_OfACohort_SaysThatTheAggregatorIsAtFaultAndAdvancesNothing()
    {
        Step<ParticipantSession, ParticipantEffect> step = Submitted().WrongSum(CohortOfAll, "tags");
        AssertRejected(RejectionReason.WrongSum, step);
        Assert.Equal(0, step.State.RoundsDone);
    }

    private static Signed<Cohort> CohortOfAll => Closed.Cohort;

    private static ParticipantSession Restarted(ParticipantSession session) =>
        SessionState.DecodeParticipant(SessionState.Encode(session), Bank, Members.Configuration);

    [Fact]
    public void Open_Paused_IsRejected()
    {
        ParticipantSession paused = Joined.Control(Admitted(Members.Sign("operator", new SessionControl
        {
            Consortium = Members.Configuration.Digest,
            Session = Round.Session,
            Sequence = 1,
            Action = SessionAction.Pause,
            Reason = string.Empty,
        }))).State;
        AssertRejected(RejectionReason.SessionNotRunning, Open(paused, Round));
    }

    [Fact]
    public void Receive_CohortWithTheOwnManifest_Opens() =>
        Assert.IsType<ParticipantEffect.OpenSum>(
            Submitted().BeginOpening(Admitted(Aggregate(Round, Members.Banks())), FreshLedger.Rules).Effects[^1]);

    [Fact]
    public void Receive_CohortNamingAnotherManifestOfThisBank_IsRejected()
    {
        UpdateManifest manifest = Round.Manifest("bank-a");
        UpdateSubmitted other = Round.Submitted("bank-a") with
        {
            Manifest = Members.Sign("bank-a", manifest with { ChunksRoot = default }),
        };
        ParticipantSession session = Open(Joined, Round).State.Prepared(other, Vector, FreshLedger.Rules, default).State;
        AssertRejected(
            RejectionReason.Inconsistent, session.BeginOpening(Admitted(Aggregate(Round, Members.Banks())), FreshLedger.Rules));
    }

    [Fact]
    public void Receive_FixedCohortWithABankLeftOut_IsRejected() =>
        AssertRejected(
            RejectionReason.NotAllowed,
            Submitted().BeginOpening(Admitted(Aggregate(Round, Members.Banks(4))), FreshLedger.Rules));

    [Fact]
    public void Receive_OfARoundAlreadyDone_SaysAgainWhatItReached()
    {
        ParticipantSession done = Advanced();
        var sent = Assert.IsType<ParticipantEffect.SendAdvanced>(
            Assert.Single(done.BeginOpening(Admitted(Aggregate(Round, Members.Banks())), FreshLedger.Rules).Effects));
        Assert.Equal(done.LastAdvance, sent.Advanced);
    }

    [Fact]
    public void Advanced_ForgetsTheUpdateAndSaysTheNewState()
    {
        ParticipantSession done = Advanced();
        Assert.Equal((1, SampleRound.State(1), null, null), (done.RoundsDone, done.State, done.Update, done.VectorDigest));
        Assert.Same(done, done.Advanced(Round.Attempt, default, SampleRound.State(5)).State);
    }

    [Fact]
    public void NotOpened_AtAPlace_DisputesItAndAlwaysTheFirst()
    {
        Step<ParticipantSession, ParticipantEffect> first = Submitted().NotOpened(Closed.Cohort, "noise", Place);
        SumDisputed disputed = Assert.Single(first.Effects.OfType<ParticipantEffect.SendDispute>()).Disputed;
        Assert.Equal((Place, Closed.Cohort.Digest), (disputed.Place, disputed.CohortDigest.Value));
        Step<ParticipantSession, ParticipantEffect> again = first.State.NotOpened(Closed.Cohort, "noise", Elsewhere);
        Assert.Equal(disputed, Assert.Single(again.Effects.OfType<ParticipantEffect.SendDispute>()).Disputed);
    }

    [Fact]
    public void NotOpened_WhileItMayBeAKeyHoldersDoing_DisputesNothing()
    {
        Step<ParticipantSession, ParticipantEffect> step = Submitted().NotOpened(Closed.Cohort, "noise");
        Assert.Equal(
            RejectionReason.Spoiled, Assert.IsType<ParticipantEffect.Reject>(Assert.Single(step.Effects)).Rejected.Reason);
        Assert.Null(step.State.Disputed);
    }

    [Fact]
    public void RequestOpeningProof_OfWhatItDisputesToo_AccountsOnceAndSendsTheSameEverAfter()
    {
        ParticipantSession owing = Disputing().RequestOpeningProof(Dispute(Place)).State;
        Assert.True(owing.OpeningProofIsDue);
        Step<ParticipantSession, ParticipantEffect> given = owing.Proved(Closed.Digest);
        Assert.IsType<ParticipantEffect.SendOpeningProof>(Assert.Single(given.Effects));
        Step<ParticipantSession, ParticipantEffect> again = given.State.RequestOpeningProof(Dispute(Place));
        Assert.IsType<ParticipantEffect.SendOpeningProof>(Assert.Single(again.Effects));
        Assert.False(again.State.OpeningProofIsDue);
        Assert.Empty(again.State.Proved(default).Effects);
    }

    [Fact]
    public void RequestOpeningProof_OfAnotherPlace_IsRejected() =>
        AssertRejected(RejectionReason.Inconsistent, Disputing().RequestOpeningProof(Dispute(Elsewhere)));

    [Fact]
    public void RequestOpeningProof_OfASumThatOpened_AccountsForNothing()
    {
        Step<ParticipantSession, ParticipantEffect> asked = Submitted().RequestOpeningProof(Dispute(Place));
        Assert.Equal((false, 0), (asked.State.OpeningProofIsDue, asked.Effects.Length));
        ParticipantSession advanced = Disputing().Advanced(Round.Attempt, default, SampleRound.State(1)).State;
        Assert.Equal((null, false), (advanced.Disputed, advanced.RequestOpeningProof(Dispute(Place)).State.OpeningProofIsDue));
    }

    [Fact]
    public void RequestOpeningProof_OfAnotherUpdateThanItSent_IsRejected()
    {
        UpdateSubmitted other = Round.Submitted("bank-a") with
        {
            Manifest = Members.Sign("bank-a", Round.Manifest("bank-a") with { ChunksRoot = default }),
        };
        ParticipantSession session = Open(Joined, Round).State
            .Prepared(other, Vector, FreshLedger.Rules, default).State
            .NotOpened(Closed.Cohort, "noise", Place).State;
        AssertRejected(RejectionReason.Inconsistent, session.RequestOpeningProof(Dispute(Place)));
    }

    [Fact]
    public void Quiet_InTheMiddle_SaysItsLastWordAgainAndAsksFromTheNextRoundOn()
    {
        ParticipantSession done = Advanced();
        Step<ParticipantSession, ParticipantEffect> step = done.Quiet();
        Assert.Same(done, step.State);
        Assert.Equal(done.LastAdvance, Assert.Single(step.Effects.OfType<ParticipantEffect.SendAdvanced>()).Advanced);
        Assert.Equal(2, Assert.Single(step.Effects.OfType<ParticipantEffect.RequestCatchUp>()).Request.From.Value);
    }

    [Fact]
    public void Quiet_ModelFinished_AsksForNothing() =>
        Assert.Empty(Submitted().Advanced(Round.Attempt, default, SampleRound.State(1), isFinal: true).State.Quiet().Effects);

    private static CohortClosed Closed { get; } = Round.Closed("holder-a", Members.Banks());

    private static DisputedPlace Place => new(1, 17);

    private static DisputedPlace Elsewhere => new(0, 17);

    private static ParticipantSession Disputing() => Submitted().NotOpened(Closed.Cohort, "noise", Place).State;

    private static Authentic<DisputeRelayed> Dispute(DisputedPlace place) =>
        Admitted(Round.Dispute(Closed, place, "bank-a", "bank-b", "bank-d"));

    [Fact]
    public void Prepared_NeighbourWasSummedMeanwhile_SendsNothing()
    {
        Step<ParticipantSession, ParticipantEffect> step = Open(Joined, Round).State
            .Prepared(Round.Submitted("bank-a"), Vector, AfterANeighbour, default);

        AssertRejected(RejectionReason.LedgerConflict, step);
        Assert.Null(step.State.Update);
    }

    [Fact]
    public void Prepared_IsRecordedBeforeItIsSent()
    {
        ImmutableArray<ParticipantEffect> effects = Open(Joined, Round).State
            .Prepared(Round.Submitted("bank-a"), Vector, FreshLedger.Rules, Vector).Effects;

        var record = Assert.IsType<ParticipantEffect.Record>(effects[0]);
        Assert.Equal(
            (ParticipationKind.Sent, Round.Plan.Statement.Window, Vector),
            (record.Entry.Kind, record.Entry.Window, record.Entry.Data));
        Assert.IsType<ParticipantEffect.Submit>(effects[1]);
    }

    [Fact]
    public void Receive_SumOfANeighbour_IsNotOpened() =>
        AssertRejected(
            RejectionReason.LedgerConflict,
            Submitted().BeginOpening(Admitted(Aggregate(Round, Members.Banks())), AfterANeighbour));

    private static LedgerRules AfterANeighbour => FreshLedger.Rules with
    {
        Ledger = FreshLedger.Rules.Ledger.Append(new LedgerEntry.Participated(
            ParticipationKind.Released, new SessionId(Digest.Of("another"u8)), "another", RoundNumber.First, Members.Banks(4),
            Round.Plan.Statement.Window, null)),
    };

    private static ParticipantSession Submitted() =>
        Open(Joined, Round).State.Prepared(Round.Submitted("bank-a"), Vector, FreshLedger.Rules, default).State;

    private static ParticipantSession Advanced() => Submitted().Advanced(Round.Attempt, default, SampleRound.State(1)).State;

    private static AggregateReleased Aggregate(SampleRound round, ImmutableArray<PartyId> members) =>
        round.Aggregate("bank-a", round.Closed("holder-a", members), "holder-a", "holder-b");

    private static Step<ParticipantSession, ParticipantEffect> Open(ParticipantSession session, SampleRound round) =>
        session.Open(Admitted(round.Opened()));

    private static Authentic<T> Admitted<T>(T message)
        where T : Message
    {
        var gate = new MessageGate(Members.Configuration, Bank);
        Assert.True(gate.TryAdmit(message, out Authentic<T> authentic, out Rejection? rejection), rejection?.Detail);
        return authentic;
    }

    private static void AssertRejected(RejectionReason reason, Step<ParticipantSession, ParticipantEffect> step) =>
        Assert.Equal(reason, Assert.IsType<ParticipantEffect.Reject>(Assert.Single(step.Effects)).Rejected.Reason);
}

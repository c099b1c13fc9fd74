using System.Collections.Immutable;
using System.Text;
using Consortium.Primitives;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Sessions;

namespace Consortium.Protocol.Tests.Ledger;

/// <summary>Attempts to have more told about a window than the consortium's budget allows.</summary>
public sealed class PrivacyBudgetTests
{
    private static readonly DataWindow Spring = new(new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 31));
    private static readonly DataWindow Summer = new(new DateOnly(2026, 4, 1), new DateOnly(2026, 6, 30));
    private static readonly DataWindow HalfYear = new(Spring.First, Summer.Last);
    private static readonly PrivacyBudget Budget = new() { Epsilon = 8, Delta = 1e-6, Unit = PrivacyUnit.Payment };
    private static readonly NoiseTerms Half = new(new PrivacyLoss(Budget.Loss.Billionths / 2), PrivacyUnit.Payment);
    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly ImmutableArray<PartyId> Banks = Members.Banks();

    [Fact]
    public void CheckBudget_NewSessions_CannotSpendMoreThanThereIs()
    {
        ParticipationLedger ledger = Empty;
        Assert.Null(Check(ledger, 1, Spring, Half));
        ledger = Released(ledger, 1, Spring, Half);
        Assert.Null(Check(ledger, 2, Spring, Half));
        ledger = Released(ledger, 2, Spring, Half);

        LedgerConflict conflict = Check(ledger, 3, Spring, new NoiseTerms(new PrivacyLoss(2), PrivacyUnit.Payment))!;
        Assert.Equal([Session(1), Session(2)], conflict.Sessions);
        Assert.Contains("epsilon 8 with delta 1e-6 for each payment", conflict.Detail, StringComparison.Ordinal);
        Assert.Equal(Half.Loss * 2, ledger.Spent(Spring));
    }

    /// <summary>Its further rounds are in what the session was counted for when its first round was released.</summary>
    [Fact]
    public void CheckBudget_SameSession_IsCountedOnce()
    {
        ParticipationLedger ledger = Released(Released(Empty, 1, Spring, Half), 2, Spring, Half);

        Assert.Null(Check(ledger, 2, Spring, Half));
        Assert.Equal(Half.Loss * 2, Released(ledger, 2, Spring, Half).Spent(Spring));
    }

    /// <summary>Rows that lie in two windows are told about twice, and no other day's budget is touched.</summary>
    [Fact]
    public void CheckBudget_OverlappingWindows_CountForTheDaysTheyShare()
    {
        ParticipationLedger ledger = Released(Released(Empty, 1, Spring, Half), 2, HalfYear, Half);

        Assert.NotNull(Check(ledger, 3, Spring, Half));
        Assert.NotNull(Check(ledger, 3, new DataWindow(Spring.Last, Summer.Last), Half));
        Assert.Null(Check(ledger, 3, Summer, Half));
        Assert.Equal(Half.Loss, ledger.Spent(Summer));
    }

    [Fact]
    public void CheckBudget_AfterARestart_IsTheSame()
    {
        ParticipationLedger ledger = Promised(Released(Empty, 1, Spring, Half), 2, Spring, Half, Budget);
        string text = LedgerText.Write(ledger, out _);

        ParticipationLedger read = LedgerText.Read(text, out _, out _);

        Assert.Equal(ledger.Entries, read.Entries);
        Assert.NotNull(Check(read, 3, Spring, Half));
    }

    /// <summary>A key holder that lost its ledger takes in another's, and has the budget that is left there.</summary>
    [Fact]
    public void CheckBudget_RestoredFromAnothersLedger_IsTheSame()
    {
        ParticipationLedger other = Released(Released(Empty, 1, Spring, Half), 2, Spring, Half);

        ParticipationLedger restored = ParticipationLedger.Begin(new PartyId("holder-b")).Merge(other.ForOthers(), out int taken);

        Assert.Equal(2, taken);
        Assert.NotNull(Check(restored, 3, Spring, Half));
    }

    [Fact]
    public void CheckBudget_UnderAnotherConfiguration_CountsWhatWasSpentUnderTheOld()
    {
        ParticipationLedger ledger = Empty.Append(Empty.Adopt(Members.Configuration, out _)!);
        ledger = Released(Released(ledger, 1, Spring, Half), 2, Spring, Half);
        ConsortiumConfiguration next = (Members.File with
        {
            Previous = Members.Configuration.Digest.ToString(),
            PrivacyBudget = new(8, 1e-6, "payment"),
        }).ToConfiguration();

        ledger = ledger.Append(ledger.Adopt(next, out _)!);

        Assert.NotNull(ledger.CheckBudget(Session(3), Spring, Half, next.Budget));
    }

    /// <summary>A larger budget, none, or one for payments in place of accounts: what was promised of these days holds.</summary>
    [Fact]
    public void CheckBudget_LaterConfigurationAllowsMore_WhatWasPromisedOfTheseDaysHolds()
    {
        PrivacyBudget larger = Budget with { Epsilon = 60 }, smaller = Budget with { Epsilon = 1 };
        ParticipationLedger ledger = Promised(Promised(Empty, 1, Spring, Half, Budget), 2, Spring, Half, Budget);

        LedgerConflict conflict = ledger.CheckBudget(Session(3), Spring, Half, larger)!;
        Assert.Contains("later configurations do not raise for these days", conflict.Detail, StringComparison.Ordinal);
        Assert.Contains("epsilon 8", conflict.Detail, StringComparison.Ordinal);
        Assert.Null(ledger.CheckBudget(Session(3), Summer, Half, larger));

        LedgerConflict exact = ledger.CheckBudget(Session(3), Spring, noise: null, budget: null)!;
        Assert.StartsWith("The plan carries no noise; session ", exact.Detail, StringComparison.Ordinal);
        Assert.Null(ledger.CheckBudget(Session(3), Summer, noise: null, budget: null));

        Assert.NotNull(Promised(Empty, 1, Spring, Half, larger).CheckBudget(Session(3), Spring, Half, smaller));
        NoiseTerms accounts = Half with { Unit = PrivacyUnit.Account };
        ledger = Promised(Empty, 1, Spring, accounts, Budget with { Unit = PrivacyUnit.Account });
        Assert.Contains(
            "Use noise for accounts", ledger.CheckBudget(Session(3), Spring, Half, larger)!.Detail, StringComparison.Ordinal);
        Assert.Null(ledger.CheckBudget(Session(3), Spring, accounts, larger));
    }

    /// <summary>
    /// A party whose clock is behind takes the last day for not over, and rejects the plan; what is left of the days' budget is
    /// the same at any hour, for days are the plan's and not the clock's.
    /// </summary>
    [Fact]
    public void Check_ClocksThatDisagreeOnTheDays_RejectUntilTheLastIsOver_AndCountTheSame()
    {
        SessionPlan plan = new SampleRound(Members, noise: Half).Plan.Statement;
        ParticipationLedger ledger = Released(Released(Empty, 1, plan.Window, Half), 2, plan.Window, Half);
        LedgerRules Rules(ParticipationLedger known, int daysAfter) =>
            new(known, 28, plan.Window.Last.AddDays(daysAfter), Budget);

        Assert.Equal(RejectionReason.NotAllowed, Rules(Empty, 0).Check(plan, Session(3))!.Reason);
        Assert.Equal(RejectionReason.NotAllowed, Rules(Empty, -1).Check(plan, Session(3))!.Reason);
        Assert.Null(Rules(Empty, 1).Check(plan, Session(3)));
        Assert.Equal(
            Rules(ledger, 1).Check(plan, Session(3))!.Detail, Rules(ledger, 900).Check(plan, Session(3))!.Detail);
        Assert.Equal(RejectionReason.LedgerConflict, Rules(ledger, -5).Check(plan, Session(3), Banks)!.Reason);
    }

    [Fact]
    public void Read_EntryWithABudgetOutOfItsRange_IsMalformed()
    {
        string text = LedgerText.Write(Promised(Empty, 1, Spring, Half, Budget with { Epsilon = 1e9 }), out _);

        Assert.Throws<MalformedDataException>(() => LedgerText.Read(text, out _, out _));
    }

    [Fact]
    public void CheckBudget_PlanWithoutNoiseUnderABudget_IsRejected() =>
        Assert.StartsWith("The plan carries no noise", Check(Empty, 1, Spring, null)!.Detail, StringComparison.Ordinal);

    [Fact]
    public void CheckBudget_NoiseWithoutABudget_IsRejected()
    {
        Assert.NotNull(Empty.CheckBudget(Session(1), Spring, Half, budget: null));
        Assert.Null(Empty.CheckBudget(Session(1), Spring, noise: null, budget: null));
    }

    /// <summary>Noise for accounts hides payments as well; noise for payments says nothing of accounts.</summary>
    [Fact]
    public void CheckBudget_Units_AccountsCoverPaymentsOnly()
    {
        NoiseTerms accounts = Half with { Unit = PrivacyUnit.Account };
        PrivacyBudget forAccounts = Budget with { Unit = PrivacyUnit.Account };

        Assert.Null(Check(Empty, 1, Spring, accounts));
        Assert.NotNull(Check(Released(Released(Empty, 1, Spring, accounts), 2, Spring, accounts), 3, Spring, Half));
        Assert.NotNull(Empty.CheckBudget(Session(1), Spring, Half, forAccounts));
        Assert.NotNull(Released(Empty, 1, Spring, Half).CheckBudget(Session(2), Spring, accounts, forAccounts));
        Assert.Null(Released(Empty, 1, Spring, Half).CheckBudget(Session(2), Summer, accounts, forAccounts));
    }

    [Fact]
    public void CheckBudget_ManySessionsOfTheLargestLoss_DoNotOverflow()
    {
        var largest = new NoiseTerms(new PrivacyLoss(PrivacyLoss.LargestBillionths), PrivacyUnit.Payment);
        ParticipationLedger ledger = Empty with { };
        for (int session = 0; session < 200; session++)
        {
            ledger = Released(ledger, session, Spring, largest);
        }

        Assert.NotNull(Check(ledger, 255, Spring, Half));
    }

    /// <summary>What is left of two neighbours' sums has the noise of one of them.</summary>
    [Fact]
    public void Check_NeighbourWithNoise_IsAllowed_AndExactOnesAreHeldAgainstExactOnes()
    {
        ParticipationLedger ledger = Exact(Empty, 1, Banks, Spring);
        ImmutableArray<PartyId> without = Banks[..^1];
        Assert.NotNull(ledger.Check(Session(2), without, Spring, 28));
        Assert.Null(ledger.Check(Session(2), without, Spring, 28, Half));
        Assert.NotNull(ledger.Check(Session(2), without, new DataWindow(Spring.First, Spring.First), 28, Half));

        ledger = Released(ledger, 2, Spring, Half, without);
        Assert.NotNull(ledger.Check(Session(3), without, Spring, 28));
        Assert.Null(Released(Empty, 2, Spring, Half, without).Check(Session(3), Banks, Spring, 28));
    }

    [Fact]
    public void Close_RoundBeyondTheBudget_IsNotApproved_AndOneThatBecomesSoIsNotReleased()
    {
        var round = new SampleRound(Members, noise: Half);
        DataWindow window = round.Plan.Statement.Window;
        LedgerRules before = new(Empty, 28, DateOnly.MaxValue, Budget);
        LedgerRules after = before with { Ledger = Released(Released(Empty, 1, window, Half), 2, window, Half) };
        CohortClosed closed = round.Closed("holder-a", Banks);
        KeyHolderSession joined = KeyHolderSession.Join(
            new PartyId("holder-a"), new CommitteeStrength(3, 2), Admitted(round.Plan, "holder-a"),
            round.Offered("holder-a").Digest);
        Assert.IsType<KeyHolderEffect.Reject>(Assert.Single(joined.Close(Admitted(closed, "holder-a"), [], after).Effects));

        KeyHolderSession approved = joined.Close(Admitted(closed, "holder-a"), [], before).State;
        var digest = new CohortDigest(closed.Cohort.Digest);
        approved = approved.Receive(Admitted(
            new ApprovalsRelayed { Approvals = [round.Approval("holder-b", digest)] }, "holder-a")).State;
        ShareSumReleased release = round.Released("holder-a", digest);
        ImmutableArray<KeyHolderEffect> refused = approved.Released(release, closed.Cohort.Statement, after).Effects;
        Assert.DoesNotContain(refused, effect => effect is KeyHolderEffect.SendRelease);
        Assert.Contains(refused, effect => effect is KeyHolderEffect.Reject);

        ImmutableArray<KeyHolderEffect> released = approved.Released(release, closed.Cohort.Statement, before).Effects;
        LedgerEntry.Participated entry = Assert.IsType<KeyHolderEffect.Record>(released[0]).Entry;
        Assert.Equal((Half, Budget), (entry.Noise, entry.Budget));
        Assert.IsType<KeyHolderEffect.SendRelease>(released[1]);
    }

    /// <summary>A bank keeps the budget for itself, whatever key holders do.</summary>
    [Fact]
    public void Prepared_BeyondTheBudget_SendsNothing()
    {
        var round = new SampleRound(Members, noise: Half);
        DataWindow window = round.Plan.Statement.Window;
        ParticipationLedger spent = Released(Released(Empty, 1, window, Half), 2, window, Half);
        ParticipantSession opened = ParticipantSession.Join(new PartyId("bank-a"), Admitted(round.Plan, "bank-a"))
            .Open(Admitted(round.Opened(), "bank-a")).State;
        Digest vector = Digest.Of("vector"u8);

        ParticipantEffect effect = Assert.Single(opened.Prepared(
            round.Submitted("bank-a"), vector, new LedgerRules(spent, 28, DateOnly.MaxValue, Budget), vector).Effects);

        Assert.Equal(RejectionReason.LedgerConflict, Assert.IsType<ParticipantEffect.Reject>(effect).Rejected.Reason);
    }

    [Theory]
    [InlineData("{ \"epsilon\": 0, \"delta\": 0.000001, \"unit\": \"payment\" }", "Use a number above 0 and at most 64")]
    [InlineData("{ \"epsilon\": 8, \"delta\": 0.001, \"unit\": \"payment\" }", "lets a sum show whole payments")]
    [InlineData("{ \"epsilon\": 8, \"delta\": 0.000001, \"unit\": \"bank\" }", "Say \"payment\" or \"account\"")]
    [InlineData("{ \"epsilon\": 8, \"delta\": 0.000001 }", "Say \"payment\" or \"account\"")]
    public void ToConfiguration_BudgetThatCannotWork_SaysWhatToWrite(string budget, string fix)
    {
        string json = Encoding.UTF8.GetString(Members.File.ToJson());
        string with = json.Insert(json.IndexOf('{', StringComparison.Ordinal) + 1, $"\"privacyBudget\": {budget},");

        var exception = Assert.Throws<InvalidConfigurationException>(
            () => ConsortiumFile.Parse(Encoding.UTF8.GetBytes(with)).ToConfiguration());

        Assert.Contains(fix, exception.Message, StringComparison.Ordinal);
    }

    private static ParticipationLedger Empty => ParticipationLedger.Begin(new PartyId("holder-a"));

    private static LedgerConflict? Check(ParticipationLedger ledger, int session, DataWindow window, NoiseTerms? noise) =>
        ledger.CheckBudget(Session(session), window, noise, Budget);

    private static ParticipationLedger Released(
        ParticipationLedger ledger, int session, DataWindow window, NoiseTerms noise, ImmutableArray<PartyId>? cohort = null) =>
        ledger.Append(new LedgerEntry.Participated(
            ParticipationKind.Released, Session(session), "a session", RoundNumber.First, cohort ?? Banks, window, null, noise));

    private static ParticipationLedger Promised(
        ParticipationLedger ledger, int session, DataWindow window, NoiseTerms noise, PrivacyBudget budget) =>
        ledger.Append(new LedgerEntry.Participated(
            ParticipationKind.Released, Session(session), "a session", RoundNumber.First, Banks, window, null, noise, budget));

    private static ParticipationLedger Exact(
        ParticipationLedger ledger, int session, ImmutableArray<PartyId> cohort, DataWindow window) =>
        ledger.Append(new LedgerEntry.Participated(
            ParticipationKind.Released, Session(session), "a session", RoundNumber.First, cohort, window, null));

    private static SessionId Session(int number) => new(Digest.Of([(byte)number]));

    private static Authentic<T> Admitted<T>(T message, string party)
        where T : Message
    {
        var gate = new MessageGate(Members.Configuration, new PartyId(party));
        Assert.True(gate.TryAdmit(message, out Authentic<T> authentic, out Rejection? rejection), rejection?.Detail);
        return authentic;
    }
}

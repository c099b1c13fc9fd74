using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;

#pragma warning disable RS0030 // seeded, so that a failure comes again

namespace Consortium.Protocol.Tests.Ledger;

public sealed class ParticipationLedgerTests
{
    private static readonly DataWindow Spring = new(new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 31));
    private static readonly DataWindow Summer = new(new DateOnly(2026, 4, 1), new DateOnly(2026, 6, 30));
    private static readonly ConsortiumConfiguration First = TestConsortium.Instance.Configuration;

    /// <summary>
    /// Two sums of one quantity whose cohorts are one bank apart: their difference is that bank's vector, exactly.
    /// </summary>
    [Fact]
    public void Difference_OfTwoSessionsOneBankApart_IsThatBanksVector_AndTheSecondIsRejected()
    {
        long[][] vectors = [[3, 1], [4, 1], [5, 9], [2, 6]];
        long[] all = Sum(vectors), without = Sum(vectors[..3]);
        Assert.Equal(vectors[3], all.Zip(without, (a, b) => a - b)); // the attack, on what is released

        LedgerConflict conflict = Check(Released("ABCD", Spring), "ABC", Spring)!;
        Assert.Equal([Session(1)], conflict.Sessions);
        Assert.StartsWith(
            $"Only bank-d tells this cohort from that of session {Session(1).ToString()[..12]} over {Spring}", conflict.Detail,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ABCDE", "ABC")]
    [InlineData("ABC", "ABCDE")]
    [InlineData("ABCD", "ABCE")]
    public void Check_NeighbourOverOverlappingDays_IsRejected(string earlier, string later)
    {
        Assert.NotNull(Check(Released(earlier, Spring), later, Spring));
        Assert.NotNull(Check(Released(earlier, Spring), later, new DataWindow(Spring.First, Summer.Last)));
        Assert.Null(Check(Released(earlier, Spring), later, Summer));
    }

    [Theory]
    [InlineData("ABC", "ABCDEF")]
    [InlineData("ABCDEF", "ABC")]
    [InlineData("ABC", "DEF")]
    public void Check_ThreeBanksApart_IsAllowed(string earlier, string later) =>
        Assert.Null(Check(Released(earlier, Spring), later, Spring));

    [Fact]
    public void Check_CohortsThatOnlyTogetherLeaveABankAlone_IsRejected()
    {
        ParticipationLedger ledger = Released("ABCDEFG", Spring);
        ledger = Append(ledger, 2, "ABC", Spring);
        Assert.Null(ledger.Check(Session(3), Parse("HIJ"), Spring, 28));

        LedgerConflict conflict = ledger.Check(Session(3), Parse("DEF"), Spring, 28)!;
        Assert.EndsWith("until bank-g is left alone.", conflict.Detail, StringComparison.Ordinal);
        Assert.Equal([Session(1), Session(2)], conflict.Sessions);
    }

    [Fact]
    public void Check_SameCohort_OverTheSameDaysOrFurtherMonths_IsAllowed()
    {
        Assert.Null(Check(Released("ABCD", Spring), "ABCD", Spring));
        Assert.Null(Check(Released("ABCD", Spring), "ABCD", new DataWindow(Spring.First, Summer.Last)));
    }

    [Theory]
    [InlineData("2026-01-01", "2026-04-01")]
    [InlineData("2026-01-02", "2026-03-31")]
    [InlineData("2026-03-20", "2026-06-30")]
    public void Check_SameCohort_WithDaysInBetween_IsRejected(string first, string last)
    {
        LedgerConflict conflict = Check(
            Released("ABCD", Spring), "ABCD", new DataWindow(DateOnly.Parse(first, null), DateOnly.Parse(last, null)))!;
        Assert.Contains("days apart: two sums could tell those days alone", conflict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OwnEntriesAndDischargedOnes_DoNotCount()
    {
        ParticipationLedger ledger = Released("ABCD", Spring);
        Assert.Null(ledger.Check(Session(1), Parse("ABC"), Spring, 28));

        ParticipationLedger sent = Append(
            ParticipationLedger.Begin(new PartyId("bank-a")), 1, "ABCD", Spring, ParticipationKind.Sent);
        Assert.NotNull(sent.Check(Session(2), Parse("ABC"), Spring, 28));
        Assert.Null(
            sent.Append(new LedgerEntry.Discharged(Session(1), "nothing was released"))
                .Check(Session(2), Parse("ABC"), Spring, 28));
        Assert.NotNull(ledger.Append(new LedgerEntry.Discharged(Session(1), "no")).Check(Session(2), Parse("ABC"), Spring, 28));
    }

    [Fact]
    public void Check_AsManyCohortsAsAreExamined_IsRejectedUnexamined()
    {
        ParticipationLedger ledger = ParticipationLedger.Begin(new PartyId("holder-a"));
        for (int i = 0; i < ParticipationLedger.MostCohorts; i++)
        {
            ledger = Append(
                ledger, i, [.. Enumerable.Range(0, 3).Select(bank => new PartyId($"bank-{(3 * i) + bank:d3}"))], Spring);
        }

        Assert.Contains(
            "as many as are examined", ledger.Check(Session(99), Parse("XYZ"), Spring, 28)!.Detail, StringComparison.Ordinal);
        Assert.Null(ledger.Check(Session(99), Parse("XYZ"), Summer, 28));
    }

    [Fact]
    public void Advise_BankThatLeaves_GivesTheNextDaysAndTheCohortThatMayTrainAgain()
    {
        var today = new DateOnly(2026, 5, 1);
        PlanAdvice advice = Released("ABCD", Spring).Advise(Session(2), Parse("ABC"), Spring, 28, today);

        Assert.Equal(new DataWindow(Summer.First, Summer.First.AddDays(Spring.Days - 1)), advice.Window);
        Assert.Equal(advice.Window.End.DayNumber - today.DayNumber, advice.DaysToWait);
        Assert.Equal([.. Parse("ABCD")], Assert.Single(advice.Cohorts));
        Assert.Null(Check(Released("ABCD", Spring), "ABC", advice.Window));
    }

    [Theory]
    [InlineData("ABCDE", 2, "bank-e and 2 more banks")]
    [InlineData("ABCDEF", 1, "bank-e and bank-f and 1 more bank ")]
    public void Advise_BanksThatJoin_SaysHowManyMoreMustJoinTogether(string cohort, int more, string words)
    {
        ParticipationLedger ledger = Released("ABCD", Spring);
        Assert.NotNull(Check(ledger, cohort, Spring));
        PlanAdvice advice = ledger.Advise(Session(2), Parse(cohort), Spring, 28, new DateOnly(2026, 5, 1));

        Assert.Equal(more, advice.MoreBanks);
        Assert.Contains(words, advice.ToString(), StringComparison.Ordinal);
        Assert.Null(Check(ledger, "ABCDEFG", Spring));
    }

    [Fact]
    public void Advise_NobodyJoins_SaysNothingOfMoreBanks() => Assert.Equal(
        0, Released("ABCD", Spring).Advise(Session(2), Parse("ABC"), Spring, 28, new DateOnly(2026, 5, 1)).MoreBanks);

    [Fact]
    public void Rules_WindowThatIsNotOver_IsRejected()
    {
        SessionPlan plan = new SampleRound(TestConsortium.Instance).Plan.Statement;
        LedgerRules rules = FreshLedger.Rules with { Today = plan.Window.Last };
        Assert.Equal(RejectionReason.NotAllowed, rules.Check(plan, Session(1))!.Reason);
        Assert.Null((rules with { Today = plan.Window.End }).Check(plan, Session(1)));
    }

    [Fact]
    public void Adopt_NextConfiguration_IsAppended_AndAnyOtherIsNamed()
    {
        ConsortiumConfiguration second = Next(First.Digest, "Second");
        ParticipationLedger ledger = Adopt(ParticipationLedger.Begin(new PartyId("holder-a")), First);
        ParticipationLedger renewed = Adopt(ledger, second);
        Assert.Equal(second.Digest, renewed.Configuration);
        Assert.Null(renewed.Adopt(second, out string? none));
        Assert.Null(none);

        Assert.Contains("is older than", Problem(renewed, First), StringComparison.Ordinal);
        Assert.Contains("both name", Problem(renewed, Next(First.Digest, "Sibling")), StringComparison.Ordinal);
        Assert.Contains("another consortium: configuration", Problem(ledger, Next(null, "Stranger")), StringComparison.Ordinal);
        Assert.Contains("missed configurations", Problem(ledger, Next(second.Digest, "Third")), StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_OthersLedger_TakesWhatIsNewAsReleased_AndOnlyOnce()
    {
        ParticipationLedger own = Adopt(ParticipationLedger.Begin(new PartyId("holder-b")), First);
        ParticipationLedger other = Append(Adopt(Released("ABCD", Spring), First), 2, "EFG", Summer, ParticipationKind.Sent);

        ParticipationLedger merged = own.Merge(other, out int taken);
        Assert.Equal(2, taken);
        Assert.All(merged.Counted, entry => Assert.Equal(ParticipationKind.Released, entry.Kind));
        Assert.NotNull(merged.Check(Session(9), Parse("ABC"), Spring, 28));
        merged.Merge(other, out taken);
        Assert.Equal(0, taken);
    }

    [Fact]
    public void Text_OfEveryEntry_ReadsBack()
    {
        ParticipationLedger ledger = Append(
            Adopt(Released("ABCD", Spring), Next(First.Digest, "Second")), 2, "BCD", Summer, ParticipationKind.Sent)
            .Append(new LedgerEntry.Discharged(Session(2), "nothing was released"));
        string text = LedgerText.Write(ledger, out Digest head);

        ParticipationLedger read = LedgerText.Read(text, out ImmutableArray<Digest> digests, out int length);
        Assert.Equal(ledger.Entries, read.Entries);
        Assert.Equal((head, text.Length), (digests[^1], length));
    }

    [Fact]
    public void Text_LineThatIsNotWhole_IsLeftOut_AndAnyOtherChangeIsNoticed()
    {
        string text = LedgerText.Write(Append(Released("ABCD", Spring), 2, "EFG", Summer), out _);
        Assert.Equal(2, LedgerText.Read(text[..^1], out _, out int length).Entries.Length);
        Assert.Equal(text.LastIndexOf('\n', text.Length - 2) + 1, length);

        string[] lines = text.Split('\n');
        foreach (string altered in (string[])
        [
            string.Join('\n', lines[0], lines[2], string.Empty),
            string.Join('\n', lines[1], lines[2], string.Empty),
            string.Join('\n', lines[0], lines[2], lines[1], string.Empty),
            text + text,
            string.Empty,
            "garbage\n",
        ])
        {
            Assert.Throws<MalformedDataException>(() => LedgerText.Read(altered, out _, out _));
        }

        var random = new Random(3);
        for (int i = 0; i < 2_000; i++)
        {
            char[] mutated = text.ToCharArray();
            int at = random.Next(mutated.Length - 1);
            mutated[at] = (char)(mutated[at] ^ (1 << random.Next(7)));
            try
            {
                // A line feed more or less may leave whole lines of the chain, never others than were written.
                ParticipationLedger read = LedgerText.Read(new string(mutated), out _, out _);
                Assert.True(read.Entries.Length < 3);
            }
            catch (MalformedDataException)
            {
            }
        }
    }

    private static LedgerConflict? Check(ParticipationLedger ledger, string cohort, DataWindow window) =>
        ledger.Check(Session(2), Parse(cohort), window, 28);

    private static ParticipationLedger Released(string cohort, DataWindow window) =>
        Append(ParticipationLedger.Begin(new PartyId("holder-a")), 1, cohort, window);

    private static ParticipationLedger Append(
        ParticipationLedger ledger, int session, string cohort, DataWindow window,
        ParticipationKind kind = ParticipationKind.Released) =>
        Append(ledger, session, Parse(cohort), window, kind);

    private static ParticipationLedger Append(
        ParticipationLedger ledger, int session, ImmutableArray<PartyId> cohort, DataWindow window,
        ParticipationKind kind = ParticipationKind.Released) =>
        ledger.Append(
            new LedgerEntry.Participated(
                kind, Session(session), "a session", RoundNumber.First, cohort, window,
                kind == ParticipationKind.Sent ? Digest.Of([1]) : null));

    private static ParticipationLedger Adopt(ParticipationLedger ledger, ConsortiumConfiguration configuration) =>
        ledger.Append(ledger.Adopt(configuration, out _)!);

    private static string Problem(ParticipationLedger ledger, ConsortiumConfiguration configuration)
    {
        Assert.Null(ledger.Adopt(configuration, out string? problem));
        return problem!;
    }

    private static ConsortiumConfiguration Next(ConsortiumDigest? previous, string name) =>
        (TestConsortium.Instance.File with { Name = name, Previous = previous?.ToString() }).ToConfiguration();

    private static SessionId Session(int number) => new(Digest.Of([(byte)number]));

    private static ImmutableArray<PartyId> Parse(string cohort) =>
        [.. cohort.Select(bank => new PartyId($"bank-{char.ToLowerInvariant(bank)}"))];

    private static long[] Sum(IEnumerable<long[]> vectors) => vectors.Aggregate((a, b) => [.. a.Zip(b, (x, y) => x + y)]);
}

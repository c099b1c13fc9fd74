using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Learning.Tests.Simulation;

/// <summary>Every attempt is what its typology claims, judged from its payments alone.</summary>
public sealed class TypologyTests
{
    private static readonly SimulatedData Data = Simulator.Run(new SimulationPlan
    {
        Seed = 7,
        Payments = 100_000,
        Accounts = 5_000,
        LaunderingRate = 0.02,
        OutsidePatternShare = 0.1,
    });

    [Theory]
    [InlineData(Typology.FanOut)]
    [InlineData(Typology.FanIn)]
    [InlineData(Typology.Cycle)]
    [InlineData(Typology.Random)]
    [InlineData(Typology.Bipartite)]
    [InlineData(Typology.Stack)]
    [InlineData(Typology.ScatterGather)]
    [InlineData(Typology.GatherScatter)]
    public void Attempts_OfTypology_HaveItsShape(Typology typology)
    {
        LaunderingAttempt[] attempts = [.. Data.Attempts.Where(attempt => attempt.Typology == typology)];

        Assert.True(attempts.Length >= 10);
        Assert.All(attempts, attempt => Assert.True(HasShape(attempt), string.Join('\n', attempt.Payments)));
    }

    [Fact]
    public void Attempts_All_Have2To18MembersAndNoSelfTransfer()
    {
        Assert.All(Data.Attempts, attempt =>
        {
            int members = attempt.Payments.SelectMany(row => new[] { row.From, row.To }).Distinct().Count();
            Assert.InRange(members, 2, 18);
            Assert.DoesNotContain(attempt.Payments, row => row.From == row.To);
            Assert.All(attempt.Payments, row => Assert.Equal(Label.Laundering, row.Label));
        });
    }

    [Fact]
    public void Attempts_All_AreTheRowsThatNameThem()
    {
        int[] found = LaunderingAttempt.AttemptOfRow(Data.Set, Data.Attempts);

        Assert.Equal(Data.AttemptOfRow, found);
        Assert.Equal(Data.Attempts.Sum(attempt => attempt.Payments.Count), found.Count(attempt => attempt >= 0));
    }

    [Fact]
    public void Cycles_PassOnWithinTwoDaysLessAtMostATenth()
    {
        foreach (LaunderingAttempt cycle in Data.Attempts.Where(attempt => attempt.Typology == Typology.Cycle))
        {
            for (int i = 1; i < cycle.Payments.Count; i++)
            {
                TimeSpan delay = cycle.Payments[i].Timestamp - cycle.Payments[i - 1].Timestamp;
                Assert.InRange(delay, TimeSpan.FromMinutes(1), TimeSpan.FromDays(3));
                if (cycle.Payments[i].PaymentCurrency == cycle.Payments[i - 1].PaymentCurrency
                    && cycle.Payments[i].AmountPaid > 500)
                {
                    // Rounding to whole tens, at either end, adds up to ten units.
                    decimal kept = cycle.Payments[i].AmountPaid / cycle.Payments[i - 1].AmountPaid;
                    Assert.InRange(kept, 0.88m, 1.02m);
                }
            }
        }
    }

    private static bool HasShape(LaunderingAttempt attempt)
    {
        IReadOnlyList<Payment> rows = attempt.Payments;
        ILookup<AccountId, Payment> outgoing = rows.ToLookup(row => row.From), incoming = rows.ToLookup(row => row.To);
        AccountId[] senders = [.. outgoing.Select(group => group.Key)], receivers = [.. incoming.Select(group => group.Key)];
        AccountId[] between = [.. senders.Intersect(receivers)];
        bool PassOnAfterwards() =>
            between.All(account => incoming[account].Max(row => row.Timestamp) < outgoing[account].Min(row => row.Timestamp));
        bool Layered() =>
            rows.Where(row => between.Contains(row.To)).Max(row => row.Timestamp)
                < rows.Where(row => between.Contains(row.From)).Min(row => row.Timestamp);

        return attempt.Typology switch
        {
            Typology.FanOut => senders.Length == 1 && receivers.Length == rows.Count && between.Length == 0 && rows.Count >= 2,
            Typology.FanIn => receivers.Length == 1 && senders.Length == rows.Count && between.Length == 0 && rows.Count >= 2,
            Typology.Cycle => rows.Count >= 3 && between.Length == rows.Count && IsPath(rows) && rows[^1].To == rows[0].From,
            Typology.Random => rows.Count >= 2
                && receivers.Length == rows.Count
                && IsPath(rows)
                && !receivers.Contains(rows[0].From),
            Typology.Bipartite => senders.Length >= 2 && receivers.Length >= 2 && between.Length == 0,
            Typology.Stack => between.Length >= 2 && Layered()
                && rows.All(row => between.Contains(row.From) != between.Contains(row.To))
                && senders.Except(between).Count() >= 2 && receivers.Except(between).Count() >= 2,
            Typology.ScatterGather => senders.Except(between).Count() == 1
                && receivers.Except(between).Count() == 1
                && between.Length >= 2
                && rows.Count == 2 * between.Length && PassOnAfterwards(),
            Typology.GatherScatter => between.Length == 1 && PassOnAfterwards()
                && rows.All(row => row.From == between[0] || row.To == between[0])
                && incoming[between[0]].Count() >= 3 && outgoing[between[0]].Count() >= 3,
            _ => false,
        };
    }

    /// <summary>Whether each payment, in order of time, is made by the one before it received.</summary>
    private static bool IsPath(IReadOnlyList<Payment> rows) =>
        Enumerable.Range(1, rows.Count - 1).All(i => rows[i].From == rows[i - 1].To && rows[i].Timestamp > rows[i - 1].Timestamp);
}

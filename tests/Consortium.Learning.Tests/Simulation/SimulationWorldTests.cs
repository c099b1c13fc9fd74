using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Learning.Tests.Simulation;

/// <summary>What each setting of a world changes, and that it changes nothing else.</summary>
public sealed class SimulationWorldTests
{
    private static readonly SimulationPlan Plan = new()
    {
        Payments = 60_000,
        Accounts = 20_000,
        Days = 90,
        LaunderingRate = 0.01,
    };

    [Fact]
    public void In_EachWorld_SetsWhatItAssumes()
    {
        Assert.Equal(Plan, Plan.In(SimulationWorld.Default));
        Assert.Equal((10.0, 0.65), (Plan.In(SimulationWorld.Fresh).HonestStructures, Plan.In(SimulationWorld.Fresh).ReuseShare));
        Assert.Equal(
            (0.0, 0.0), (Plan.In(SimulationWorld.NoReuse).HonestStructures, Plan.In(SimulationWorld.NoReuse).ReuseShare));
        Assert.Equal(Plan.In(SimulationWorld.Fresh).In(SimulationWorld.NoReuse), Plan.In(SimulationWorld.Worst));
        Assert.Equal(Enum.GetValues<SimulationWorld>(), SimulationWorlds.Names.Select(SimulationWorlds.Parse));
        Assert.Contains(
            "fresh", Assert.Throws<ArgumentException>(() => SimulationWorlds.Parse("freshest")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Fresh_HasTenHonestStructuresPerAttemptOfFirstPayments()
    {
        SimulatedData data = Simulator.Run(Plan.In(SimulationWorld.Fresh));
        var pairs = new HashSet<(AccountId, AccountId)>();
        int structured = 0, first = 0, honest = 0, honestFirst = 0;
        for (int row = 0; row < data.Set.Count; row++)
        {
            bool isFirst = pairs.Add((data.Set[row].From, data.Set[row].To));
            if (data.Origins[row] == PaymentOrigin.HonestStructure)
            {
                Assert.Equal(Label.Legitimate, data.Set[row].Label);
                structured++;
                first += isFirst ? 1 : 0;
            }
            else if (!data.IsLaundering(row))
            {
                honest++;
                honestFirst += isFirst ? 1 : 0;
            }
        }

        // The five shapes have 6 to 13 payments on average.
        Assert.InRange(structured, 10 * 6 * data.Attempts.Count, 10 * 13 * data.Attempts.Count);
        Assert.InRange(first / (double)structured, 0.97, 1);
        Assert.True(honestFirst / (double)honest < 0.9);
        Assert.InRange(data.Set.Count, 0.97 * Plan.Payments, 1.03 * Plan.Payments);
    }

    [Fact]
    public void Run_RecurringStructures_MeetTheSamePairsAgain()
    {
        SimulatedData data = Simulator.Run(Plan with { HonestStructures = 10, RecurringShare = 1 });
        (AccountId From, AccountId To)[] pairs =
        [
            .. Enumerable.Range(0, data.Set.Count).Where(row => data.Origins[row] == PaymentOrigin.HonestStructure)
                .Select(row => (data.Set[row].From, data.Set[row].To)),
        ];

        Assert.True(pairs.Length > 10 * data.Attempts.Count);
        Assert.InRange(pairs.Distinct().Count() / (double)pairs.Length, 0.3, 0.8);
    }

    [Theory]
    [InlineData(HonestShapes.Cycles)]
    [InlineData(HonestShapes.Chains)]
    public void Run_OneShape_MakesThatShapeOnly(HonestShapes shape)
    {
        SimulatedData data = Simulator.Run(Plan with { HonestStructures = 3, HonestShapes = shape });
        int[] rows = [.. Enumerable.Range(0, data.Set.Count).Where(row => data.Origins[row] == PaymentOrigin.HonestStructure)];
        var paid = rows.ToLookup(row => data.Set[row].From);
        int closed = rows.Count(row => paid.Contains(data.Set[row].To));

        // Every payment of a cycle is followed by one of its receiver; the last of a chain is not, but for chance.
        double share = closed / (double)rows.Length;
        Assert.True(shape == HonestShapes.Cycles ? share == 1 : share is > 0.6 and < 0.97, $"{share}");
    }

    [Fact]
    public void Run_NoReuse_MeetsFewLaunderersAgain()
    {
        double Again(double reuse)
        {
            SimulatedData data = Simulator.Run(Plan with { ReuseShare = reuse });
            int[] attempts =
                [.. data.Attempts.SelectMany(
                    attempt => attempt.Payments.SelectMany(row => new[] { row.From.Index, row.To.Index }).Distinct())];
            return 1 - (attempts.Distinct().Count() / (double)attempts.Length);
        }

        double never = Again(0), sometimes = Again(0.3), often = Again(0.65);
        Assert.True(never < 0.05 && 2 * never < sometimes && 2 * sometimes < often, $"{never} {sometimes} {often}");
    }

    [Fact]
    public void Run_MissedByAccount_LabelsAllOrNothingOfAnAccount()
    {
        SimulatedData data = Simulator.Run(Plan with { MissedLabels = MissedLabels.Accounts, MissedLabelShare = 0.3 });
        IGrouping<AccountId, Label>[] accounts =
            [.. Laundering(data).GroupBy(row => data.Set[row].From, row => data.Set[row].Label)];

        Assert.All(accounts, account => Assert.Single(account.Distinct()));
        Assert.InRange(accounts.Count(account => account.First() == Label.Legitimate) / (double)accounts.Length, 0.15, 0.45);
    }

    [Fact]
    public void Run_MissedByAttempt_LabelsAllOrNothingOfAnAttemptAtABank()
    {
        SimulatedData data = Simulator.Run(Plan with { MissedLabels = MissedLabels.Attempts, MissedLabelShare = 0.3 });
        var parts = Laundering(data).Where(row => data.AttemptOfRow[row] >= 0)
            .GroupBy(
                row => (data.AttemptOfRow[row], data.Set.Accounts.BankIndexOf(data.Set[row].From)),
                row => data.Set[row].Label).ToArray();

        Assert.All(parts, part => Assert.Single(part.Distinct()));
        Assert.InRange(parts.Count(part => part.First() == Label.Legitimate) / (double)parts.Length, 0.15, 0.45);
    }

    /// <summary>Launderers keep to the hours at which everybody pays: nights do not give them away.</summary>
    [Fact]
    public void Run_AnyWorld_LaunderingKeepsHonestHours()
    {
        SimulatedData data = Simulator.Run(new SimulationPlan { LaunderingRate = 0.01, Payments = 200_000, Accounts = 10_000 });
        var honest = new double[24];
        var laundering = new double[24];
        for (int row = 0; row < data.Set.Count; row++)
        {
            (data.IsLaundering(row) ? laundering : honest)[data.Set[row].Timestamp.Hour]++;
        }

        double distance = Enumerable.Range(0, 24).Sum(
            hour => Math.Abs((honest[hour] / honest.Sum()) - (laundering[hour] / laundering.Sum()))) / 2;
        Assert.True(distance < 0.08, $"{distance:P1} of laundering would have to move to another hour.");
    }

    private static IEnumerable<int> Laundering(SimulatedData data) =>
        Enumerable.Range(0, data.Set.Count).Where(data.IsLaundering);
}

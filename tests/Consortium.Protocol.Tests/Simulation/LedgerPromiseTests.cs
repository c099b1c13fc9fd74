using System.Globalization;

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>
/// The promise across sessions over random schedules. <c>CONSORTIUM_LEDGER_SCHEDULES</c> sets how many of each kind in which
/// T - 1 key holders are dishonest; of the other kinds there are a tenth as many.
/// </summary>
public sealed class LedgerPromiseTests(ITestOutputHelper output)
{
    private static readonly int Schedules = int.Parse(
        Environment.GetEnvironmentVariable("CONSORTIUM_LEDGER_SCHEDULES") ?? "20000", CultureInfo.InvariantCulture);

    /// <summary>Of as many sums as have an honest key holder in common nothing is told.</summary>
    [Theory]
    [InlineData(4, 3, 0)]
    [InlineData(4, 3, 1)]
    [InlineData(5, 4, 2)]
    [InlineData(3, 3, 2)]
    public void SumsOfSeveralSessions_QuorumsMeet_TellNoFewerThanThreeBanks(int keyHolders, int threshold, int dishonest) =>
        Hold(new LedgerScenario(keyHolders, threshold, dishonest, PairsOnly: false));

    [Fact]
    public void SumsOfSeveralSessions_BanksForget_KeyHoldersTellNoFewerThanThreeBanks() =>
        Hold(new LedgerScenario(KeyHolders: 4, Threshold: 3, DishonestHolders: 1, PairsOnly: false, LedgerBug.BanksForget));

    /// <summary>
    /// T - 1 dishonest key holders, the aggregator and a bank: no two sums tell an honest bank that shares them with another.
    /// </summary>
    [Theory]
    [InlineData(4, 3, 2, 1)]
    [InlineData(3, 2, 1, 0)]
    [InlineData(5, 3, 2, 0)]
    [InlineData(5, 4, 3, 2)]
    public void SumsOfTwoSessions_TMinusOneKeyHoldersDishonest_TellNoFewerThanThreeBanks(
        int keyHolders, int threshold, int dishonest, int stretch) =>
        Hold(new LedgerScenario(keyHolders, threshold, dishonest, PairsOnly: true), stretch);

    [Theory]
    [InlineData(LedgerBug.NothingAtTheRelease, 4, 3, 1, false)]
    [InlineData(LedgerBug.BanksForget, 4, 3, 2, true)]
    internal void Checker_RuleLeftOut_FindsABadSchedule(
        LedgerBug bug, int keyHolders, int threshold, int dishonest, bool pairsOnly)
    {
        var scenario = new LedgerScenario(keyHolders, threshold, dishonest, pairsOnly, bug);
        string? broken = Enumerable.Range(0, 5_000)
            .Select(seed => new LedgerWorld(scenario, seed).Run())
            .FirstOrDefault(found => found is not null);
        Assert.NotNull(broken);
        output.WriteLine($"{bug}: {broken}");
    }

    /// <param name="scenario">Who is dishonest.</param>
    /// <param name="stretch">
    /// Which stretch of seeds: committees with as many honest key holders would play the same schedules from the same seeds.
    /// </param>
    private void Hold(LedgerScenario scenario, int stretch = 0)
    {
        int schedules = scenario.DishonestHolders == scenario.Threshold - 1 ? Schedules : Schedules / 10;
        long opened = 0, rejected = 0, several = 0;
        string? failure = null;
        Parallel.For(0, schedules, new ParallelOptions { MaxDegreeOfParallelism = 2 }, (i, loop) =>
        {
            int seed = (stretch * schedules) + i;
            var world = new LedgerWorld(scenario, seed);
            if (world.Run() is { } broken)
            {
                failure = $"{scenario}, seed {seed}: {broken}";
                loop.Stop();
            }

            Interlocked.Add(ref opened, world.Opened);
            Interlocked.Add(ref rejected, world.Rejected);
            Interlocked.Add(ref several, world.Opened > 1 ? 1 : 0);
        });
        Assert.True(failure is null, failure);
        output.WriteLine(
            $"{schedules} schedules of {scenario}: {opened} sums can be opened, several in {several} schedules, {rejected} "
                + "rejections");
        Assert.True(several > schedules / 100, $"several sums in {several} schedules only");
        Assert.True(rejected > schedules / 10, $"{rejected} rejections only");
    }
}

using System.Globalization;

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>The promise of votes over random schedules. <c>CONSORTIUM_VOTE_SCHEDULES</c> sets how many of each kind.</summary>
public sealed class VotePromiseTests(ITestOutputHelper output)
{
    private static readonly int Schedules = int.Parse(
        Environment.GetEnvironmentVariable("CONSORTIUM_VOTE_SCHEDULES") ?? "10000", CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(4, 3, 2)]
    [InlineData(3, 2, 1)]
    [InlineData(5, 3, 2)]
    public void Counts_TMinusOneKeyHoldersDishonest_HoldAllHonestBallotsAndNoneThatIsNone(
        int keyHolders, int threshold, int dishonest)
    {
        var scenario = new VoteScenario(keyHolders, threshold, dishonest);
        int opened = 0, without = 0;
        for (int seed = 0; seed < Schedules; seed++)
        {
            var world = new VoteWorld(scenario, seed);
            string? broken = world.Run();
            Assert.True(broken is null, $"{scenario}, seed {seed}: {broken}");
            opened += world.Opened;
            without += world.OpenedWithout;
        }

        output.WriteLine(
            $"{Schedules} schedules of {scenario}: {opened} counts can be opened, {without} without the dishonest bank");
        Assert.True(opened > Schedules / 10, $"{opened} counts only");
        Assert.True(without > Schedules / 40, $"{without} counts without the dishonest bank only");
    }

    [Theory]
    [InlineData(VoteBug.TakesAnyVoid)]
    [InlineData(VoteBug.OneRejectionFewer)]
    [InlineData(VoteBug.ApprovesAnyBallot)]
    internal void Checker_RuleLeftOut_FindsABadSchedule(VoteBug bug)
    {
        string? broken = Enumerable.Range(0, 5_000)
            .Select(seed => new VoteWorld(new VoteScenario(4, 3, 2, bug), seed).Run())
            .FirstOrDefault(found => found is not null);
        Assert.NotNull(broken);
        output.WriteLine($"{bug}: {broken}");
    }
}

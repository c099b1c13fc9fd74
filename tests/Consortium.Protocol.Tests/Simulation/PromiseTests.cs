using System.Globalization;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Simulation;

/// <summary>
/// The promises over random schedules. <c>CONSORTIUM_SCHEDULES</c> sets how many, <c>CONSORTIUM_SEED</c> where they start.
/// </summary>
public sealed class PromiseTests(ITestOutputHelper output)
{
    private const int DefaultSchedules = 100_000;
    private const ulong DefaultSeed = 20_26;

    [Fact]
    public void Promises_RandomSchedulesWithAdversaries_Hold()
    {
        int schedules = int.Parse(
            Environment.GetEnvironmentVariable("CONSORTIUM_SCHEDULES") ?? DefaultSchedules.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture);
        ulong seed = ulong.Parse(
            Environment.GetEnvironmentVariable("CONSORTIUM_SEED") ?? DefaultSeed.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture);
        Checker.Result result = Checker.Run(seed, schedules, Scenario.Draw);
        output.WriteLine(
            $"{result.Schedules} schedules from seed {seed}: {result.SumsOpened} sums opened, {result.Completed} sessions "
                + "completed");
        Assert.True(result.Failure is null, Describe(result.Failure));
        Assert.Equal(schedules, result.Schedules);
        Assert.True(result.SumsOpened > schedules / 2, $"only {result.SumsOpened} sums opened");
        Assert.True(result.Completed > schedules / 20, $"only {result.Completed} sessions completed");
    }

    [Theory]
    [InlineData(PlantedBug.NoFence, 2)]
    [InlineData(PlantedBug.ReleasedRoundStaysOpen, 2)]
    [InlineData(PlantedBug.NewVectorEachAttempt, 1)]
    [InlineData(PlantedBug.HalfQuorum, 2)]
    [InlineData(PlantedBug.NoMinimum, 2)]
    [InlineData(PlantedBug.OpensUnapproved, 3)]
    [InlineData(PlantedBug.IgnoresTags, 3)]
    [InlineData(PlantedBug.NoReminders, 4)]
    [InlineData(PlantedBug.SealsAnew, 5)]
    internal void Checker_RuleLeftOut_FindsAndShrinksABadSchedule(PlantedBug bug, int promise)
    {
        bool isLiveness = bug is PlantedBug.NoReminders or PlantedBug.SealsAnew;
        Checker.Result result = Checker.Run(7, 60_000, _ => new Scenario
        {
            Banks = 4,
            KeyHolders = bug == PlantedBug.HalfQuorum ? 4 : 3,
            Threshold = 2,
            Rule = bug == PlantedBug.NewVectorEachAttempt ? CohortRule.Fixed : CohortRule.Changing,
            DishonestAggregator = !isLiveness,
            DishonestHolders = bug == PlantedBug.NewVectorEachAttempt ? 1 : 0,
            ForgetfulHolders = 0,
            DishonestBank = false,
            Bug = bug,
            Only = promise,
        });
        Assert.NotNull(result.Failure);
        output.WriteLine(
            $"{bug}: after {result.Schedules} schedules, shrunk to {result.Failure.Steps} "
                + $"steps{Environment.NewLine}{result.Failure.Trace}");
        Assert.Equal(promise, result.Failure.Promise);
        Assert.True(result.Failure.Steps <= 28, $"{result.Failure.Steps} steps");
    }

    private static string Describe(Checker.Failure? failure) => failure is null
        ? string.Empty
        : $"seed {failure.Seed}, "
            + $"{failure.Scenario}{Environment.NewLine}[{string.Join(", ", failure.Schedule)}]{Environment.NewLine}"
            + $"{failure.Trace}";
}

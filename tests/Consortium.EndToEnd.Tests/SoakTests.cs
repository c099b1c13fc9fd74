#pragma warning disable RS0030 // A seeded generator of what goes wrong, and when.
using System.Diagnostics;
using System.Globalization;
using Consortium.EndToEnd.Tests.Deployment;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.EndToEnd.Tests;

/// <summary>
/// One long session of three banks in which daemons are killed and the broker is killed or stopped at random, and started again.
/// A few rounds run with the tests; CONSORTIUM_SOAK_ROUNDS=500 makes a long run, CONSORTIUM_SEED chooses another.
/// </summary>
/// <remarks>
/// Memory is that of the processes, as the system sees it. A stretch of rounds without kills comes before those with kills and
/// another after them, at whose beginning every daemon is killed: so all are as old in each round of the last stretch as they
/// were in the same round of the first. A daemon that takes more in the last stretch than in the first at the same age grows with
/// the session; one that takes more at the end of the last stretch than in its middle grows with its own age.
/// </remarks>
public sealed class SoakTests
{
    private const int FewRounds = 10;
    private const int RoundsOfATree = 2;

    /// <summary>In shorter stretches memory says nothing.</summary>
    private const int RoundsToBeWarm = 40;

    private static readonly int Rounds = int.TryParse(
        Environment.GetEnvironmentVariable("CONSORTIUM_SOAK_ROUNDS"), out int rounds)
        ? rounds
        : FewRounds;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("CONSORTIUM_SEED"), out int seed)
        ? seed
        : 1;

    [Fact]
    public async Task Session_RandomKillsAndBrokerRestarts_EndsWherePoolingDoesInSteadyMemory()
    {
        long start = Stopwatch.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(4) + (Rounds * TimeSpan.FromSeconds(10)));
        await using var deployed = new DeployedConsortium(3, GeneratedBanks.Policy with { MaximumRounds = 10_000 });
        await deployed.InitializeAsync();
        int quiet = Rounds / 5;
        bool isMeasured = quiet >= RoundsToBeWarm;
        TrainingPlan training = GeneratedBanks.Training(new BoostingSettings
        {
            Trees = (Rounds + (2 * quiet)) / RoundsOfATree,
            Leaves = 4,
            SplitsPerRound = 2,
            Bins = 7,
            ColumnFraction = 0.1,
            MinimumChildWeight = 0.05, // the floor, a laundering payment counting five times
            PositiveWeight = 5,
        });
        (StateDigest pooled, int rounds) = deployed.Banks.Pooled(training);
        var random = new Random(Seed);
        var memory = new SoakMemory(deployed);
        string story = string.Empty;

        var reached = await TrainedSession.RunAsync(
            deployed,
            deployed.Banks.Session(training, rounds, "Soak"),
            rounds,
            async (session, cancellation) =>
            {
                await memory.WatchAsync("first", session, 1, quiet, cancellation);
                int round = quiet, kills = 0, restarts = 0;
                for (int end = rounds - quiet; round < end; round += 1 + random.Next(9))
                {
                    await deployed.Operator.WaitForRoundAsync(session, round, 1 + random.Next(3), cancellation);
                    if (random.Next(6) == 0)
                    {
                        await (random.Next(2) == 0 ? deployed.Broker.KillAsync() : deployed.Broker.StopAsync());
                        await deployed.Broker.StartAsync();
                        restarts++;
                        continue;
                    }

                    string[] victims = [.. deployed.Daemons.OrderBy(_ => random.Next()).Take(1 + (random.Next(4) / 3))];
                    foreach (string victim in victims)
                    {
                        await deployed.KillAsync(victim);
                    }

                    Array.ForEach(victims, deployed.Start);
                    kills += victims.Length;
                }

                await deployed.Operator.WaitForRoundAsync(session, rounds - quiet, 3, cancellation);
                foreach (string daemon in isMeasured ? deployed.Daemons.ToArray() : [])
                {
                    await deployed.KillAsync(daemon);
                    deployed.Start(daemon);
                    kills++;
                }

                story = $"{kills} kills, {restarts} broker restarts";
                await memory.WatchAsync("last", session, rounds - quiet + 1, rounds - 1, cancellation);
            },
            limit.Token);

        string summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{rounds} rounds, {story}, seed {Seed}, {Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s; MB of memory in "
                + $"use:\n{memory}");
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
        Assert.All(reached.Values, state => Assert.Equal(pooled, state));
        if (isMeasured)
        {
            memory.AssertSteady();
        }
    }
}

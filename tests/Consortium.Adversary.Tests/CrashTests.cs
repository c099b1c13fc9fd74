using Consortium.Protocol.Configuration;

#pragma warning disable RS0030 // A seeded choice of crash points.
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Adversary.Tests;

/// <summary>
/// A daemon is killed at a call of storage or bus, started again, killed again while it recovers, and started again. A sample of
/// the calls runs with the tests; CONSORTIUM_ALL_CRASH_POINTS=1 runs every one of every daemon, CONSORTIUM_SEED chooses another
/// sample.
/// </summary>
public sealed class CrashTests
{
    private const int Rounds = 1;

    private static readonly bool All = Environment.GetEnvironmentVariable("CONSORTIUM_ALL_CRASH_POINTS") == "1";
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("CONSORTIUM_SEED"), out int seed)
        ? seed
        : 1;
    private static readonly TrainingPlan Training = GeneratedBanks.Training(new LogisticSettings { Steps = 1 });

    [Fact]
    public Task LoseOrDoubleSomething_KilledAtEveryCallOfStorageAndBus_SessionEndsInTheSameState() =>
        KillEverywhereAsync(new Course(
            Banks: 3,
            Without: [],
            Sample: 24,
            Least: 200,
            BeginAsync: (consortium, banks, pooled) => Task.FromResult(
                consortium.Start(banks.Session(Training, pooled.Rounds, "Crashing"))),
            EndAsync: EndAsync));

    [Fact]
    public Task LoseOrDoubleSomething_KilledWhileBanksAccountForASpoiltSum_KeyHoldersClearAllThatDo() =>
        KillEverywhereAsync(new Course(
            Banks: 4,
            Without: [SpoiltSession.Dishonest],
            Sample: 12,
            Least: 100,
            BeginAsync: async (consortium, banks, _) =>
            {
                Signed<SessionPlan> plan = SpoiltSession.Start(consortium, banks);
                await consortium.RunAsync(() => consortium.Network.Said<ShareSumReleased>().Count > 0);
                return plan;
            },
            EndAsync: EndDisputeAsync));

    private static async Task KillEverywhereAsync(Course course)
    {
        long start = Stopwatch.GetTimestamp();
        (PartyId Daemon, int Point)[] points = await CountAsync(course);
        int all = points.Length;
        Assert.True(all >= course.Least, $"only {all} fault points");
        new Random(Seed).Shuffle(points);
        points = points[..(All ? all : course.Sample)];

        var left = new ConcurrentQueue<(PartyId Daemon, int Point)>(points);
        var places = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        int deaths = 0;
        await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Run(async () =>
        {
            using ConsortiumFolder folder = SteppedConsortium.FolderOf(course.Banks);
            GeneratedBanks banks = Write(folder);
            var pooled = banks.Pooled(Training, Rounds);
            while (left.TryDequeue(out var next))
            {
                (string at, int times) = await PlayAsync(course, folder, banks, pooled, next.Daemon, next.Point);
                places.AddOrUpdate(at, 1, (_, before) => before + 1);
                Interlocked.Add(ref deaths, times);
            }
        })));

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{points.Length} of {all} crash points, {deaths} deaths, seed {Seed}, "
            + $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F0} s: "
            + string.Join(
                ", ", places.OrderBy(place => place.Key, StringComparer.Ordinal).Select(place => $"{place.Key} {place.Value}")));
    }

    /// <summary>Every fault point that a daemon passes in the undisturbed course.</summary>
    private static async Task<(PartyId Daemon, int Point)[]> CountAsync(Course course)
    {
        using ConsortiumFolder folder = SteppedConsortium.FolderOf(course.Banks);
        GeneratedBanks banks = Write(folder);
        var pooled = banks.Pooled(Training, Rounds);
        await using SteppedConsortium consortium = Fresh(course, folder, banks);
        Signed<SessionPlan> plan = await course.BeginAsync(consortium, banks, pooled);
        int[] before = [.. consortium.Daemons.Select(daemon => daemon.Passed)];
        await course.EndAsync(consortium, plan, pooled);
        return [.. consortium.Daemons.SelectMany(
            (daemon, i) => Enumerable.Range(1, daemon.Passed - before[i]).Select(point => (daemon.Id, point)))];
    }

    private static async Task<(string At, int Deaths)> PlayAsync(
        Course course, ConsortiumFolder folder, GeneratedBanks banks, (StateDigest State, int Rounds) pooled, PartyId id,
        int point)
    {
        await using SteppedConsortium consortium = Fresh(course, folder, banks);
        Signed<SessionPlan> plan = await course.BeginAsync(consortium, banks, pooled);
        SteppedDaemon daemon = consortium.Daemons.Single(one => one.Id == id);
        daemon.KillAt(point, 1 + (point % 9));
        try
        {
            await course.EndAsync(consortium, plan, pooled);
        }
        catch (Exception failure)
        {
            Assert.Fail($"{id} killed at its fault point {point}, {daemon.KilledAt}: {failure.Message}\n{consortium.Log}");
        }

        return (daemon.KilledAt ?? "not reached", daemon.Deaths);
    }

    /// <summary>
    /// Runs a session to its end, and holds that all said what pooling leads to and that nobody said two different things.
    /// </summary>
    private static async Task EndAsync(
        SteppedConsortium consortium, Signed<SessionPlan> plan, (StateDigest State, int Rounds) pooled)
    {
        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled.State, state));
        await consortium.RunAsync(
            () => consortium.Log.ToString().Contains($"Session {new SessionId(plan.Digest)} is done", StringComparison.Ordinal));
        Assert.Empty(consortium.Network.DeadLetters);
        AssertSaidOnce(consortium.Network.Said<ShareSumReleased>(), release => release.Manifest.Statement.Attempt);
        AssertSaidOnce(consortium.Network.Said<UpdateSubmitted>(), update => update.Manifest.Statement.Attempt);
        AssertSaidOnce(consortium.Network.Said<Signed<CohortApproval>>(), approval => approval.Statement.Attempt);
    }

    /// <summary>
    /// Runs until every key holder judged every honest bank, and holds that all are cleared and that nobody said two different
    /// things.
    /// </summary>
    private static async Task EndDisputeAsync(
        SteppedConsortium consortium, Signed<SessionPlan> plan, (StateDigest State, int Rounds) pooled)
    {
        ImmutableArray<OpeningProofJudged> Verdicts() => consortium.VerdictsTo(consortium.Folder.Configuration.Operator.Id);
        await consortium.RunAsync(() => Verdicts().Length == 9);
        Assert.All(Verdicts(), verdict => Assert.True(verdict.Holds, verdict.Detail));
        Assert.DoesNotContain(Verdicts(), verdict => verdict.Bank == SpoiltSession.Dishonest);
        AssertSaidOnce(consortium.Network.Said<Signed<SumDisputed>>(), disputed => disputed.Statement.Attempt);
        AssertSaidOnce(consortium.Network.Said<OpeningProofSubmitted>(), account => account.Manifest.Statement.Attempt);
    }

    private static void AssertSaidOnce<T>(IEnumerable<(Letter Letter, T Message)> said, Func<T, AttemptId> attempt)
        where T : Message
    {
        foreach (var statements in said.GroupBy(one => (one.Message.Sender, attempt(one.Message))))
        {
            Assert.Single(statements.Select(statement => statement.Message.Digest).Distinct());
        }
    }

    private static GeneratedBanks Write(ConsortiumFolder folder) =>
        GeneratedBanks.Write(folder, accounts: 20 * folder.Banks.Length, payments: 1_000);

    private static SteppedConsortium Fresh(Course course, ConsortiumFolder folder, GeneratedBanks banks)
    {
        foreach (PartyId party in folder.Parties)
        {
            foreach (string data in (string[])["state", "output"])
            {
                string path = Path.Combine(folder.FolderOf(party), data);
                if (Directory.Exists(path))
                {
                    Directory.Delete(path, recursive: true);
                }
            }
        }

        SteppedConsortium consortium = SteppedConsortium.WithBanks(folder, banks, without: course.Without);
        consortium.KeepsFolder = true;
        return consortium;
    }

    /// <summary>What daemons are killed in: from the end of its beginning to its end.</summary>
    /// <param name="Without">Banks that run no daemon.</param>
    /// <param name="Sample">How many of the crash points run with the tests.</param>
    /// <param name="Least">How many there must be.</param>
    private sealed record Course(
        int Banks,
        ImmutableArray<PartyId> Without,
        int Sample,
        int Least,
        Func<SteppedConsortium, GeneratedBanks, (StateDigest State, int Rounds), Task<Signed<SessionPlan>>> BeginAsync,
        Func<SteppedConsortium, Signed<SessionPlan>, (StateDigest State, int Rounds), Task> EndAsync);
}

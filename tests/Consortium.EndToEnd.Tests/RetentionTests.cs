using Consortium.Aggregator;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Consortium.Testing.Scripted;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Consortium.EndToEnd.Tests;

/// <summary>What the aggregator keeps of sessions, and for how long.</summary>
public sealed class RetentionTests
{
    private const int Banks = 3;

    private static readonly BusSurroundings Surroundings = new(NullLoggerFactory.Instance, TimeProvider.System, FaultPoints.None);

    [Fact]
    public async Task Ciphertext_OfEndedSession_IsKeptForItsTimeAndThenDeleted()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var consortium = new ConsortiumFolder(["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c"]);
        var network = new InMemoryNetwork(consortium.Topology, DaemonOptions.LimitsFor(consortium.Configuration));
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var roles = new HostedRoles(consortium, network.Join)
        {
            Time = time,
            Aggregator = new AggregatorOptions { RetainDays = 1 },
        };
        PartyBus Join(PartyId party, FrameHandler handler) => network.Join(party, handler, Surroundings);
        await using var coordinator = new SessionOperator(consortium, Join);
        await coordinator.StartAsync(limit.Token);
        var model = new ScriptedModel(2000, 65_536);
        var banks = consortium.Banks.Select(bank => new ScriptedBank(consortium, bank, model, Join)).ToList();
        foreach (ScriptedBank bank in banks)
        {
            await bank.StartAsync(limit.Token);
        }

        SessionPlan plan = model.Plan(consortium.Configuration.Digest, consortium.Banks, 2);
        string blobs = Path.Combine(consortium.FolderOf(consortium.Configuration.Aggregator.Id), "state", "blobs");
        SessionId session;
        using (IHost host = roles.Committee())
        {
            await host.StartAsync(limit.Token);
            session = await coordinator.SendAsync(plan, limit.Token);
            await coordinator.WaitForRoundAsync(session, 2, Banks, limit.Token);
            Assert.Equal(2 * (Banks + 1), Stored()); // a frame of each bank and one of the sum, each round
            DateTimeOffset end = time.GetUtcNow();
            await Wait.UntilAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromMinutes(30));
                    return Stored() == 0;
                },
                limit.Token);
            Assert.True(
                time.GetUtcNow() - end > TimeSpan.FromDays(1), $"deleted {time.GetUtcNow() - end} after the session's end");
            await host.StopAsync(limit.Token);
        }

        // Nobody answers what it asks for.
        foreach (ScriptedBank bank in banks)
        {
            await bank.DisposeAsync();
        }

        // Started again, it owes nothing of that session, does not start it anew, and serves another.
        using (IHost host = roles.Committee())
        {
            await host.StartAsync(limit.Token);
            Assert.Equal(session, await coordinator.SendAsync(plan, limit.Token));
            SessionPlan again = plan with { Name = "Again" };
            SessionId next = await coordinator.SendAsync(again, limit.Token);
            await Wait.UntilAsync(
                () => roles.Log.ToString().Contains(
                    $"Asked for updates for {new AttemptId(again.Consortium, next, RoundNumber.First, AttemptNumber.First)}",
                    StringComparison.Ordinal),
                limit.Token);
            Assert.Equal(0, Stored());
            Assert.Empty(network.DeadLetters(consortium.Configuration.Aggregator.Id));
            await host.StopAsync(limit.Token);
        }

        int Stored() => Directory.Exists(blobs) ? Directory.EnumerateFiles(blobs, "*", SearchOption.AllDirectories).Count() : 0;
    }
}

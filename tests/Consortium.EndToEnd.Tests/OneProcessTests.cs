using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Consortium.Testing.Scripted;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consortium.EndToEnd.Tests;

/// <summary>Aggregator and key holders in this process, with banks that encrypt for real and keep nothing.</summary>
public sealed class OneProcessTests
{
    private static readonly BusSurroundings Surroundings = new(NullLoggerFactory.Instance, TimeProvider.System, FaultPoints.None);

    [Theory]
    [InlineData(5, 3, 1000, 1)]
    [InlineData(3, 2, 50_000, 1)]
    [InlineData(4, 2, 60_000, 2)]
    public async Task Session_ScriptedBanks_EndsWherePoolingDoes(int banks, int rounds, int values, int copies)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var consortium = new ConsortiumFolder(
            Enumerable.Range(0, banks).Select(i => $"bank-{(char)('a' + i)}"), ["holder-a", "holder-b", "holder-c"], frameBytes: 200_000);
        BusLimits limits = DaemonOptions.LimitsFor(consortium.Configuration);
        await using InMemoryNetwork network = await InMemoryNetwork.StartAsync(consortium.Topology, limits, Surroundings, limit.Token);
        var roles = new HostedRoles(consortium, network.Join);
        using IHost host = roles.Committee();
        await host.StartAsync(limit.Token);

        var model = new ScriptedModel(values, 65_536);
        PartyBus Join(PartyId party, FrameHandler handler) => network.Join(party, handler, Surroundings);
        await using var coordinator = new SessionOperator(consortium, Join);
        await coordinator.StartAsync(limit.Token);
        var scripted = consortium.Banks.Select(bank => new ScriptedBank(consortium, bank, model, Join) { Copies = copies }).ToList();
        foreach (ScriptedBank bank in scripted)
        {
            await bank.StartAsync(limit.Token);
        }

        SessionId session = await coordinator.SendAsync(model.Plan(consortium.Configuration.Digest, consortium.Banks, rounds), limit.Token);
        System.Collections.Immutable.ImmutableSortedDictionary<PartyId, StateDigest> reached;
        try
        {
            reached = await coordinator.WaitForRoundAsync(session, rounds, banks, limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The session did not end.\n{roles.Log}");
            throw;
        }

        StateDigest pooled = model.Pooled(consortium.Banks, rounds);
        Assert.All(reached.Values, state => Assert.Equal(pooled, state));
        foreach (Member member in consortium.Configuration.KeyHolders.Append(consortium.Configuration.Aggregator))
        {
            Assert.Empty(network.DeadLetters(member.Id).Select(letter => $"{member.Id} from {letter.Sender}: {letter.Reason}"));
        }

        foreach (ScriptedBank bank in scripted)
        {
            await bank.DisposeAsync();
        }

        await host.StopAsync(limit.Token);
    }
}

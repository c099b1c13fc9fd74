using System.Collections.Concurrent;
using System.Diagnostics;
using Consortium.Hosting.Bus;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Faults;
using Consortium.Hosting.InMemory;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
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
        (_, StateDigest pooled, IReadOnlyDictionary<PartyId, StateDigest> reached,
            IReadOnlyList<string> deadLetters) = await RunAsync(banks, rounds, values, copies);
        Assert.Equal(banks, reached.Count);
        Assert.All(reached.Values, state => Assert.Equal(pooled, state));
        Assert.Empty(deadLetters);
    }

    [Fact]
    public async Task Session_TracesCollected_EachRoundIsOneTraceOverAllParties()
    {
        var spans = new ConcurrentBag<(ActivityTraceId Trace, string Kind, object? Sender)>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Instruments.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped =
                activity => spans.Add((activity.TraceId, activity.OperationName, activity.GetTagItem("consortium.sender"))),
        };
        ActivitySource.AddActivityListener(listener);
        (AttemptId first, _, _, _) = await RunAsync(banks: 3, rounds: 2, values: 1000, copies: 1);

        foreach (AttemptId attempt in (AttemptId[])[first, first with { Round = first.Round.Next }])
        {
            ActivityTraceId trace = RoundTrace.Of(attempt).TraceId;
            var round = spans.Where(span => span.Trace == trace).ToList();
            Assert.Empty(
                ((string[])["encrypt", "check", "sum", "tag", "approve", "release", "open", "dispatch"]).Except(
                    round.Select(span => span.Kind)));
            Assert.Empty(
                ((object?[])["aggregator", "bank-a", "bank-b", "bank-c", "holder-a", "holder-b", "holder-c"])
                    .Except(round.Where(span => span.Kind == "handle").Select(span => span.Sender)));
        }
    }

    private static async Task<(AttemptId First, StateDigest Pooled, IReadOnlyDictionary<PartyId, StateDigest> Reached,
        IReadOnlyList<string> DeadLetters)> RunAsync(
        int banks, int rounds, int values, int copies)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var consortium = new ConsortiumFolder(
            Enumerable.Range(0, banks).Select(i => $"bank-{(char)('a' + i)}"), ["holder-a", "holder-b", "holder-c"],
            frameBytes: 200_000);
        BusLimits limits = DaemonOptions.LimitsFor(consortium.Configuration);
        var network = new InMemoryNetwork(consortium.Topology, limits);
        var roles = new HostedRoles(consortium, network.Join);
        using IHost host = roles.Committee();
        await host.StartAsync(limit.Token);

        var model = new ScriptedModel(values, 65_536);
        PartyBus Join(PartyId party, FrameHandler handler) => network.Join(party, handler, Surroundings);
        await using var coordinator = new SessionOperator(consortium, Join);
        await coordinator.StartAsync(limit.Token);
        var scripted = consortium.Banks.Select(
            bank => new ScriptedBank(consortium, bank, model, Join) { Copies = copies }).ToList();
        foreach (ScriptedBank bank in scripted)
        {
            await bank.StartAsync(limit.Token);
        }

        SessionId session = await coordinator.SendAsync(
            model.Plan(consortium.Configuration.Digest, consortium.Banks, rounds), limit.Token);
        IReadOnlyDictionary<PartyId, StateDigest> reached;
        try
        {
            reached = await coordinator.WaitForRoundAsync(session, rounds, banks, limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The session did not end.\n{roles.Log}");
            throw;
        }

        foreach (ScriptedBank bank in scripted)
        {
            await bank.DisposeAsync();
        }

        await host.StopAsync(limit.Token);
        return (
            new AttemptId(consortium.Configuration.Digest, session, RoundNumber.First, AttemptNumber.First),
            model.Pooled(consortium.Banks, rounds),
            reached,
            [
                .. from member in consortium.Configuration.KeyHolders.Append(consortium.Configuration.Aggregator)
                   from letter in network.DeadLetters(member.Id)
                   select $"{member.Id} from {letter.Sender}: {letter.Reason}",
            ]);
    }
}

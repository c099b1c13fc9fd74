using System.Collections.Immutable;
using Consortium.EndToEnd.Tests.Deployment;
using Consortium.Hosting.Bus;
using Consortium.Hosting.RabbitMq;
using Consortium.Learning.Families.Logistic;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing.Scripted;

namespace Consortium.EndToEnd.Tests;

/// <summary>A daemon with less memory than its work takes, in a process of its own that really runs out of it.</summary>
[Collection<OneDeployment>]
public sealed class MemoryTests(DeployedConsortium deployed)
{
    /// <summary>Each update takes some 30 MB on the wire, in frames of 1 MiB.</summary>
    private const int Values = 8_000_000;

    /// <summary>More than the aggregator takes to start, less than it takes for the frames that it is sent at once.</summary>
    private const long TooLittle = 40L << 20;

    /// <summary>
    /// More than a bank takes to start and to train on its few hundred payments, less than half a million of them take.
    /// </summary>
    private const long BankTooLittle = 40L << 20;

    /// <summary>
    /// Days of this test's three banks alone: the ledgers of this deployment keep out every cohort that is a neighbour over the
    /// same days.
    /// </summary>
    private static readonly DataWindow Alone = new(new DateOnly(2024, 1, 1), new DateOnly(2024, 12, 31));

    private static readonly LogisticSettings Logistic = new() { Steps = 2, PositiveWeight = 5 };

    [Fact]
    public async Task Session_AggregatorRunsOutOfMemory_SaysWhatToDoAndGoesOnWithMore()
    {
        using var limit = TrainedSession.Limited();
        ImmutableArray<PartyId> banks = deployed.Folder.Banks[..3];
        foreach (PartyId bank in banks)
        {
            await deployed.KillAsync(bank.Name);
        }

        await deployed.KillAsync("aggregator");
        deployed.StartWithin("aggregator", TooLittle);
        var model = new ScriptedModel(Values, 65_536);
        ScriptedBank[] scripted = [.. banks.Select(bank => new ScriptedBank(deployed.Folder, bank, model, deployed.Join))];
        foreach (ScriptedBank bank in scripted)
        {
            await bank.StartAsync(limit.Token);
        }

        SessionPlan plan = model.Plan(deployed.Folder.Configuration.Digest, banks, rounds: 1, "Out of memory");
        SessionId session = await deployed.Operator.SendAsync(plan with { Window = Alone }, limit.Token);
        (int exitCode, string output) = await deployed.WaitForEndAsync("aggregator", limit.Token);
        deployed.Start("aggregator");
        var reached = await deployed.Operator.WaitForRoundAsync(session, 1, banks.Length, limit.Token);
        foreach (ScriptedBank bank in scripted)
        {
            await bank.DisposeAsync();
        }

        foreach (PartyId bank in banks)
        {
            deployed.Start(bank.Name);
        }

        Assert.Equal(1, exitCode);
        Assert.True(
            output.Contains(
                $"aggregator ends: out of memory, of which this process may take {TooLittle >> 20} MiB.",
                StringComparison.Ordinal),
            output);
        Assert.Contains("Give it more", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", output, StringComparison.Ordinal);
        StateDigest pooled = model.Pooled(banks, 1);
        Assert.All(reached.Values, state => Assert.Equal(pooled, state));
        IReadOnlyList<DeadLetter> letters = await deployed.DeadLettersAsync(
            deployed.Folder.Configuration.Aggregator.Id, limit.Token);
        Assert.DoesNotContain(letters, letter => letter.Reason.Contains("memory", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A folder of payments grows while the daemon runs, beyond what it was given memory for.</summary>
    [Fact]
    public async Task Payments_BankRunsOutOfMemory_SaysWhatToDoAndGoesOnWithMore()
    {
        const string Starved = "bank-a";
        using var limit = TrainedSession.Limited();
        await deployed.KillAsync(Starved);
        deployed.StartWithin(Starved, BankTooLittle);
        await deployed.WaitForAsync(
            Starved, status => status.StartsWith("{\"status\":\"ready\"", StringComparison.Ordinal), limit.Token);

        string large = deployed.Banks.WriteAgain(new PartyId(Starved), times: 1_000);
        (int ExitCode, string Output) end = await deployed.WaitForEndAsync(Starved, limit.Token);
        File.Delete(large);
        deployed.Start(Starved);

        Assert.True(
            end.Output.Contains(
                $"{Starved} ends: out of memory, of which this process may take {BankTooLittle >> 20} MiB.",
                StringComparison.Ordinal),
            $"EXIT {end.ExitCode}");
        Assert.Equal(1, end.ExitCode);
        await TrainedSession.EndsWherePoolingDoesAsync(deployed, Logistic, "Bank with memory again");
    }
}

using Consortium.EndToEnd.Tests.Deployment;
using Consortium.Hosting.Bus;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.EndToEnd.Tests;

/// <summary>
/// What the network, banks that come and go, and power cuts do to whole sessions of separate processes over a real RabbitMQ.
/// </summary>
[Collection<OneDeployment>]
public sealed class AdversityTests(DeployedConsortium deployed)
{
    private static readonly LogisticSettings Logistic = new() { Steps = 2, PositiveWeight = 5 };

    /// <summary>Long enough for a session to be caught in the middle many times.</summary>
    private static readonly LogisticSettings Longer = new() { Steps = 10, PositiveWeight = 5 };

    [Fact]
    public async Task Session_EveryFrameTwice_EndsWherePoolingDoesAndNothingIsDeadLettered()
    {
        using var limit = TrainedSession.Limited();
        IReadOnlyList<string> before = await DeadLettersAsync(limit.Token);
        await using Duplicator duplicator = await Duplicator.StartAsync(
            deployed.Broker.AddressOfAdministrator(), deployed.Folder.Topology, limit.Token);

        await TrainedSession.EndsWherePoolingDoesAsync(deployed, Longer, "Everything twice");

        Assert.True(duplicator.Copies > 500, $"{duplicator.Copies} frames were sent twice");
        Assert.Equal(before, await DeadLettersAsync(limit.Token));
    }

    [Fact]
    public async Task Session_BankLateWithinTheDeadline_IsInTheCohort()
    {
        await TrainedSession.EndsWherePoolingDoesAsync(
            deployed,
            Logistic,
            "Bank late",
            before: () => deployed.SignalAsync("bank-d", "-STOP"),
            during: async (session, cancellation) =>
            {
                await deployed.WaitForAsync(
                    "aggregator",
                    status => status.Contains($"session {session.ToString()[..16]}")
                        && status.Contains("waits for bank-d\""),
                    cancellation);
                await deployed.SignalAsync("bank-d", "-CONT");
            });
    }

    [Fact]
    public Task Session_AllDaemonsKilledInTurn_GoesOn() => TrainedSession.EndsWherePoolingDoesAsync(
        deployed,
        Longer,
        "Everyone killed",
        during: async (session, cancellation) =>
        {
            int round = 0;
            foreach (string daemon in deployed.Daemons.ToArray())
            {
                await deployed.Operator.WaitForRoundAsync(session, ++round, 1, cancellation);
                await deployed.KillAsync(daemon);
                deployed.Start(daemon);
            }
        });

    [Fact]
    public async Task Session_TooFewBanksByTheDeadline_IsAbandonedAndNamesWhoWasMissing()
    {
        using var limit = TrainedSession.Limited();
        TrainingPlan training = GeneratedBanks.Training(Logistic);
        (_, int rounds) = deployed.Banks.Pooled(training);
        string[] away = ["bank-b", "bank-d"];
        foreach (string bank in away)
        {
            await deployed.KillAsync(bank);
        }

        SessionId session = await deployed.Operator.SendAsync(
            deployed.Banks.Session(training, rounds, "Too few") with
            {
                Cohort = CohortRule.Changing,
                MinimumCohort = 5,
                MaximumAttempts = 1,
                UpdateSeconds = 10,
            }, limit.Token);
        AttemptAbandoned abandoned = await deployed.Operator.WaitForAbandonmentAsync(session, limit.Token);
        foreach (string bank in away)
        {
            deployed.Start(bank);
        }

        Assert.Equal(AbandonmentReason.TooFewUpdates, abandoned.Reason);
        Assert.Equal(away, abandoned.Missing.Select(bank => bank.Name));
        Assert.Contains("3 of 5 updates by the deadline", abandoned.Detail);
        await TrainedSession.EndsWherePoolingDoesAsync(deployed, Logistic, "After too few");
    }

    [Fact]
    public async Task Session_OnePartyUnderAnotherConfiguration_IsRejectedAndDoesNotStart()
    {
        using var limit = TrainedSession.Limited();
        var bank = new PartyId("bank-c");
        PartyId aggregator = deployed.Folder.Configuration.Aggregator.Id;
        ConsortiumFile other = deployed.Folder.File with { Name = "Another consortium" };
        string file = Path.Combine(deployed.Folder.Path, "other.json");
        await File.WriteAllBytesAsync(file, other.ToJson(), limit.Token);
        await deployed.KillAsync(bank.Name);

        // What the bank says under the other file.
        double rejected = await deployed.CountAsync("aggregator", "consortium_bus_frames_rejected", limit.Token);
        await using (PartyBus bus = deployed.Join(bank, (_, _) => Task.FromResult(Delivery.Accepted)))
        {
            await bus.StartAsync(limit.Token);
            var asked = new CatchUpRequested
            {
                Consortium = other.ToConfiguration().Digest,
                Session = new SessionId(Digest.Of("none"u8)),
                From = RoundNumber.First,
            };
            await bus.SendAsync(aggregator, MessageCodec.Encode(deployed.Folder.Sign(bank, asked)), limit.Token);
            await WaitForDeadLetterAsync(aggregator, bank, limit.Token);
        }

        Assert.Equal(rejected + 1, await deployed.CountAsync("aggregator", "consortium_bus_frames_rejected", limit.Token));

        // Its daemon does not start under the other file, even if it is told that file's digest; under the agreed one it goes on.
        (int exitCode, string output) = await deployed.RunUnderAsync(
            bank.Name, file, other.ToConfiguration().Digest.ToString(), limit.Token);
        Assert.NotEqual(0, exitCode);
        Assert.Contains("consortium", output, StringComparison.OrdinalIgnoreCase);
        deployed.Start(bank.Name);
        await TrainedSession.EndsWherePoolingDoesAsync(deployed, Logistic, "Another configuration");
    }

    /// <summary>
    /// But for openings that overtook the plan of their session: copies or not, that happens, and they are sent again.
    /// </summary>
    private async Task<IReadOnlyList<string>> DeadLettersAsync(CancellationToken cancellationToken)
    {
        var all = new List<string>();
        foreach (PartyId party in deployed.Folder.Parties)
        {
            all.AddRange((await deployed.DeadLettersAsync(party, cancellationToken))
                .Where(letter => !letter.Reason.StartsWith(nameof(RejectionReason.UnknownSession), StringComparison.Ordinal))
                .Select(letter => $"{party} from {letter.Sender}: {letter.Reason}"));
        }

        return all;
    }

    private async Task WaitForDeadLetterAsync(PartyId party, PartyId sender, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!(await deployed.DeadLettersAsync(party, cancellationToken))
            .Any(letter => letter.Sender == sender.Name
                && letter.Reason.StartsWith(nameof(RejectionReason.WrongConsortium), StringComparison.Ordinal)))
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}

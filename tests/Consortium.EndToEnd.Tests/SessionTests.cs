using Consortium.EndToEnd.Tests.Deployment;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.EndToEnd.Tests;

/// <summary>
/// Whole sessions of five banks and three key holders in processes of their own, over a real RabbitMQ, each with something going
/// wrong. They share one deployment, on which every test leaves all daemons running.
/// </summary>
[Collection<OneDeployment>]
public sealed class SessionTests(DeployedConsortium deployed)
{
    private static readonly BoostingSettings Boosting = new()
    {
        Trees = 1,
        Leaves = 4,
        SplitsPerRound = 2,
        Bins = 7,
        ColumnFraction = 0.1,
        MinimumChildWeight = 0.5,
        PositiveWeight = 5,
    };

    private static readonly LogisticSettings Logistic = new() { Steps = 2, PositiveWeight = 5 };

    [Fact]
    public Task Session_Boosting_EndsWherePoolingDoes() => TrainAsync(Boosting, "Boosting");

    [Fact]
    public Task Session_Logistic_EndsWherePoolingDoes() => TrainAsync(Logistic, "Logistic");

    [Fact]
    public Task Session_BankAbsent_WaitsForItsReturn() => TrainAsync(
        Logistic,
        "Bank absent",
        before: () => deployed.KillAsync("bank-e"),
        during: async (session, cancellation) =>
        {
            await deployed.WaitForAsync(
                "aggregator",
                status => status.Contains($"session {session.ToString()[..16]}") && status.Contains("waits for bank-e\""),
                cancellation);
            deployed.Start("bank-e");
        });

    [Fact]
    public async Task Session_KeyHolderDown_GoesOnWithTheOthers()
    {
        await TrainAsync(Logistic, "Key holder down", before: () => deployed.KillAsync("holder-b"));
        deployed.Start("holder-b");
    }

    [Fact]
    public Task Session_BrokerKilled_GoesOn() => TrainAsync(
        Boosting,
        "Broker killed",
        during: async (session, cancellation) =>
        {
            await deployed.Operator.WaitForRoundAsync(session, 1, 1, cancellation);
            await deployed.Broker.KillAsync();
            await deployed.Broker.StartAsync();
        });

    [Fact]
    public Task Session_DaemonOfEachRoleKilled_GoesOn() => TrainAsync(
        Boosting,
        "Daemons killed",
        during: async (session, cancellation) =>
        {
            int round = 0;
            foreach (string daemon in (string[])["aggregator", "bank-a", "holder-a"])
            {
                await deployed.Operator.WaitForRoundAsync(session, ++round, 1, cancellation);
                await deployed.KillAsync(daemon);
                deployed.Start(daemon);
            }
        });

    [Fact]
    public async Task Start_OtherConfigurationThanAgreed_IsRejected()
    {
        (int exitCode, string output) = await deployed.RunWithWrongDigestAsync("holder-a", TestContext.Current.CancellationToken);
        Assert.Equal(2, exitCode);
        Assert.Contains("Give every member the same file.", output);
    }

    [Fact]
    public async Task Plan_BeyondBanksPolicy_IsRejectedByEveryBank()
    {
        using var limit = TrainedSession.Limited();
        TrainingPlan training = GeneratedBanks.Training(Logistic);
        SessionPlan plan = deployed.Banks.Session(training, GeneratedBanks.Policy.MaximumRounds!.Value + 1, "Too long");
        SessionId session = await deployed.Operator.SendAsync(plan, limit.Token);
        foreach (PartyId bank in deployed.Folder.Banks)
        {
            Rejected rejected = await deployed.Operator.WaitForRejectionAsync(session, bank, limit.Token);
            Assert.Equal(RejectionReason.NotAllowed, rejected.Reason);
            Assert.Contains("at most 100 rounds", rejected.Detail);
        }
    }

    private Task TrainAsync(
        FamilySettings family, string name, Func<Task>? before = null, Func<SessionId, CancellationToken, Task>? during = null) =>
        TrainedSession.EndsWherePoolingDoesAsync(deployed, family, name, before, during);
}

using System.Collections.Immutable;
using Consortium.EndToEnd.Tests.Deployment;
using Consortium.Learning.Models;
using Consortium.Protocol.Messages;

namespace Consortium.EndToEnd.Tests;

/// <summary>
/// Whole sessions of five banks and three key holders in processes of their own, over a real RabbitMQ, each with something going wrong.
/// They share one deployment, on which every test leaves all daemons running.
/// </summary>
public sealed class SessionTests(DeployedConsortium deployed) : IClassFixture<DeployedConsortium>
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static readonly BoostingSettings Boosting = new()
    {
        Trees = 1, Leaves = 4, SplitsPerRound = 2, Bins = 7, ColumnFraction = 0.1, MinimumChildWeight = 0.5, PositiveWeight = 5,
    };

    [Fact]
    public Task Session_Boosting_EndsWherePoolingDoes() => TrainAsync(Boosting, "Boosting");

    private static CancellationTokenSource Limited()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        return limit;
    }

    private async Task TrainAsync(FamilySettings family, string name, Func<Task>? before = null, Func<SessionId, CancellationToken, Task>? during = null)
    {
        using var limit = Limited();
        TrainingPlan training = GeneratedBanks.Training(family);
        (StateDigest pooled, int rounds) = deployed.Banks.Pooled(training);
        await (before?.Invoke() ?? Task.CompletedTask);
        SessionId session = await deployed.Operator.SendAsync(deployed.Banks.Session(training, rounds, name), limit.Token);
        ImmutableSortedDictionary<PartyId, StateDigest> reached;
        try
        {
            await (during?.Invoke(session, limit.Token) ?? Task.CompletedTask);
            reached = await deployed.Operator.WaitForRoundAsync(session, rounds, deployed.Folder.Banks.Length, limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The session did not end.\n{deployed.Logs()}");
            throw;
        }

        Assert.Equal(deployed.Folder.Banks, reached.Keys);
        Assert.All(reached.Values, state => Assert.Equal(pooled, state));
    }
}

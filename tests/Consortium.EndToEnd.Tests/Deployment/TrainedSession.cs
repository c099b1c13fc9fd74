using System.Collections.Immutable;
using Consortium.Learning.Models;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary>Sessions on a deployment, from the plan to every bank's final state.</summary>
internal static class TrainedSession
{
    /// <summary>
    /// When a session is given up for lost: far beyond what it takes, for a busy machine's broker alone may take a minute to
    /// start.
    /// </summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    public static CancellationTokenSource Limited()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        return limit;
    }

    /// <summary>
    /// Trains by a plan that says <paramref name="rounds"/> rounds, and gives the state that each bank says it reached.
    /// </summary>
    public static async Task<ImmutableSortedDictionary<PartyId, StateDigest>> RunAsync(
        DeployedConsortium deployed, SessionPlan plan, int rounds, Func<SessionId, CancellationToken, Task>? during,
        CancellationToken cancellationToken)
    {
        SessionId session = await deployed.Operator.SendAsync(plan, cancellationToken);
        try
        {
            await (during?.Invoke(session, cancellationToken) ?? Task.CompletedTask);
            return await deployed.Operator.WaitForRoundAsync(session, rounds, deployed.Folder.Banks.Length, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The session did not end.\n{deployed.Logs()}");
            throw;
        }
    }

    /// <summary>
    /// Trains with all banks in every cohort, whatever goes wrong meanwhile, and holds the outcome against pooled training.
    /// </summary>
    public static async Task EndsWherePoolingDoesAsync(
        DeployedConsortium deployed, FamilySettings family, string name, Func<Task>? before = null,
        Func<SessionId, CancellationToken, Task>? during = null)
    {
        using var limit = Limited();
        TrainingPlan training = GeneratedBanks.Training(family);
        (StateDigest pooled, int rounds) = deployed.Banks.Pooled(training);
        await (before?.Invoke() ?? Task.CompletedTask);
        var reached = await RunAsync(deployed, deployed.Banks.Session(training, rounds, name), rounds, during, limit.Token);
        Assert.Equal(deployed.Folder.Banks, reached.Keys);
        Assert.All(reached.Values, state => Assert.Equal(pooled, state));
    }
}

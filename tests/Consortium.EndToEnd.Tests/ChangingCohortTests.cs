using System.Collections.Immutable;
using Consortium.EndToEnd.Tests.Deployment;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.EndToEnd.Tests;

/// <summary>A session whose cohort changes, in a deployment of its own.</summary>
/// <remarks>The ledgers of a deployment that summed all banks over these days allow no sum of all but one.</remarks>
public sealed class ChangingCohortTests(DeployedConsortium deployed) : IClassFixture<DeployedConsortium>
{
    private static readonly LogisticSettings Longer = new() { Steps = 10, PositiveWeight = 5 };

    [Fact]
    public async Task Session_ChangingCohort_GoesOnWithoutABankAndTakesItBack()
    {
        using var limit = TrainedSession.Limited();
        TrainingPlan training = GeneratedBanks.Training(Longer);
        (_, int rounds) = deployed.Banks.Pooled(training);
        await deployed.KillAsync("bank-e");

        SessionId id = default;
        var reached = await TrainedSession.RunAsync(
            deployed,
            deployed.Banks.Session(training, rounds, "Bank comes back") with { Cohort = CohortRule.Changing, UpdateSeconds = 10 },
            rounds,
            async (session, cancellation) =>
            {
                id = session;
                await deployed.Operator.WaitForCohortsAsync(session, 1, cancellation);
                deployed.Start("bank-e");
            },
            limit.Token);

        ImmutableSortedDictionary<int, ImmutableArray<PartyId>> cohorts = (await deployed.Operator.WaitForCohortsAsync(
            id, rounds, limit.Token))
            .ToImmutableSortedDictionary(
                round => round.Key, round => ImmutableArray.CreateRange(round.Value.Members, member => member.Participant));
        var returning = new PartyId("bank-e");
        Assert.DoesNotContain(returning, cohorts[1]);
        Assert.Contains(returning, cohorts[rounds]);
        (StateDigest expected, _) = deployed.Banks.Pooled(training, round => cohorts[round]);
        Assert.All(reached.Values, state => Assert.Equal(expected, state));
    }
}

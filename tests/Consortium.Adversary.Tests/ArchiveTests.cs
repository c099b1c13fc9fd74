using System.Collections.Immutable;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Cryptography.Identity;
using Consortium.KeyHolder;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Consortium.Testing.Scripted;

namespace Consortium.Adversary.Tests;

/// <summary>What a thief of the aggregator's folder finds there, with every long-term key in its hands.</summary>
public sealed class ArchiveTests
{
    private static readonly ScriptedModel Model = new(100, 1_000);

    [Fact]
    public async Task OpenWhatIsOver_FromTheAggregatorsFolder_NoKeyShareOfAnEarlierRoundOrEndedSessionIsThere()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model, rounds: 3));
        await consortium.RunAsync(() => Updates(consortium, round: 2).Length == 3);
        SteppedDaemon aggregator = consortium.Aggregator;

        // The second round waits for key holders that are away: what they will be sent is there, and nothing of the first round.
        consortium.Network.Route = letter => consortium.KeyHolders.Any(holder => holder.Id == letter.To) ? [] : [letter];
        await consortium.SettleAsync();
        await aggregator.RestartAsync(() =>
        {
            Assert.All(Shares(consortium, round: 2), share => Assert.True(IsInFolder(aggregator.DataPath, share)));
            Assert.All(Shares(consortium, round: 1), share => Assert.False(IsInFolder(aggregator.DataPath, share)));
        });

        consortium.Network.Route = letter => [letter];
        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(Model.Pooled(consortium.Folder.Banks, 3), state));
        await consortium.SettleAsync();
        await aggregator.RestartAsync(() =>
        {
            foreach (int round in (int[])[1, 2, 3])
            {
                Assert.Equal(9, Shares(consortium, round).Length);
                Assert.All(Shares(consortium, round), share => Assert.False(IsInFolder(aggregator.DataPath, share)));
            }
        });
    }

    /// <summary>
    /// What all machines hold opens the round that is being played, for they must play it; nothing opens an earlier one, and
    /// nothing at all when the session has ended.
    /// </summary>
    [Fact]
    public async Task OpenWhatIsOver_WithAllTrafficAllLongTermKeysAndAllMachines_OpensNoEarlierRoundAndNoEndedSession()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks);
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 3 });
        (StateDigest pooled, int rounds) = banks.Pooled(training);
        Assert.InRange(rounds, 3, 20);
        var thief = new Thief(consortium);
        Signed<SessionPlan> plan = consortium.Start(banks.Session(training, rounds, "Recorded"));
        var session = new SessionId(plan.Digest);
        for (int round = 1; round < rounds; round++)
        {
            await consortium.RunAsync(
                () => consortium.Network.Said<Signed<CohortApproval>>()
                    .Where(said => said.Message.Statement.Attempt.Round.Value == round + 1)
                    .DistinctBy(said => said.Message.Sender).Count() == 3
                    && consortium.Reached(plan, round).Length == 3);
            Assert.Equal([round + 1], thief.OpenWithAllMachines(session));
            Assert.Empty(thief.OpenWithIdentities(session));
        }

        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled, state));
        await consortium.SettleAsync();
        Assert.Empty(thief.OpenWithAllMachines(session));
        Assert.Empty(thief.OpenWithIdentities(session));
        Assert.All(
            await Task.WhenAll(consortium.Daemons.Where(daemon => daemon.Id != consortium.AggregatorId).Select(CountKeysAsync)),
            kept => Assert.Equal(0, kept));
    }

    [Fact]
    public async Task OpenWhatIsOver_SessionEndedEarlyByTheOperator_OpensNothing()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks);
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 3 });
        Signed<SessionPlan> plan = consortium.Start(banks.Session(training, training.MostRounds, "Ended"));
        await consortium.RunAsync(() => consortium.Network.Said<ShareSumReleased>().Count > 0);
        consortium.Network.Post(consortium.Folder.Configuration.Operator.Id, consortium.AggregatorId, consortium.Folder.Sign(
            consortium.Folder.Configuration.Operator.Id,
            new SessionControl
            {
                Consortium = consortium.Folder.Configuration.Digest,
                Session = new SessionId(plan.Digest),
                Sequence = 1,
                Action = SessionAction.Abort,
                Reason = "enough",
            }));
        await consortium.RunAsync(() => consortium.Log.ToString().Split("its keys are erased").Length == 7);

        Assert.Empty(new Thief(consortium).OpenWithAllMachines(new SessionId(plan.Digest)));
    }

    /// <summary>An aggregator that keeps the end from key holders gains two weeks.</summary>
    [Fact]
    public async Task OpenWhatIsOver_AggregatorKeepsTheEndBack_KeyHoldersEraseTheirKeysAfterLongSilence()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks);
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 1 });
        (_, int rounds) = banks.Pooled(training);
        consortium.Network.Route = letter =>
            !letter.IsChunks
                && MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits) is Signed<SessionEnded>
                ? [] : [letter];
        Signed<SessionPlan> plan = consortium.Start(banks.Session(training, rounds, "Silent"));
        await consortium.FinishAsync(plan);
        await consortium.SettleAsync();
        SteppedDaemon holder = consortium.KeyHolder("holder-a");
        consortium.Time.Advance(TimeSpan.FromDays(13));
        await ((KeyHolderRole)holder.Role).ExpireAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, await CountKeysAsync(holder));

        consortium.Time.Advance(TimeSpan.FromDays(2));
        await ((KeyHolderRole)holder.Role).ExpireAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await CountKeysAsync(holder));
    }

    private static Task<long> CountKeysAsync(SteppedDaemon daemon) => daemon.Database.ReadAsync(
        state => state.Query(
            "SELECT (SELECT COUNT(*) FROM session_storage) + (SELECT COUNT(*) FROM session_secret) + "
                + "(SELECT COUNT(*) FROM session_key)",
            row => row.GetInt64(0))[0],
        TestContext.Current.CancellationToken);

    private static ImmutableArray<UpdateSubmitted> Updates(SteppedConsortium consortium, int round) =>
    [
        .. consortium.Network.Said<UpdateSubmitted>().Select(said => said.Message)
            .Where(update => update.Manifest.Statement.Attempt.Round.Value == round).DistinctBy(update => update.Sender),
    ];

    private static ImmutableArray<ReadOnlyMemory<byte>> Shares(SteppedConsortium consortium, int round) =>
        [.. Updates(consortium, round).SelectMany(update => update.SealedShares)];

    /// <summary>
    /// Whether a page's worth of these bytes lies in any file: a store may part what is longer. Behind the agreement, which is
    /// the same in every round.
    /// </summary>
    private static bool IsInFolder(string folder, ReadOnlyMemory<byte> sealedShare) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(
                sealedShare.Span.Slice(SessionSecret.AgreementLength + 512, 64)) >= 0);
}

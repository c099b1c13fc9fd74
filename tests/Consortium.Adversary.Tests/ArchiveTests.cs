using System.Collections.Immutable;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
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

    private static ImmutableArray<UpdateSubmitted> Updates(SteppedConsortium consortium, int round) =>
    [
        .. consortium.Network.Said<UpdateSubmitted>().Select(said => said.Message)
            .Where(update => update.Manifest.Statement.Attempt.Round.Value == round).DistinctBy(update => update.Sender),
    ];

    private static ImmutableArray<ReadOnlyMemory<byte>> Shares(SteppedConsortium consortium, int round) =>
        [.. Updates(consortium, round).SelectMany(update => update.SealedShares)];

    /// <summary>Whether a page's worth of these bytes lies in any file: a store may part what is longer.</summary>
    private static bool IsInFolder(string folder, ReadOnlyMemory<byte> sealedShare) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Any(file => File.ReadAllBytes(file).AsSpan().IndexOf(sealedShare.Span[..64]) >= 0);
}

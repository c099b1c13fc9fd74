using Consortium.Adversary.Tests.Stepped;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Consortium.Testing.Scripted;

namespace Consortium.Adversary.Tests;

/// <summary>
/// What an aggregator wants that will not keep to the rules, against real key holders, and whether they still serve an honest
/// one.
/// </summary>
public sealed class AggregatorTests
{
    private static readonly ScriptedModel Model = new(500, 65_536);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task OpenFewerBanksThanTheMinimum_AsksEveryHolder_IsRejected(int members)
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, isHonest: false);
        var rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(consortium.Plan(Model));

        Signed<Cohort> cohort = rogue.Close(consortium.Folder.Banks.Take(members));
        await rogue.ReleaseAsync(cohort, consortium.KeyHolders.Select(holder => holder.Id));

        Assert.Equal(3 + members, rogue.Rejections.Count); // every key holder, and every bank that is asked for its tag
        Assert.All(
            rogue.Rejections,
            rejection =>
                AssertRejected(rejection.Rejected, RejectionReason.CohortTooSmall, $"{members} members; the plan needs 3"));
        Assert.Equal(
            3,
            consortium.Network.DeadLetters.Count(
                dead => dead.Letter.Reason.StartsWith("CohortTooSmall", StringComparison.Ordinal)));
        Assert.Empty(rogue.Approvals);
        Assert.Empty(rogue.Releases);
        await consortium.AssertHonestSessionEndsAsync(Model);
    }

    [Fact]
    public async Task LeaveOneBankOut_FixedCohort_IsRejected()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4, isHonest: false);
        var rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(consortium.Plan(Model));

        await rogue.ReleaseAsync(rogue.Close(consortium.Folder.Banks.Skip(1)), consortium.KeyHolders.Select(holder => holder.Id));

        Assert.All(
            rogue.Rejections,
            rejection => AssertRejected(rejection.Rejected, RejectionReason.NotAllowed, "the plan fixes all 4 participants"));
        Assert.Equal(3 + 3, rogue.Rejections.Count); // every key holder, and every bank that is asked for its tag
        Assert.Empty(rogue.Tags);
        Assert.Empty(rogue.Releases);
        await consortium.AssertHonestSessionEndsAsync(Model);
    }

    [Fact]
    public async Task OpenTwoCohortsOneBankApart_TellsHoldersDifferentThings_OpensOne()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4, isHonest: false);
        var rogue = consortium.PlayAggregator();
        (Signed<Cohort> all, Signed<Cohort> but) = await CloseTwiceAsync(consortium, rogue);

        await rogue.AskAsync(Parties.Holder("a"), all);
        await rogue.AskAsync(Parties.Holder("b"), but);
        await rogue.AskAsync(Parties.Holder("c"), but);
        await rogue.RelayToAllAsync(but);
        await rogue.RelayToAllAsync(all);
        Assert.Equal(2, rogue.Releases.Count);
        Assert.All(rogue.Releases, release => Assert.Equal(but.Digest, release.Manifest.Statement.CohortDigest.Value));

        await rogue.ReleaseAsync(all, Parties.Holder("a"), Parties.Holder("b"), Parties.Holder("c"));
        Assert.Equal(2, rogue.Releases.Count);
        Assert.Equal([Parties.Holder("b"), Parties.Holder("c")], rogue.Rejections.Select(rejection => rejection.By));
        Assert.All(
            rogue.Rejections,
            rejection => AssertRejected(rejection.Rejected, RejectionReason.AlreadyPromised, "the round is closed"));
        await consortium.AssertHonestSessionEndsAsync(Model);
    }

    [Fact]
    public async Task OpenTwoCohortsOneBankApart_HolderCrashedInBetween_HolderKeepsItsPromise()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4, isHonest: false);
        var rogue = consortium.PlayAggregator();
        (Signed<Cohort> all, Signed<Cohort> but) = await CloseTwiceAsync(consortium, rogue);
        await rogue.AskAsync(Parties.Holder("a"), all);
        await rogue.AskAsync(Parties.Holder("b"), all);

        await consortium.KeyHolder("holder-a").RestartAsync();
        await consortium.KeyHolder("holder-b").RestartAsync();
        await rogue.AskAsync(Parties.Holder("a"), but);
        await rogue.AskAsync(Parties.Holder("b"), but);
        await rogue.AskAsync(Parties.Holder("c"), but);

        Assert.Equal([Parties.Holder("a"), Parties.Holder("b")], rogue.Rejections.Select(rejection => rejection.By));
        Assert.All(
            rogue.Rejections,
            rejection => AssertRejected(rejection.Rejected, RejectionReason.AlreadyPromised, "this key holder promised cohort"));
        await rogue.RelayToAllAsync(but);
        await rogue.RelayToAllAsync(all);
        Assert.Equal(2, rogue.Releases.Count);
        Assert.All(rogue.Releases, release => Assert.Equal(all.Digest, release.Manifest.Statement.CohortDigest.Value));
        await consortium.AssertHonestSessionEndsAsync(Model);
    }

    [Fact]
    public async Task OpenTwoCohortsOneBankApart_FirstAttemptAbandoned_OpensOnlyTheSecond()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4, isHonest: false);
        var rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(consortium.Plan(Model) with { Cohort = CohortRule.Changing });
        Signed<Cohort> first = rogue.Close(consortium.Folder.Banks);
        foreach (SteppedDaemon holder in consortium.KeyHolders)
        {
            await rogue.AskAsync(holder.Id, first);
        }

        // Three approvals are out. Half of the holders hear that the attempt is given up, all are asked for the next.
        consortium.Network.Post(
            consortium.AggregatorId, Parties.Holder("a"), consortium.Folder.Sign(consortium.AggregatorId, new AttemptAbandoned
            {
                Attempt = rogue.Attempt(),
                Reason = AbandonmentReason.TooFewUpdates,
                Missing = [],
                Detail = "so the aggregator says",
            }));
        await rogue.OpenAsync(1, 2, consortium.Plan(Model).InitialState);
        Signed<Cohort> second = rogue.Close(consortium.Folder.Banks.Skip(1), attempt: 2);
        await rogue.AskAsync(Parties.Holder("b"), second);
        await rogue.RelayToAllAsync(first);

        // holder-c never heard of the second attempt, and releases for the first: alone, which opens nothing.
        Assert.Equal(Parties.Holder("c"), Assert.Single(rogue.Releases).Sender);
        await rogue.ReleaseAsync(second, Parties.Holder("a"), Parties.Holder("b"), Parties.Holder("c"));
        Assert.Equal(
            [first.Digest, second.Digest, second.Digest],
            rogue.Releases.Select(release => release.Manifest.Statement.CohortDigest.Value));
        await rogue.RelayToAllAsync(first);
        Assert.Equal(3, rogue.Releases.Count);
        await consortium.AssertHonestSessionEndsAsync(Model);
    }

    [Fact]
    public async Task ReuseAnEarlierRound_AsUpdatesOrAsCohort_IsRejected()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, isHonest: false);
        var rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(consortium.Plan(Model));
        Signed<Cohort> first = rogue.Close(consortium.Folder.Banks);
        await rogue.ReleaseAsync(first, Parties.Holder("a"), Parties.Holder("b"));
        await rogue.PublishAsync(first);
        await rogue.OpenAsync(2, 1, rogue.Advances[0].Statement.State);
        Signed<Cohort> second = rogue.Close(consortium.Folder.Banks, round: 2);

        // One bank's update of round 1 among those of round 2, and the other way round.
        foreach (Signed<Cohort> cohort in (Signed<Cohort>[])[first, second])
        {
            Signed<Cohort> mixed = consortium.Folder.Sign(consortium.AggregatorId, cohort.Statement with
            {
                Members = [(cohort == first ? second : first).Statement.Members[0], .. cohort.Statement.Members[1..]],
            });
            await rogue.AskAsync(Parties.Holder("c"), mixed);
            Assert.Contains(consortium.Network.DeadLetters, dead => dead.Party == Parties.Holder("c")
                && dead.Letter.Reason.StartsWith("Inconsistent: the manifest of 'bank-a' is for", StringComparison.Ordinal));
        }

        await rogue.ReleaseAsync(second, Parties.Holder("a"), Parties.Holder("b"));
        int releases = rogue.Releases.Count;
        await rogue.AskAsync(Parties.Holder("a"), rogue.Close(consortium.Folder.Banks, bend: sums => sums[0][^1] ^= 1));
        AssertRejected(rogue.Rejections[^1].Rejected, RejectionReason.WrongRound, "this key holder is at");
        Assert.Equal(releases, rogue.Releases.Count);
        await consortium.AssertHonestSessionEndsAsync(Model);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task ConfuseEveryone_DropsDoublesReorders_SessionEndsWherePoolingDoes(int seed)
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model);
#pragma warning disable RS0030 // a seeded schedule
        var random = new Random(seed);
        consortium.Network.Pick = random.Next;
        consortium.Network.Route =
            letter => random.Next(6) switch { 0 when !IsPlan(consortium, letter) => [], 1 => [letter, letter], _ => [letter] };
#pragma warning restore RS0030
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model, rounds: 3));
        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(Model.Pooled(consortium.Folder.Banks, 3), state));
        foreach (var released in consortium.Network.Said<ShareSumReleased>()
            .GroupBy(said => (said.Message.Sender, said.Message.Manifest.Statement.Attempt)))
        {
            Assert.Single(released.Select(said => Digest.Of(said.Letter.Body.Span)).Distinct());
        }
    }

    /// <summary>The difference of the two sums would be one bank's vector, exactly.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RunASecondSession_OneBankFewerOverTheSameDays_IsRejectedByEveryHolder(bool dataFoldersAreLost)
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4, isHonest: false);
        PartyId[] holders = [.. consortium.KeyHolders.Select(holder => holder.Id)];
        var first = consortium.PlayAggregator();
        await first.BeginAsync(consortium.Plan(Model));
        await first.ReleaseAsync(first.Close(consortium.Folder.Banks), holders);
        Assert.Equal(3, first.Releases.Count);
        foreach (SteppedDaemon holder in dataFoldersAreLost ? consortium.KeyHolders : [])
        {
            await holder.RestartAsync(() => Directory.Delete(holder.DataPath, recursive: true));
        }

        await consortium.RenewBanksAsync(Model);
        first.PostPlan(
            Model.Plan(consortium.Folder.Configuration.Digest, consortium.Folder.Banks.Take(3), 2, "One bank fewer"));
        await consortium.SettleAsync();

        Assert.DoesNotContain(first.Keys, key => key.Statement.Session.Value == first.Plan.Digest); // nothing can be sealed
        Rejected[] rejected =
            [.. first.Rejections.Select(rejection => rejection.Rejected).Where(
                rejection => rejection.Reason == RejectionReason.LedgerConflict)];
        Assert.Equal(3, rejected.Length);
        Assert.All(
            rejected,
            rejection =>
                AssertRejected(rejection, RejectionReason.LedgerConflict, "Only bank-d tells this cohort from that of session"));
        Assert.All(
            rejected,
            rejection => AssertRejected(
                rejection, RejectionReason.LedgerConflict, "or bank-a, bank-b, bank-c, bank-d over the days asked for."));
        await consortium.AssertHonestSessionEndsAsync(Model);
    }

    [Fact]
    public async Task KeepABankOut_DropsItsPlan_OperatorSendsItAgain()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model);
        consortium.Network.Route = letter => IsPlan(consortium, letter) && letter.To.Name == "bank-b" ? [] : [letter];
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        await consortium.SettleAsync();
        Assert.Equal(2, consortium.Network.Said<UpdateSubmitted>().Select(said => said.Message.Sender).Distinct().Count());

        consortium.Network.Route = letter => [letter];
        consortium.Start(plan.Statement);
        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(Model.Pooled(consortium.Folder.Banks, 2), state));
    }

    /// <summary>
    /// Begins a session that lets its cohort change, and closes its first round with all banks and with all but the first.
    /// </summary>
    private static async Task<(Signed<Cohort> All, Signed<Cohort> But)> CloseTwiceAsync(
        SteppedConsortium consortium, RogueAggregator rogue)
    {
        await rogue.BeginAsync(consortium.Plan(Model) with { Cohort = CohortRule.Changing });
        return (rogue.Close(consortium.Folder.Banks), rogue.Close(consortium.Folder.Banks.Skip(1)));
    }

    private static void AssertRejected(Rejected rejected, RejectionReason reason, string detail)
    {
        Assert.Equal(reason, rejected.Reason);
        Assert.Contains(detail, rejected.Detail, StringComparison.Ordinal);
    }

    private static bool IsPlan(SteppedConsortium consortium, Letter letter) =>
        !letter.IsChunks && MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits) is Signed<SessionPlan>;
}

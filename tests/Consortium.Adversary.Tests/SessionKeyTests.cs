using System.Security.Cryptography;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Cryptography.Identity;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Adversary.Tests;

/// <summary>What an aggregator gains from the session keys that it passes on, alone or with a key holder.</summary>
public sealed class SessionKeyTests
{
    private static readonly PartyId First = Parties.Bank("a");

    [Fact]
    public async Task SwapAKey_ForOneThatTheKeyHolderDidNotSign_IsADeadLetterAndNothingIsSealedToIt()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks, isHonest: false);
        RogueAggregator rogue = await BeginAsync(consortium, banks, "Swapped");
        Signed<SessionKeyOffered> own = Signed<SessionKeyOffered>.Create(
            Parties.Holder("a"), Drawn(rogue.Plan), consortium.Folder.IdentityOf(consortium.AggregatorId));
        consortium.Network.Post(consortium.AggregatorId, First, own);
        await consortium.SettleAsync();

        Assert.Contains(
            consortium.Network.DeadLetters,
            dead => dead.Letter.Reason.StartsWith("BadSignature", StringComparison.Ordinal));
        await AssertNothingIsSealedToAsync(consortium, rogue, own);
    }

    [Fact]
    public async Task SwapAKey_ForOneOfAnEarlierSession_IsRejectedByEveryBankThatIsAskedToSealToIt()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks, isHonest: false);
        RogueAggregator earlier = await BeginAsync(consortium, banks, "Earlier");
        Signed<SessionKeyOffered> old = earlier.Keys.First(key => key.Sender == Parties.Holder("a"));
        RogueAggregator rogue = await BeginAsync(consortium, banks, "Later");
        consortium.Network.Post(consortium.AggregatorId, First, old);

        await AssertNothingIsSealedToAsync(consortium, rogue, old);
    }

    /// <summary>A dishonest key holder signs two; honest ones see that the banks did not seal to the same.</summary>
    [Fact]
    public async Task GiveTwoBanksDifferentKeys_OfOneKeyHolder_HonestKeyHoldersRejectTheirCohort()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks, isHonest: false);
        Signed<SessionKeyOffered> second = null!;
        consortium.Network.Route = letter => [letter];
        RogueAggregator rogue = consortium.PlayAggregator();
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 1 });
        SessionPlan plan = banks.Session(training, training.MostRounds, "Two keys");
        rogue.KeyFor = (bank, key) =>
        {
            if (key.Sender != Parties.Holder("a") || bank != First)
            {
                return key;
            }

            return second ??= consortium.Folder.Sign(Parties.Holder("a"), Drawn(rogue.Plan));
        };
        await rogue.BeginAsync(plan);
        Signed<Cohort> cohort = rogue.Close(consortium.Folder.Banks);
        await rogue.AskAsync(Parties.Holder("b"), cohort);

        Assert.Contains(
            consortium.Network.DeadLetters,
            dead => dead.Letter.Reason.StartsWith(
                "Inconsistent: 'bank-b' sealed to other session keys than 'bank-a'", StringComparison.Ordinal));
        Assert.Empty(rogue.Approvals);
    }

    [Fact]
    public async Task LeaveAKeyHolderOut_ItIsAskedAllTheSame_RejectsWhatIsSealedToNoKeyOfIts()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks, isHonest: false);
        RogueAggregator rogue = consortium.PlayAggregator();
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 1 });
        rogue.WithoutKeys.Add(Parties.Holder("c"));
        await rogue.BeginAsync(banks.Session(training, training.MostRounds, "Without"));
        Assert.All(consortium.Folder.Banks, bank => Assert.Equal(0, rogue.Update(bank).SealedShares[2].Length));
        Signed<Cohort> cohort = rogue.Close(consortium.Folder.Banks);
        await rogue.AskAsync(Parties.Holder("c"), cohort);
        await rogue.AskAsync(Parties.Holder("b"), cohort);

        Assert.Equal(
            (Parties.Holder("c"), RejectionReason.WrongSessionKey),
            rogue.Rejections.Select(rejection => (rejection.By, rejection.Rejected.Reason)).Single());
        Assert.Equal(Parties.Holder("b"), Assert.Single(rogue.Approvals).Sender);
    }

    [Fact]
    public async Task LeaveKeyHoldersOut_UntilFewerThanTAreLeft_NoBankSealsAnything()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks, isHonest: false);
        RogueAggregator rogue = await BeginAsync(consortium, banks, "Too few");
        Signed<RoundOpened> opened = rogue.Opened;
        consortium.Network.Post(consortium.AggregatorId, First, consortium.Folder.Sign(
            consortium.AggregatorId,
            opened.Statement with
            {
                Attempt = rogue.Attempt(attempt: 2),
                SessionKeys = [opened.Statement.SessionKeys[0], default, default],
            }));
        await consortium.SettleAsync();

        Assert.Contains(
            consortium.Network.DeadLetters,
            dead => dead.Letter.Reason.StartsWith(
                "WrongSessionKey: session keys of 1 key holders; 2 are needed", StringComparison.Ordinal));
        Assert.DoesNotContain(
            consortium.Network.Said<UpdateSubmitted>(), said => said.Message.Manifest.Statement.Attempt.Attempt.Value == 2);
    }

    private static async Task<RogueAggregator> BeginAsync(SteppedConsortium consortium, GeneratedBanks banks, string name)
    {
        RogueAggregator rogue = consortium.PlayAggregator();
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 1 });
        await rogue.BeginAsync(banks.Session(training, training.MostRounds, name));
        return rogue;
    }

    /// <summary>The aggregator opens an attempt with this key in the place of the right one.</summary>
    private static async Task AssertNothingIsSealedToAsync(
        SteppedConsortium consortium, RogueAggregator rogue, Signed<SessionKeyOffered> key)
    {
        RoundOpened opened = rogue.Opened.Statement;
        consortium.Network.Post(consortium.AggregatorId, First, consortium.Folder.Sign(
            consortium.AggregatorId,
            opened with
            {
                Attempt = rogue.Attempt(attempt: 2),
                SessionKeys = opened.SessionKeys.SetItem(
                    consortium.Folder.Configuration.IndexOfKeyHolder(key.Sender), key.Digest),
            }));
        await consortium.SettleAsync();

        Assert.Equal(
            (First, RejectionReason.WrongSessionKey, "the opening lists a session key that no key holder offered"),
            rogue.Rejections.Select(rejection => (rejection.By, rejection.Rejected.Reason, rejection.Rejected.Detail)).Single());
        Assert.DoesNotContain(
            consortium.Network.Said<UpdateSubmitted>(),
            said => said.Message.Manifest.Statement.SessionKeys.Contains(key.Digest)
                && said.Message.Manifest.Statement.Attempt.Session.Value == rogue.Plan.Digest);
    }

    private static SessionKeyOffered Drawn(Signed<SessionPlan> plan)
    {
        using var random = RandomNumberGenerator.Create();
        using SessionReceivingKey key = SessionReceivingKey.Generate(random);
        return new SessionKeyOffered
        {
            Consortium = plan.Statement.Consortium,
            Session = new SessionId(plan.Digest),
            Key = key.Public,
        };
    }
}

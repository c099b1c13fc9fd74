using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sharing;
using Consortium.Hosting.Secrets;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Consortium.Testing.Scripted;

namespace Consortium.Adversary.Tests;

/// <summary>What fewer than T key holders want, alone or with the aggregator.</summary>
public sealed class KeyHolderTests
{
    /// <summary>Six standard deviations above the mean of chi-square with 63 degrees of freedom.</summary>
    private const double Bound = 63 + (6 * 11.225);

    private static readonly ScriptedModel Model = new(500, 65_536);

    [Fact]
    public async Task BendItsShareSum_OnlyTAnswer_OpensNothingUntilAThirdAnswersAndIsNamed()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks);
        Signed<SessionPlan> plan = Plan(consortium, banks, out StateDigest pooled);
        bool isAway = true;
        var kept = new List<Letter>();
        consortium.Network.Route = letter =>
        {
            if (isAway && letter.From == Parties.Holder("c") && !IsSessionKey(consortium, letter))
            {
                kept.Add(letter);
                return [];
            }

            return [Bent(consortium, letter, consortium.Folder.Banks)];
        };
        await consortium.RunAsync(
            () => consortium.Folder.Banks.All(
                bank => consortium.RejectedBy(bank).Any(rejected => rejected.Reason == RejectionReason.Spoiled)));
        Assert.Empty(consortium.Reached(plan, 1));
        Assert.Contains(
            "More share-sums would tell which.", consortium.RejectedBy(Parties.Bank("a")).First().Detail,
            StringComparison.Ordinal);

        isAway = false;
        kept.ForEach(consortium.Network.Post);
        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled, state));
        foreach (PartyId bank in consortium.Folder.Banks)
        {
            Assert.Contains(consortium.RejectedBy(bank), rejected => rejected.SubjectType == MessageType.ShareSumManifest
                && rejected.Detail.Contains(
                    "the share-sum of 'holder-a' is not one of the sum that opened", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task BendItsShareSum_ForOneBankAlone_ThatBankOpensWithTheOthersAndNamesIt()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks);
        Signed<SessionPlan> plan = Plan(consortium, banks, out StateDigest pooled);
        consortium.Network.Route = letter => [Bent(consortium, letter, [Parties.Bank("c")])];

        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled, state));
        Assert.Contains(
            consortium.RejectedBy(Parties.Bank("c")),
            rejected => rejected.Detail.Contains("'holder-a'", StringComparison.Ordinal));
        Assert.DoesNotContain(consortium.RejectedBy(Parties.Bank("a")), rejected => rejected.Reason == RejectionReason.Spoiled);
    }

    [Fact]
    public async Task BendItsShareSum_ForOneBankAloneAndTheThirdIsLate_ThatBankOpensWhenItComes()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks, banks: 5);
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 3 });
        (StateDigest pooled, int rounds) = banks.Pooled(training);
        Signed<SessionPlan> plan = consortium.Start(banks.Session(training, rounds, "Bent for one, the third late"));
        var late = new List<Letter>();
        consortium.Network.Route = letter =>
        {
            bool isLate = letter.From == Parties.Holder("c")
                && MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits)
                    is ShareSumReleased { Manifest.Statement.Attempt.Round.Value: 1 };
            if (isLate)
            {
                late.Add(letter);
            }

            return isLate ? [] : [Bent(consortium, letter, [Parties.Bank("e")])];
        };
        await consortium.RunAsync(
            () => consortium.Reached(plan, 1).Length == 4
                && consortium.Network.Said<Signed<RoundOpened>>().Any(said => said.Message.Statement.Attempt.Round.Value == 2));
        Assert.NotEmpty(late);
        consortium.Network.Post(late[0]);

        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(pooled, state));
        Assert.Contains(
            consortium.RejectedBy(Parties.Bank("e")),
            rejected => rejected.Detail.Contains("'holder-a'", StringComparison.Ordinal));
    }

    [Fact]
    public void ReconstructAKey_FromFewerThanTShares_SharesOfAnyTwoKeysLookAlike()
    {
        const int Sharings = 200, Bins = 64;
        var sharing = new ShamirSharing(3, 5);
        short[] zeros = new short[RnsBasis.Degree],
            others = [.. Enumerable.Range(0, RnsBasis.Degree).Select(i => (short)(i % 39 - 19))];
        var counts = new long[2, Bins];
        var pairs = new long[2, Bins];
        using var random = RandomNumberGenerator.Create();
        for (int i = 0; i < Sharings; i++)
        {
            Count(0, sharing.Split(zeros, random));
            Count(1, sharing.Split(others, random));
        }

        // T - 1 = 2 shares together: either by itself, and the value that a line through both would have where the key is.
        Assert.InRange(TwoSampleChiSquare(counts), 0, Bound);
        Assert.InRange(TwoSampleChiSquare(pairs), 0, Bound);

        void Count(int key, KeyShare[] shares)
        {
            byte[] first = shares[0].Encode(), second = shares[1].Encode();
            for (int c = 0; c < first.Length; c += 2)
            {
                int a = BitConverter.ToUInt16(first, c), b = BitConverter.ToUInt16(second, c);
                counts[key, a * Bins / 65_521]++;
                pairs[key, (((2 * a) - b + 65_521) % 65_521) * Bins / 65_521]++;
            }

            Array.ForEach(shares, share => share.Dispose());
        }
    }

    [Fact]
    public async Task ApproveTwoCohorts_WithTheAggregator_IsAccusedWithBothSignaturesAndCountsNoMore()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, isHonest: false);
        var rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(consortium.Plan(Model));
        Signed<Cohort> one = rogue.Close(consortium.Folder.Banks),
            other = rogue.Close(consortium.Folder.Banks, bend: sums => sums[0][^1] ^= 1);
        await rogue.AskAsync(Parties.Holder("b"), one);

        rogue.Approvals.Add(Approval(consortium, rogue, other));
        await rogue.RelayAsync(Parties.Holder("b"), other);
        rogue.Approvals.RemoveAll(approval => approval.Sender == Parties.Holder("a"));
        rogue.Approvals.Add(Approval(consortium, rogue, one));
        await rogue.RelayAsync(Parties.Holder("b"), one);

        Assert.Empty(rogue.Releases);
        Assert.Equal(["holder-a"], await EvidenceAsync(consortium.KeyHolder("holder-b")));
        Assert.Contains(
            "Critical: holder-a signed approvals that contradict each other", consortium.Log.ToString(),
            StringComparison.Ordinal);

        await rogue.AskAsync(Parties.Holder("c"), one);
        await rogue.RelayAsync(Parties.Holder("b"), one);
        Assert.Equal(one.Digest, Assert.Single(rogue.Releases).Manifest.Statement.CohortDigest.Value);
        await consortium.AssertHonestSessionEndsAsync(Model);
    }

    [Fact]
    public async Task ForgetAPromise_LedgerRestoredFromABackup_PeersAccuseItAndItHalts()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, isHonest: false);
        SteppedDaemon forgetful = consortium.KeyHolder("holder-a");
        var rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(consortium.Plan(Model));
        Signed<Cohort> one = rogue.Close(consortium.Folder.Banks),
            other = rogue.Close(consortium.Folder.Banks, bend: sums => sums[0][^1] ^= 1);
        string backup = Path.Combine(consortium.Folder.Path, "backup");
        await forgetful.RestartAsync(() => Copy(forgetful.DataPath, backup));
        await rogue.AskAsync(forgetful.Id, one);
        await rogue.AskAsync(Parties.Holder("b"), one);
        await rogue.RelayAsync(Parties.Holder("b"), one);

        await forgetful.RestartAsync(() => Copy(backup, forgetful.DataPath));
        await rogue.AskAsync(forgetful.Id, other);
        Assert.Equal(3, rogue.Approvals.Count);
        await rogue.RelayAsync(Parties.Holder("b"), other);
        Assert.Equal(["holder-a"], await EvidenceAsync(consortium.KeyHolder("holder-b")));

        // Its own approval of before comes back to it, as it does with every release.
        await rogue.RelayAsync(forgetful.Id, one);
        await rogue.AskAsync(forgetful.Id, other);
        Assert.Equal(RejectionReason.LedgerHalted, rogue.Rejections[^1].Rejected.Reason);
        Assert.Contains("restored from a backup", rogue.Rejections[^1].Rejected.Detail, StringComparison.Ordinal);
        Assert.All(rogue.Releases, release => Assert.Equal(one.Digest, release.Manifest.Statement.CohortDigest.Value));
        await consortium.AssertHonestSessionEndsAsync(Model);
    }

    private static Signed<SessionPlan> Plan(SteppedConsortium consortium, GeneratedBanks banks, out StateDigest pooled)
    {
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 1 });
        (pooled, int rounds) = banks.Pooled(training);
        return consortium.Start(banks.Session(training, rounds, "Attacked"));
    }

    /// <summary>A release of holder-a's with another share-sum for the victims; any other letter as it is.</summary>
    private static Letter Bent(SteppedConsortium consortium, Letter letter, ImmutableArray<PartyId> victims)
    {
        if (letter.IsChunks
            || letter.From != Parties.Holder("a")
            || MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits) is not ShareSumReleased release)
        {
            return letter;
        }

        ShareSumManifest manifest = release.Manifest.Statement;
        EnvelopeContext context = SealedShare.ShareSumContext(manifest.Attempt, consortium.Folder.IdentityOf(letter.From).Public);
        SteppedDaemon holder = consortium.KeyHolder(letter.From.Name);
        using SessionSecrets secrets = holder.Database.ReadAsync(
            state => new SessionVault(holder.Party).Load(state, manifest.Attempt.Session)!, CancellationToken.None)
            .GetAwaiter().GetResult();
        using var nothing = new ShareSum(1, RnsBasis.Degree);
        ImmutableArray<ReadOnlyMemory<byte>> bent =
        [
            .. consortium.Folder.Banks.Select((bank, i) => victims.Contains(bank)
                ? secrets.SealSum(consortium.Folder.Configuration.Find(bank)!, nothing.Encode(), context)
                : release.SealedSums[i]),
        ];
        return letter with
        {
            Body = MessageCodec.Encode(new ShareSumReleased
            {
                Manifest = consortium.Folder.Sign(
                    letter.From, manifest with { SealedSumDigests = [.. bent.Select(one => Digest.Of(one.Span))] }),
                SealedSums = bent,
            }),
        };
    }

    private static bool IsSessionKey(SteppedConsortium consortium, Letter letter) => !letter.IsChunks
        && MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits) is Signed<SessionKeyOffered>;

    private static Signed<CohortApproval> Approval(SteppedConsortium consortium, RogueAggregator rogue, Signed<Cohort> cohort) =>
        consortium.Folder.Sign(
            Parties.Holder("a"),
            new CohortApproval
            {
                Attempt = rogue.Attempt(),
                CohortDigest = new CohortDigest(cohort.Digest),
                Sequence = 1,
                PreviousDigest = default,
            });

    private static Task<IReadOnlyList<string>> EvidenceAsync(SteppedDaemon holder) =>
        holder.Database.ReadAsync(
            state => state.Query("SELECT peer FROM evidence", row => row.GetString(0)), CancellationToken.None);

    private static void Copy(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }
    }

    private static double TwoSampleChiSquare(long[,] counts)
    {
        double statistic = 0;
        for (int bin = 0; bin < counts.GetLength(1); bin++)
        {
            double difference = counts[0, bin] - counts[1, bin];
            statistic += difference * difference / (counts[0, bin] + counts[1, bin]);
        }

        return statistic;
    }
}

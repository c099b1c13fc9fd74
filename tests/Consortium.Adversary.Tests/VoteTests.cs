using System.Collections.Immutable;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Aggregator;
using Consortium.Auditing;
using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Sampling;
using Consortium.Hosting.Sqlite;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Participant.Rounds;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Adversary.Tests;

/// <summary>
/// A bank that votes by something else than one vote, among four real daemons and four key holders of which it takes three. It is
/// named to the operator, and the vote goes on without it.
/// </summary>
public sealed class VoteTests
{
    private static readonly PartyId Dishonest = Parties.Bank("c");

    private static readonly TrainingPlan Training = GeneratedBanks.Training(
        new LogisticSettings { Steps = 1 }, new AcceptanceSettings { Fraction = 0.01, LeastLaundering = 1, LeastVotes = 1 });

    public static TheoryData<string, int, int, int> Stuffings => new()
    {
        { "two votes", 1, 1, 0 },
        { "a vote for it and one taken from those against", 2, -1, 0 },
    };

    [Theory]
    [MemberData(nameof(Stuffings))]
    public async Task StuffTheVote_OtherThanOneVote_IsNamedAndTheVoteGoesOnWithoutIt(
        string how, int accept, int reject, int abstain)
    {
        Assert.NotEmpty(how);
        await using SteppedConsortium consortium = Consortium(out GeneratedBanks banks);
        VoteTally vote = await VoteAsync(
            consortium, banks,
            asked => Forge(
                consortium, asked, Ballot.Draw(
                    [Scalar(accept), Scalar(reject), Scalar(abstain)], consortium.Folder.Configuration.Threshold,
                    RandomSource.OperatingSystem)));

        AssertGoesOnWithout(consortium, vote, attempts: 1);
    }

    [Fact]
    public async Task SpoilTheVote_SharesThatNoKeyHolderCanOpen_IsNamedAndTheVoteGoesOnWithoutItByNewBallots()
    {
        await using SteppedConsortium consortium = Consortium(out GeneratedBanks banks);
        VoteTally vote = await VoteAsync(
            consortium, banks,
            asked => Forge(consortium, asked, Honest(consortium), Enumerable.Repeat<byte[]?>(new byte[352], 4)));

        AssertGoesOnWithout(consortium, vote, attempts: 2);

        // Two attempts at a vote share nothing but the count, for an aggregator that has a key holder open both.
        AssertHaveNothingInCommon(consortium, Parties.Bank("a"));
        await AssertAuditHoldsAsync(consortium);
    }

    [Fact]
    public async Task SpoilTheVote_SharesOfAnotherBallot_IsNamedAndTheVoteGoesOnWithoutIt()
    {
        await using SteppedConsortium consortium = Consortium(out GeneratedBanks banks);
        VoteTally vote = await VoteAsync(
            consortium, banks,
            asked =>
            {
                using Ballot other = Honest(consortium);
                return Forge(
                    consortium, asked, Honest(consortium), Enumerable.Range(1, 4).Select(holder => other.EncodeShare(holder)));
            });

        AssertGoesOnWithout(consortium, vote, attempts: 2);
    }

    [Fact]
    public async Task SpoilTheVote_AtOneKeyHolderAlone_CountsAndEveryBankCountsTheSame()
    {
        await using SteppedConsortium consortium = Consortium(out GeneratedBanks banks);
        VoteTally vote = await VoteAsync(
            consortium, banks, asked => Forge(consortium, asked, Honest(consortium), [null, new byte[352], null, null]));

        Assert.Equal((true, 5, 0), (vote.IsAdopted, vote.Accepting, vote.Void));
    }

    /// <summary>
    /// Commitments, proof and envelopes of another bank's ballot, signed as its own: a vote that it does not know.
    /// </summary>
    [Fact]
    public async Task CopyAVote_AnotherBanksBallot_IsNamedAndTheVoteGoesOnWithoutIt()
    {
        await using SteppedConsortium consortium = Consortium(out GeneratedBanks banks);
        VoteTally vote = await VoteAsync(
            consortium, banks,
            asked =>
            {
                UpdateSubmitted copied = consortium.Network.Said<UpdateSubmitted>()
                    .Last(said => said.Message.Manifest.Statement.Attempt == asked.Attempt).Message;
                return copied with { Manifest = consortium.Folder.Sign(Dishonest, copied.Manifest.Statement) };
            });

        AssertGoesOnWithout(consortium, vote, attempts: 1);
    }

    /// <summary>
    /// Neither three key holders approve nor three reject. Two show what the bank sealed to them, with the keys it committed to.
    /// </summary>
    [Fact]
    public async Task SpoilTheVote_AtTwoKeyHoldersOfFour_IsNamedAndTheVoteGoesOnWithoutIt()
    {
        await using SteppedConsortium consortium = Consortium(out GeneratedBanks banks);
        VoteTally vote = await VoteAsync(
            consortium, banks,
            asked => Forge(consortium, asked, Honest(consortium), [null, new byte[352], new byte[352], null]));

        AssertGoesOnWithout(consortium, vote, attempts: 2);
        VoidBallot shown = Assert.Single(consortium.Network.Said<RoundRecorded>().Last().Message.Voids);
        Assert.Contains(shown.Revealed!.Holder, (PartyId[])[Parties.Holder("b"), Parties.Holder("c")]);
        await AssertAuditHoldsAsync(consortium);
    }

    /// <summary>It commits to another ballot key in each of its updates, to keep a key holder from showing anything.</summary>
    [Fact]
    public async Task CommitToAnotherBallotKey_InAnUpdate_IsSpoiledForThatKeyHolder()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks, isHonest: false);
        RogueAggregator rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(banks.Session(Training, Training.MostRounds, "Committed"));
        UpdateSubmitted update = rogue.Update(Parties.Bank("a"));
        UpdateManifest manifest = update.Manifest.Statement;
        rogue.Replace(update with
        {
            Manifest = consortium.Folder.Sign(
                Parties.Bank("a"), manifest with { BallotKeys = manifest.BallotKeys.SetItem(1, manifest.BallotKeys[0]) }),
        });
        Signed<Cohort> cohort = rogue.Close(consortium.Folder.Banks);
        await rogue.AskAsync(Parties.Holder("b"), cohort);
        await rogue.AskAsync(Parties.Holder("a"), cohort);

        Assert.Equal(
            (Parties.Holder("b"), RejectionReason.Spoiled),
            rogue.Rejections.Select(rejection => (rejection.By, rejection.Rejected.Reason)).Single());
        Assert.Equal(Parties.Holder("a"), Assert.Single(rogue.Approvals).Sender);
    }

    private static void AssertHaveNothingInCommon(SteppedConsortium consortium, PartyId bank)
    {
        UpdateManifest[] ballots =
        [
            .. consortium.Network.Said<UpdateSubmitted>()
                .Select(said => said.Message.Manifest)
                .Where(manifest => manifest.Sender == bank && manifest.Statement.Shape.IsBallot)
                .DistinctBy(manifest => manifest.Digest).Select(manifest => manifest.Statement),
        ];

        Assert.Equal([1, 2], ballots.Select(ballot => ballot.Attempt.Attempt.Value));
        Assert.Empty(ballots[0].SealedShareDigests.Intersect(ballots[1].SealedShareDigests));
        Assert.Empty(Pieces(ballots[0]).Intersect(Pieces(ballots[1])));
    }

    private static async Task AssertAuditHoldsAsync(SteppedConsortium consortium)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        SessionId session = consortium.Network.Said<RoundRecorded>().Last().Message.Cohort.Statement.Attempt.Session;
        using var archive = AuditArchive.Open(
            consortium.Folder.Configuration, new FolderStorage(consortium.Aggregator.DataPath));
        using var bundle = new MemoryStream();
        byte[] file = await File.ReadAllBytesAsync(
            Path.Combine(consortium.Folder.Path, "consortium.json"), cancellationToken);
        await archive.ExportAsync(file, session, only: null, bundle, cancellationToken);
        bundle.Position = 0;
        BundleVerdict verdict = await BundleAudit.RunAsync(
            bundle, consortium.Folder.Configuration.Digest, ownRecord: null, cancellationToken);

        Assert.Empty(verdict.Findings);
        Assert.All(verdict.Rounds, round => Assert.Empty(round.Findings));
        Assert.Equal(Dishonest, Assert.Single(consortium.Folder.Banks.Except(verdict.Rounds[^1].Members)));
    }

    private static IEnumerable<string> Pieces(UpdateManifest ballot) =>
        ballot.SharingProof.ToArray().Chunk(33).Select(Convert.ToHexString);

    private static void AssertGoesOnWithout(SteppedConsortium consortium, VoteTally vote, int attempts)
    {
        Assert.Equal((true, 4, 0, 0, 1), (vote.IsAdopted, vote.Accepting, vote.Rejecting, vote.Abstaining, vote.Void));
        RoundRecorded recorded = consortium.Network.Said<RoundRecorded>().Last().Message;
        Assert.Equal(Dishonest, Assert.Single(recorded.Voids).Participant);
        Assert.Equal(consortium.Folder.Banks.Remove(Dishonest), recorded.Cohort.Statement.Parties);
        Assert.Equal(attempts, recorded.Cohort.Statement.Attempt.Attempt.Value);
        Assert.Contains(
            consortium.Network.Said<Signed<Rejected>>(),
            said => said.Letter.To == consortium.Folder.Configuration.Operator.Id
                && said.Message.Statement is { Reason: RejectionReason.Spoiled } rejected
                && rejected.Detail.Contains($"'{Dishonest}'", StringComparison.Ordinal));
    }

    private static SteppedConsortium Consortium(out GeneratedBanks banks)
    {
        var folder = SteppedConsortium.FolderOf(5, keyHolders: 4, threshold: 3);
        banks = GeneratedBanks.Write(folder, accounts: 300, payments: 15_000);
        return SteppedConsortium.WithBanks(folder, banks, without: Dishonest);
    }

    private static async Task<VoteTally> VoteAsync(
        SteppedConsortium consortium, GeneratedBanks banks, Func<UpdateManifest, UpdateSubmitted> ballot)
    {
        Signed<SessionPlan> plan = consortium.Start(banks.Session(Training, Training.MostRounds, "Voted"));
        DishonestBank.Play(consortium, plan, Dishonest, PoisonTests.Nothing, ballot: ballot);
        ModelAdvanced[] Ends() =>
        [
            .. consortium.Network.Said<Signed<ModelAdvanced>>()
                .Where(said => said.Letter.To == consortium.AggregatorId && said.Message.Statement.IsFinal)
                .DistinctBy(said => said.Message.Sender).Select(said => said.Message.Statement),
        ];
        await consortium.RunAsync(() => Ends().Length == 4);
        (_, VoteTally? vote) = Assert.Single(Ends().Select(end => (end.State, end.Vote)).Distinct());
        return vote!;
    }

    private static Ballot Honest(SteppedConsortium consortium) =>
        Ballot.Draw(0, consortium.Folder.Configuration.Threshold, RandomSource.OperatingSystem);

    private static Word256 Scalar(int value)
    {
        MontgomeryField field = MontgomeryField.Scalars;
        return value < 0 ? field.Negate(field.Of((ulong)-value)) : field.Of((ulong)value);
    }

    /// <summary>A ballot with some other shares: null stands for the right one.</summary>
    private static UpdateSubmitted Forge(
        SteppedConsortium consortium, UpdateManifest asked, Ballot ballot, IEnumerable<byte[]?>? shares = null)
    {
        EnvelopeContext context = SealedBallot.ShareContext(
            asked.Attempt, consortium.Folder.IdentityOf(Dishonest).Public);
        ImmutableArray<ReadOnlyMemory<byte>> envelopes =
        [
            .. (shares ?? new byte[]?[4]).Select(
                (share, i) => (ReadOnlyMemory<byte>)consortium.SecretsOf(Dishonest, asked.Attempt.Session).SealBallotShare(
                    consortium.Folder.Configuration.KeyHolders[i], share ?? ballot.EncodeShare(i + 1), context)),
        ];
        UpdateManifest manifest = asked with { SealedShareDigests = [.. envelopes.Select(one => Digest.Of(one.Span))] };
        manifest = manifest with { SharingProof = ballot.Prove(SealedBallot.Challenge(manifest, Dishonest).ToArray()) };
        return new UpdateSubmitted
        {
            Manifest = consortium.Folder.Sign(Dishonest, manifest),
            ChunkDigests = [],
            SealedShares = envelopes,
        };
    }
}

using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Consortium.Testing.Scripted;

namespace Consortium.Adversary.Tests;

/// <summary>
/// What a dishonest bank wants that spoils a sum and would not be named for it; what others want who would have an honest bank
/// named. A bank plays by <see cref="ForgedUpdate"/>; everyone else is real, or does as a real bank does.
/// </summary>
public sealed class DisputeTests
{
    private static readonly ScriptedModel Model = new(500, 65_536);

    private static readonly PartyId Dishonest = Parties.Bank("c");

    [Fact]
    public async Task SpoilTheSum_EncryptsUnderAnotherKeyThanItShared_TheOthersAccountForTheirsAndItDoesNot()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        ForgedUpdate.Replace(consortium, plan, Dishonest, update => update.With(sharesAnotherKey: true));
        await consortium.RunAsync(() => Verdicts(consortium).Length == 9);

        Assert.Empty(consortium.Reached(plan, 1));
        Assert.Equal(
            Honest(consortium),
            Verdicts(consortium).Where(verdict => verdict.Holds).Select(verdict => verdict.Bank).Distinct().Order());
        Assert.DoesNotContain(Verdicts(consortium), verdict => verdict.Bank == Dishonest);
        await consortium.AssertHonestSessionEndsAsync(Model, without: Dishonest);
    }

    [Fact]
    public async Task SpoilTheSum_AmongRealDaemons_TheyAccountAndGoOnWithoutTheOneThatDoesNot()
    {
        await using SteppedConsortium consortium = SpoiltSession.Fresh(out GeneratedBanks banks);
        SpoiltSession.Start(consortium, banks);
        await consortium.RunAsync(() => Verdicts(consortium).Length == 9);
        Assert.All(Verdicts(consortium), verdict => Assert.True(verdict.Holds, verdict.Detail));
        Assert.Equal(Honest(consortium), Verdicts(consortium).Select(verdict => verdict.Bank).Distinct().Order());

        Signed<SessionPlan> next = consortium.Start(banks.Session(SpoiltSession.Training, SpoiltSession.Rounds, "Without") with
        {
            Participants = [.. Honest(consortium)],
            Window = GeneratedBanks.Late, // the days of the spoilt session are closed to one bank fewer
        });
        Assert.Single((await consortium.FinishAsync(next)).Distinct());

        // The key of the update whose sum never opened is kept; those of the session that followed are not.
        Assert.All(
            await Task.WhenAll(consortium.Daemons.Where(daemon => Honest(consortium).Contains(daemon.Id)).Select(CountKeptAsync)),
            kept => Assert.Equal(1, kept));

        static Task<long> CountKeptAsync(SteppedDaemon bank) => bank.Database.ReadAsync(
            state => state.Query("SELECT COUNT(*) FROM kept_key", row => row.GetInt64(0))[0],
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task SpoilTheSum_AndProvesAnotherChunkThanItSent_EveryKeyHolderFindsThatItDoesNotHold()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4);
        await SpoilAndLieAsync(consortium, (update, keep) => update.With(sharesAnotherKey: true, keep: keep));

        OpeningProofJudged[] against = [.. Verdicts(consortium).Where(verdict => !verdict.Holds)];
        Assert.Equal((3, Dishonest), (against.Length, Assert.Single(against.Select(verdict => verdict.Bank).Distinct())));
        Assert.Equal(
            Honest(consortium),
            Verdicts(consortium).Where(verdict => verdict.Holds).Select(verdict => verdict.Bank).Distinct().Order());
        await consortium.AssertHonestSessionEndsAsync(Model, without: Dishonest);
    }

    [Fact]
    public async Task CountForMore_BeyondTheSumsRangeAndLiesAboutIt_IsNamed()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4);
        SlotLayout layout = SlotLayout.For(4, 65_536);
        ulong[] values = new ulong[layout.ValuesPerChunk];
        values.AsSpan((layout.Slots - 1) * 4096).Fill((1ul << 17) - 1);
        Assert.Equal(layout.Slots, SlotLayout.For(4, 1 << 17).Slots);
        await SpoilAndLieAsync(consortium, (update, keep) => update.With(packedLevels: 1 << 17, values: values, keep: keep));

        Assert.All(Verdicts(consortium), verdict => Assert.Equal(verdict.Bank != Dishonest, verdict.Holds));
        Assert.Equal(3, Verdicts(consortium).Count(verdict => verdict.Bank == Dishonest));
        await consortium.AssertHonestSessionEndsAsync(Model, without: Dishonest);
    }

    [Fact]
    public async Task HaveAHonestBankProve_OneBankDisputesASumThatOpens_NobodyAnswers()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        consortium.Network.Route = letter =>
        {
            if (!letter.IsChunks
                && letter.From == consortium.AggregatorId
                && MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits) is AggregateReleased released)
            {
                consortium.Network.Post(
                    Dishonest, consortium.AggregatorId,
                    Disputed(consortium, Dishonest, released.Cohort, new DisputedPlace(0, 1)));
            }

            return [letter];
        };

        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(Model.Pooled(consortium.Folder.Banks, 2), state));
        Assert.Empty(consortium.Network.Said<DisputeRelayed>());
        Assert.Empty(consortium.Network.Said<OpeningProofSubmitted>());
    }

    [Fact]
    public async Task HaveAHonestBankProve_MostBanksDisputeASumThatOpensForIt_ItDoesNotAnswer()
    {
        // Two dishonest banks of three, with the aggregator: the third opened the sum, and accounts for nothing.
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        await consortium.FinishAsync(plan);
        Signed<Cohort> cohort = consortium.Network.Said<AggregateReleased>().Last().Message.Cohort;
        var place = new DisputedPlace(0, 1);
        consortium.Network.Post(consortium.AggregatorId, Parties.Bank("a"), new DisputeRelayed
        {
            Cohort = cohort,
            Disputes = [Disputed(consortium, Parties.Bank("b"), cohort, place), Disputed(consortium, Dishonest, cohort, place)],
        });
        await consortium.SettleAsync();

        Assert.Empty(consortium.Network.Said<OpeningProofSubmitted>());
    }

    [Fact]
    public async Task HaveAHonestBankNamed_OneKeyHolderSaysThatItsOpeningProofDoesNotHold_TheOthersSayThatItDoes()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        PartyId liar = Parties.Holder("b");
        ForgedUpdate.Replace(consortium, plan, Dishonest, update => update.With(sharesAnotherKey: true));
        Func<Letter, IEnumerable<Letter>> forge = consortium.Network.Route;
        consortium.Network.Route = letter =>
            !letter.IsChunks
                && letter.From == liar
                && MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits)
                    is Signed<OpeningProofJudged> { Statement: { Holds: true } honest }
                ? [letter with
                {
                    Body = MessageCodec.Encode(consortium.Folder.Sign(liar, honest with { Holds = false, Detail = "lies" })),
                }]
                : forge(letter);
        await consortium.RunAsync(() => Verdicts(consortium).Length == 9);
        await consortium.SettleAsync();

        // Two of three clear each honest bank, which is as many as it takes to open a sum; the third stands against two.
        Assert.All(Honest(consortium), bank => Assert.Equal(
            [Parties.Holder("a"), Parties.Holder("c")],
            consortium.Network.Said<Signed<OpeningProofJudged>>()
                .Where(
                    said => said.Letter.To == consortium.Folder.Configuration.Operator.Id
                        && said.Message.Statement.Bank == bank
                        && said.Message.Statement.Holds)
                .Select(said => said.Message.Sender).Distinct().Order()));
    }

    [Fact]
    public async Task HaveAHonestBankNamed_JudgedByAnotherKeyHolder_IsADeadLetter()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        ForgedUpdate.Replace(consortium, plan, Dishonest, update => update.With(sharesAnotherKey: true));
        await consortium.RunAsync(() => Verdicts(consortium).Length == 9);
        OpeningProofRelayed relayed = consortium.Network.Said<OpeningProofRelayed>()
            .First(said => said.Letter.To == Parties.Holder("a")).Message;
        consortium.Network.Post(consortium.AggregatorId, Parties.Holder("b"), relayed);
        consortium.Network.Post(
            consortium.AggregatorId, Parties.Holder("a"), relayed with { Chunk = new byte[relayed.Chunk.Length] });
        await consortium.SettleAsync();

        Assert.Equal(
            2,
            consortium.Network.DeadLetters.Count(
                dead => dead.Letter.Reason.StartsWith("Inconsistent", StringComparison.Ordinal)));
        Assert.All(Verdicts(consortium), verdict => Assert.True(verdict.Holds));
    }

    [Fact]
    public async Task HaveHonestBanksNamed_AggregatorPassesOffAnotherSumThatABankSignsFor_AllAreCleared()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, isHonest: false);
        var rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(consortium.Plan(Model));
        ReadOnlyMemory<byte> twice = rogue.Chunks(Parties.Bank("a"))[0];
        Signed<Cohort> cohort = rogue.Close(consortium.Folder.Banks, bend: sums =>
        {
            SlotLayout layout = rogue.Update(Dishonest).Manifest.Statement.Shape.LayoutFor(rogue.Plan.Statement);
            sums[0] = ForgedSum.Of(
                layout, 0, consortium.Folder.Banks.Select(bank => rogue.Chunks(bank)[0]).Append(twice), sums[0]);
        });
        await rogue.ReleaseAsync(cohort, Parties.Holder("a"), Parties.Holder("b"), Parties.Holder("c"));
        rogue.SignFor(cohort, Dishonest, [twice]);
        await rogue.PublishAsync(cohort);
        var dispute = new DisputeRelayed
        {
            Cohort = cohort,
            Disputes = [.. consortium.Network.Said<Signed<SumDisputed>>().Select(said => said.Message)],
        };
        Assert.Equal((3, 1), (dispute.Disputes.Length, dispute.Disputes.Select(one => one.Statement.Place).Distinct().Count()));
        foreach (PartyId bank in consortium.Folder.Banks)
        {
            consortium.Network.Post(consortium.AggregatorId, bank, dispute);
        }

        await consortium.RunAsync(() => consortium.Network.Said<OpeningProofSubmitted>().Count == 9);
        foreach (OpeningProofSubmitted account in consortium.Network.Said<OpeningProofSubmitted>().Select(said => said.Message))
        {
            UpdateSubmitted update = rogue.Update(account.Sender);
            consortium.Network.Post(consortium.AggregatorId, account.Holder, new OpeningProofRelayed
            {
                Dispute = dispute,
                OpeningProof = account.Manifest,
                SealedShare = account.SealedShare,
                Update = update.Manifest,
                SealedKeyShare = update.SealedShares[consortium.Folder.Configuration.IndexOfKeyHolder(account.Holder)],
                ChunkDigests = update.ChunkDigests,
                Chunk = rogue.Chunks(account.Sender)[0],
            });
        }

        await consortium.RunAsync(() => Verdicts(consortium).Length == 9);
        Assert.All(Verdicts(consortium), verdict => Assert.True(verdict.Holds, verdict.Detail));
    }

    /// <summary>Has the dishonest bank spoil the sum, and account for a chunk of zeros that it did not send.</summary>
    private static async Task SpoilAndLieAsync(
        SteppedConsortium consortium, Func<ForgedUpdate, Action<SecretKey, KeyShare[], UpdateSubmitted>, ForgedUpdate> forge)
    {
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        Func<Signed<SumDisputed>, IEnumerable<OpeningProofSubmitted>> lie = _ => [];
        ForgedUpdate.Replace(
            consortium, plan, Dishonest,
            update => forge(
                update,
                (key, shares, sent) => lie = dispute => Lie(consortium, plan.Statement, dispute.Statement, key, shares, sent)));
        await consortium.RunAsync(() => consortium.Network.Said<DisputeRelayed>().Any(said => said.Letter.To == Dishonest));
        foreach (OpeningProofSubmitted account in lie(consortium.Network.Said<DisputeRelayed>()[0].Message.Disputes[0]))
        {
            consortium.Network.Post(Dishonest, consortium.AggregatorId, account);
        }

        await consortium.RunAsync(() => Verdicts(consortium).Length == 12);
        Assert.Empty(consortium.Reached(plan, 1));
    }

    private static IEnumerable<OpeningProofSubmitted> Lie(
        SteppedConsortium consortium, SessionPlan plan, SumDisputed dispute, SecretKey key, KeyShare[] shares,
        UpdateSubmitted sent)
    {
        var configuration = consortium.Folder.Configuration;
        PrivateIdentity identity = consortium.Folder.IdentityOf(Dishonest);
        SlotLayout layout = sent.Manifest.Statement.Shape.LayoutFor(plan);
        PublicSeed seed = AttemptSeed.Of(dispute.Attempt);
        if (key.IsSpent)
        {
            // No key encrypts twice, not even here: the lie is under another key altogether.
            key = SecretKey.Generate(RandomSource.OperatingSystem);
            short[] shared = new short[SealedShare.SharedLength];
            key.CopyCoefficients(shared.AsSpan(0, RnsBasis.Degree));
            using var random = RandomNumberGenerator.Create();
            shares = new ShamirSharing(configuration.Threshold, configuration.KeyHolders.Length).Split(shared, random);
        }

        Assert.Equal(0, dispute.Place.Chunk);
        byte[] chunk = new byte[WireChunk.Size];
        using var encryptor = new Encryptor(key, layout, seed, RandomSource.OperatingSystem);
        encryptor.Encrypt(new ulong[1], chunk);
        using OpeningProof account = OpeningProof.Draw(
            new OpeningStatement(layout, seed, dispute.Place, chunk, configuration.Threshold, configuration.KeyHolders.Length),
            key, shares, RandomSource.OperatingSystem)!;
        ImmutableArray<byte[]> sealedParts =
            [.. configuration.KeyHolders.Select(
                (holder, i) => consortium.SecretsOf(Dishonest, dispute.Attempt.Session).SealShare(
                    holder.Id, account.EncodeShare(i + 1),
                    SealedOpeningProof.ShareContext(dispute.Attempt, identity.Public)))];
        ImmutableArray<Digest> digests = [.. sealedParts.Select(part => Digest.Of(part))];
        Assert.True(
            account.TryProve(
                SealedOpeningProof.Challenge(sent.Digest, dispute.CohortDigest, dispute.Place, digests).ToArray(),
                out byte[]? proof));
        Signed<OpeningProofManifest> manifest = consortium.Folder.Sign(
            Dishonest,
            new OpeningProofManifest
            {
                Attempt = dispute.Attempt,
                CohortDigest = dispute.CohortDigest,
                Place = dispute.Place,
                SealedShareDigests = digests,
                Proof = proof,
            });
        return sealedParts.Select(
            (part, i) =>
                new OpeningProofSubmitted { Manifest = manifest, Holder = configuration.KeyHolders[i].Id, SealedShare = part });
    }

    private static Signed<SumDisputed> Disputed(
        SteppedConsortium consortium, PartyId bank, Signed<Cohort> cohort, DisputedPlace place) =>
        consortium.Folder.Sign(
            bank,
            new SumDisputed
            {
                Attempt = cohort.Statement.Attempt,
                CohortDigest = new CohortDigest(cohort.Digest),
                Place = place,
            });

    private static IEnumerable<PartyId> Honest(SteppedConsortium consortium) =>
        consortium.Folder.Banks.Where(bank => bank != Dishonest);

    private static ImmutableArray<OpeningProofJudged> Verdicts(SteppedConsortium consortium) =>
        consortium.VerdictsTo(consortium.AggregatorId);
}

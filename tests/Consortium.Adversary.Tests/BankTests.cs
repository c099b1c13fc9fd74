using System.Collections.Immutable;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Cryptography.Encryption;
using Consortium.Participant.Rounds;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Consortium.Testing.Scripted;

namespace Consortium.Adversary.Tests;

/// <summary>What a dishonest bank wants, against the real aggregator and the real key holders.</summary>
public sealed class BankTests
{
    private static readonly ScriptedModel Model = new(500, 65_536);

    [Fact]
    public async Task CountTwice_SecondUpdateOfOtherContent_IsRejectedAndTheFirstCounts()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        await consortium.RunAsync(
            () => consortium.Network.Said<UpdateSubmitted>().Any(said => said.Message.Sender == Parties.Bank("a")));
        UpdateManifest first = consortium.Network.Said<UpdateSubmitted>()
            .First(said => said.Message.Sender == Parties.Bank("a")).Message.Manifest.Statement;
        EncryptedUpdate second = EncryptedUpdate.Create(
            new long[first.Shape.Values], first.Shape, first.Attempt, first.StartedFrom, plan.Statement,
            consortium.Folder.Configuration, Parties.Bank("a"), consortium.Folder.IdentityOf(Parties.Bank("a")),
            first.SessionKeys, consortium.SecretsOf(Parties.Bank("a"), first.Attempt.Session));
        consortium.Network.Post(Parties.Bank("a"), consortium.AggregatorId, second.Message);
        consortium.Network.Post(new Letter(Parties.Bank("a"), consortium.AggregatorId, second.Frames[0]));

        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(Model.Pooled(consortium.Folder.Banks, 2), state));
        Assert.Contains(
            consortium.Network.DeadLetters,
            dead => dead.Letter.Reason.StartsWith("Contradicted: 'bank-a' sent another update", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SpeakForAnother_UnderItsName_IsRejectedByTheSignature()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        await consortium.RunAsync(
            () => consortium.Network.Said<UpdateSubmitted>().Any(said => said.Message.Sender == Parties.Bank("a")));
        UpdateSubmitted own = consortium.Network.Said<UpdateSubmitted>()
            .First(said => said.Message.Sender == Parties.Bank("a")).Message;
        consortium.Network.Post(Parties.Bank("a"), consortium.AggregatorId, own with
        {
            Manifest = Signed<UpdateManifest>.Create(
                Parties.Bank("b"), own.Manifest.Statement, consortium.Folder.IdentityOf(Parties.Bank("a"))),
        });

        Assert.All(await consortium.FinishAsync(plan), state => Assert.Equal(Model.Pooled(consortium.Folder.Banks, 2), state));
        Assert.Contains(
            consortium.Network.DeadLetters,
            dead => dead.Letter is { Sender: "bank-a" }
                && dead.Letter.Reason.StartsWith("BadSignature", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CopyAnothersUpdate_UnderItsOwnName_KeyHoldersCannotOpenTheSharesAndNameTheCopier()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        UpdateSubmitted? copied = null;
        ReadOnlyMemory<byte> chunks = default;
        ChunkFrame? sent = null;
        consortium.Network.Route = letter =>
        {
            if (letter.To == Parties.Bank("c")
                && MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits) is Signed<Cohort> cohort)
            {
                consortium.Network.Post(
                    Parties.Bank("c"), consortium.AggregatorId,
                    consortium.Folder.Sign(Parties.Bank("c"), TestTag.Of(plan.Statement, cohort, sent!)));
                return []; // the bank's own program knows nothing of the copy
            }

            if (letter.From == Parties.Bank("b") && letter.IsChunks)
            {
                chunks = ChunkFrame.Decode(letter.Body, consortium.Folder.Configuration.Limits).Chunks;
            }
            else if (!letter.IsChunks
                && MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits) is UpdateSubmitted update)
            {
                if (update.Sender == Parties.Bank("b"))
                {
                    copied = update;
                }
                else if (update.Sender == Parties.Bank("c"))
                {
                    UpdateSubmitted copy = copied! with
                    {
                        Manifest = consortium.Folder.Sign(Parties.Bank("c"), copied.Manifest.Statement),
                    };
                    sent = new ChunkFrame
                    {
                        Attempt = copy.Manifest.Statement.Attempt,
                        Source = copy.Digest,
                        First = 0,
                        Count = 1,
                        Chunks = chunks,
                    };
                    return [letter with { Body = MessageCodec.Encode(copy) }, letter with { Body = sent.Encode() }];
                }
            }

            return letter.From == Parties.Bank("c") && letter.IsChunks ? [] : [letter];
        };
        await AssertAbandonedNamingAsync(consortium, plan, Parties.Bank("c"));
    }

    [Fact]
    public async Task SpoilTheSum_SharesOnNoPolynomial_KeyHoldersNameItBeforeAnythingIsReleased()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        ForgedUpdate.Replace(consortium, plan, Parties.Bank("c"), update => update.With(offPolynomial: [1, 2]));
        await AssertAbandonedNamingAsync(consortium, plan, Parties.Bank("c"));
    }

    [Fact]
    public async Task SpoilTheSum_OneShareOffThePolynomial_ItsHolderNamesItAndTheOthersGoOn()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model, rounds: 1));
        ForgedUpdate.Replace(consortium, plan, Parties.Bank("c"), update => update.With(offPolynomial: [1]));
        await consortium.RunAsync(() => consortium.Reached(plan, 1).Length >= 2);

        Assert.Contains(
            "the key shares of bank-c do not open, or do not belong together",
            Assert.Single(consortium.RejectedBy(Parties.Holder("b"))).Detail, StringComparison.Ordinal);
        Assert.Single(consortium.Reached(plan, 1).Distinct());
        Assert.All(
            consortium.Network.Said<ShareSumReleased>(), said => Assert.NotEqual(Parties.Holder("b"), said.Message.Sender));
    }

    [Fact]
    public async Task SpoilTheSum_EncryptsUnderAnotherKeyThanItShared_OpensNothingAndTellsEveryoneWhere()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        ForgedUpdate.Replace(consortium, plan, Parties.Bank("c"), update => update.With(sharesAnotherKey: true));
        await consortium.RunAsync(() => consortium.Folder.Banks.Where(bank => bank != Parties.Bank("c")).All(bank =>
            consortium.RejectedBy(bank).Any(rejected => rejected.Reason == RejectionReason.Spoiled)));

        // With two share-sums it may be a key holder's doing; with all three, which agree, it is a bank's: see DisputeTests for
        // whose.
        Assert.Empty(consortium.Reached(plan, 1));
        string first = consortium.RejectedBy(Parties.Bank("a")).First(
            rejected => rejected.Reason == RejectionReason.Spoiled).Detail;
        Assert.DoesNotContain("coefficient", first, StringComparison.Ordinal);
        await consortium.RunAsync(() => consortium.Network.Said<Signed<SumDisputed>>().Count >= 3);
        Assert.Equal(
            3,
            consortium.Network.Said<AggregateReleased>().Last(
                said => said.Letter.To == Parties.Bank("a")).Message.ShareSums.Length);
        Assert.Contains(
            "Chunk 0 of the sum does not open: its noise is of mean square", WhyItDoesNotOpen(consortium, plan),
            StringComparison.Ordinal);
        await consortium.AssertHonestSessionEndsAsync(Model, without: Parties.Bank("c"));
    }

    [Fact]
    public async Task CountForMore_ValueBeyondItsLevelsWithinTheSumsRange_IsAddedAsItIs()
    {
        // Documented, not prevented: encryption hides it. What the bank adds is bounded by the slots of the packing, not by its
        // levels.
        const ulong TooMuch = 100_000;
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model, rounds: 1));
        ForgedUpdate.Replace(
            consortium, plan, Parties.Bank("c"),
            update => update.With(packedLevels: 1 << 18, values: [TooMuch, .. new ulong[499]]));
        await consortium.RunAsync(() => consortium.Reached(plan, 1).Length >= 2);

        long[] expected =
            [.. Model.Vector(Parties.Bank("a"), RoundNumber.First).Zip(
                Model.Vector(Parties.Bank("b"), RoundNumber.First), (a, b) => a + b)];
        expected[0] += (long)TooMuch;
        Assert.InRange(expected[0], 0, 3 * 65_535);
        Assert.All(consortium.Reached(plan, 1), state => Assert.Equal(Model.Advance(ScriptedModel.Initial, expected), state));
    }

    [Fact]
    public async Task CountForMore_BeyondTheSumsRange_OpensNowhereAndSaysThatABankIsOutOfRange()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model, rounds: 1));
        SlotLayout layout = SlotLayout.For(4, 65_536);
        ulong[] values = new ulong[layout.ValuesPerChunk];
        values.AsSpan((layout.Slots - 1) * 4096).Fill((1ul << 17) - 1);
        SlotLayout wider = SlotLayout.For(4, 1 << 17);
        Assert.Equal(layout.Slots, wider.Slots);
        ForgedUpdate.Replace(consortium, plan, Parties.Bank("c"), update => update.With(packedLevels: 1 << 17, values: values));
        await consortium.RunAsync(
            () => consortium.RejectedBy(Parties.Bank("a")).Any(rejected => rejected.Reason == RejectionReason.Spoiled));

        Assert.Empty(consortium.Reached(plan, 1));
        Assert.Contains("a bank sent a value out of range", WhyItDoesNotOpen(consortium, plan), StringComparison.Ordinal);
        await consortium.AssertHonestSessionEndsAsync(Model, without: Parties.Bank("c"));
    }

    [Theory]
    [InlineData(2, "2 chunks; 500 values of 65536 levels take 1")]
    [InlineData(3, "3 chunks; 500 values of 65536 levels take 1")]
    public async Task FloodTheAggregator_MoreChunksThanValuesTake_ManifestIsRejected(int chunks, string reason)
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        ForgedUpdate.Replace(
            consortium, plan, Parties.Bank("c"), update => update.With(shape: update.Shape with { Chunks = chunks }));
        await AssertWaitedForAsync(consortium, plan, Parties.Bank("c"), reason);
    }

    [Fact]
    public async Task FillTheAggregator_ChunksOfUpdatesThatNeverCome_AreForgottenWithTheRound()
    {
        const int Strays = 20;
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model, rounds: 1));
        await consortium.RunAsync(() => consortium.Network.Said<Signed<RoundOpened>>().Count > 0);
        AttemptId attempt = consortium.Network.Said<Signed<RoundOpened>>()[0].Message.Statement.Attempt;
        for (byte i = 0; i < Strays; i++)
        {
            var stray = new ChunkFrame
            {
                Attempt = attempt,
                Source = Digest.Of([i]),
                First = 0,
                Count = 1,
                Chunks = new byte[100],
            };
            await consortium.Aggregator.HandleAsync(Parties.Bank("c"), stray.Encode());
        }

        Assert.Equal(Strays, await CountUncheckedAsync());
        await consortium.FinishAsync(plan);
        Assert.Equal(0, await CountUncheckedAsync());

        Task<long> CountUncheckedAsync() => consortium.Aggregator.Database.ReadAsync(
            state => state.Query("SELECT COUNT(*) FROM frame WHERE checked = 0", row => row.GetInt64(0))[0],
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task SpoilTheSum_MalformedCiphertext_IsNeverAddedAndTheSessionWaitsForItsSender()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(Model, banks: 4);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(Model));
        ForgedUpdate.Replace(consortium, plan, Parties.Bank("c"), update => update.With(isMalformed: true));
        await AssertWaitedForAsync(consortium, plan, Parties.Bank("c"), "Malformed: ");
    }

    /// <summary>What a bank's people are told of the last sum that bank-a was sent.</summary>
    private static string WhyItDoesNotOpen(SteppedConsortium consortium, Signed<SessionPlan> plan)
    {
        AggregateReleased released = consortium.Network.Said<AggregateReleased>()
            .Last(said => said.Letter.To == Parties.Bank("a")).Message;
        ChunkFrame sum = ChunkFrame.Decode(
            consortium.Network.Sent.Last(letter => letter.IsChunks && letter.To == Parties.Bank("a")).Body,
            consortium.Folder.Configuration.Limits);
        var opener = new SumOpener(
            plan.Statement, consortium.Folder.Configuration,
            consortium.SecretsOf(Parties.Bank("a"), new SessionId(plan.Digest)), Parties.Bank("a"),
            consortium.Folder.Configuration.KeyHolders.Length);
        return Assert.IsType<SumOpening.Spoiled>(opener.Open(released, [sum])).Detail;
    }

    /// <summary>All attempts are given up with the bank's name, nothing is released, and the others go on without it.</summary>
    private static async Task AssertAbandonedNamingAsync(SteppedConsortium consortium, Signed<SessionPlan> plan, PartyId bank)
    {
        await consortium.RunAsync(() => consortium.Log.ToString().Contains("no attempts are left", StringComparison.Ordinal));
        await consortium.SettleAsync();
        ImmutableArray<AttemptAbandoned> abandoned =
            [.. consortium.Network.Said<Signed<AttemptAbandoned>>()
                .Where(said => said.Letter.To == Parties.Bank("a"))
                .Select(said => said.Message.Statement)];
        Assert.Equal(plan.Statement.MaximumAttempts, abandoned.Length);
        Assert.All(abandoned, attempt => Assert.Equal(AbandonmentReason.Rejected, attempt.Reason));
        Assert.All(
            abandoned,
            attempt => Assert.Contains(
                $"the key shares of {bank} do not open, or do not belong together", attempt.Detail, StringComparison.Ordinal));
        Assert.Empty(consortium.Network.Said<ShareSumReleased>());
        await consortium.AssertHonestSessionEndsAsync(Model, without: bank);
    }

    /// <summary>
    /// What the bank sent is a dead letter, people are told whom the session waits for, and the others can go on without it.
    /// </summary>
    private static async Task AssertWaitedForAsync(
        SteppedConsortium consortium, Signed<SessionPlan> plan, PartyId bank, string reason)
    {
        await consortium.SettleAsync();
        consortium.Time.Advance(TimeSpan.FromSeconds(plan.Statement.UpdateSeconds + 10));
        await consortium.RunAsync(() => consortium.Log.ToString().Contains($"waits for {bank}", StringComparison.Ordinal));
        Assert.Contains(
            consortium.Network.DeadLetters,
            dead => dead.Letter.Sender == bank.Name && dead.Letter.Reason.Contains(reason, StringComparison.Ordinal));
        Assert.Empty(consortium.Network.Said<ShareSumReleased>());
        string told = Assert.Single(
            consortium.Network.Said<Signed<Rejected>>(),
            said => said.Letter.To == consortium.Folder.Configuration.Operator.Id).Message.Statement.Detail;
        Assert.Contains($"the update of {bank} for ", told, StringComparison.Ordinal);
        Assert.Contains(
            reason.Replace("Malformed: ", "does not count: ", StringComparison.Ordinal), told, StringComparison.Ordinal);
        await consortium.AssertHonestSessionEndsAsync(Model, without: bank);
    }
}

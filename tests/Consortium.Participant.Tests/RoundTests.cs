using System.Collections.Immutable;
using Consortium.Cryptography.Encryption;
using Consortium.Hosting.Secrets;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Learning.Tests.Models;
using Consortium.Participant.Rounds;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Tests;
using Consortium.Testing;
using Consortium.Workloads;
using CsCheck;

namespace Consortium.Participant.Tests;

/// <summary>Learning through encryption, sharing, sums and openings, all in process.</summary>
public sealed class RoundTests
{
    private static readonly TestConsortium Members = TestConsortium.Instance;

    private static readonly Gen<FamilySettings> AnyFamily = Gen.OneOf(
        Gen.Select(Gen.Int[1, 2], Gen.Int[2, 6], Gen.Int[0, 2], (trees, leaves, patience) => (FamilySettings)new BoostingSettings
        {
            Trees = trees,
            Leaves = leaves,
            Bins = 15,
            MinimumChildWeight = 0.5,
            L2 = 1,
            Patience = patience,
        }),
        Gen.Int[1, 4].Select(steps => (FamilySettings)new LogisticSettings { Steps = steps }));

    [Fact]
    public void Session_AnyFamilyAndSplit_GivesThePooledModel() =>
        Gen.Select(AnyFamily, Gen.Int[20, 400], Gen.Int[1, 8], Gen.Int[3, 5], Gen.Int[0, int.MaxValue]).Sample(
            (settings, rowCount, features, banks, seed) =>
            {
                var rows = new RandomRows(seed, rowCount, features);
                AcceptanceSettings? acceptance = seed % 2 == 0
                    ? null
                    : new() { Fraction = 0.01, LeastLaundering = 1, LeastVotes = 1 };
                var training = new TrainingPlan(rows.Schema, settings, maximumRows: 1000, (ulong)seed, acceptance);
                LocalTraining[] locals = [.. rows.Split(banks, seed + 1).Select(part => new LocalTraining(training, part))];
                Signed<SessionPlan> plan = Plan(training, banks);
                TrainingState state = TrainingState.Begin(training);
                for (int round = 1; state.Request is not null; round++)
                {
                    Assert.InRange(round, 1, training.MostRounds);
                    Assert.InRange(state.Request.Value.Length, 1, training.LargestRequest);
                    Submitted[] updates = Submit(plan, state, locals, round);
                    (Signed<Cohort> cohort, ImmutableArray<Digest> digests, ImmutableArray<ChunkFrame> frames) =
                        TestRelease.Sum(plan.Statement, Sent(updates));
                    string[] holders = ["holder-a", "holder-b", "holder-c"];
                    int leftOut = round % 4; // any two of the three, or all
                    AggregateReleased released = TestRelease.To(
                        plan.Statement.Participants[0], plan.Statement, cohort, digests, Sent(updates),
                        [.. holders.Where((_, index) => index != leftOut)]);
                    SumOpening opening = Opener(plan, updates, "bank-a").Open(released, frames);
                    SumOpening.Opened opened = Assert.IsType<SumOpening.Opened>(opening);
                    Assert.Empty(opened.Wrong);
                    state = state.Advance(opened.Sum, banks);
                }

                Assert.Equal(acceptance is null, state.Tally is null);
                if (state.Tally is not { Accepting: 0 }) // as where no bank has a laundering row to judge by
                {
                    Assert.Equal(PooledTraining.Train(training, rows.Pooled).Digest, state.Model!.Digest);
                }
            },
            iter: 8,
            threads: 1);

    [Theory]
    [InlineData("holder-a")]
    [InlineData("holder-c")]
    public void Open_OneWrongShareSumOfThree_OpensAndNamesIt(string bent)
    {
        (Signed<SessionPlan> plan, Submitted[] updates, long[] sum) = FirstRound();
        (Signed<Cohort> cohort, ImmutableArray<Digest> digests, ImmutableArray<ChunkFrame> frames) =
            TestRelease.Sum(plan.Statement, Sent(updates));
        AggregateReleased released = TestRelease.To(
            new PartyId("bank-b"), plan.Statement, cohort, digests, Sent(updates),
            ["holder-a", "holder-b", "holder-c"], bent);

        SumOpening opening = Opener(plan, updates, "bank-b")
            .Open(released, frames);

        SumOpening.Opened opened = Assert.IsType<SumOpening.Opened>(opening);
        Assert.Equal(sum, opened.Sum);
        Assert.Equal(bent, Assert.Single(opened.Wrong).Sender.Name);
    }

    [Fact]
    public void Open_OneWrongShareSumOfTwo_IsSpoiledAndGivesNoSum()
    {
        (Signed<SessionPlan> plan, Submitted[] updates, _) = FirstRound();
        (Signed<Cohort> cohort, ImmutableArray<Digest> digests, ImmutableArray<ChunkFrame> frames) =
            TestRelease.Sum(plan.Statement, Sent(updates));
        AggregateReleased released = TestRelease.To(
            new PartyId("bank-b"), plan.Statement, cohort, digests, Sent(updates),
            ["holder-a", "holder-b"], "holder-b");

        SumOpening opening = Opener(plan, updates, "bank-b")
            .Open(released, frames);

        Assert.Contains("holder-b", Assert.IsType<SumOpening.Spoiled>(opening).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ShareSumSealedToAnotherBank_IsNamedAndLeftOut()
    {
        (Signed<SessionPlan> plan, Submitted[] updates, long[] sum) = FirstRound();
        (Signed<Cohort> cohort, ImmutableArray<Digest> digests, ImmutableArray<ChunkFrame> frames) =
            TestRelease.Sum(plan.Statement, Sent(updates));
        AggregateReleased own = TestRelease.To(
            new PartyId("bank-b"), plan.Statement, cohort, digests, Sent(updates), ["holder-a", "holder-b", "holder-c"]);
        AggregateReleased others = TestRelease.To(
            new PartyId("bank-c"), plan.Statement, cohort, digests, Sent(updates), ["holder-a", "holder-b", "holder-c"]);

        SumOpening opening = Opener(plan, updates, "bank-b")
            .Open(own with { SealedSums = own.SealedSums.SetItem(1, others.SealedSums[1]) }, frames);

        SumOpening.Opened opened = Assert.IsType<SumOpening.Opened>(opening);
        Assert.Equal(sum, opened.Sum);
        Assert.Equal("holder-b", Assert.Single(opened.Wrong).Sender.Name);
    }

    [Fact]
    public void Open_EncryptionUnderKeyZeroAdded_IsRejectedByTheTagsAndByNothingElse()
    {
        (Signed<SessionPlan> plan, Submitted[] updates, long[] sum) = FirstRound();
        UpdateShape shape = updates[0].Message.Manifest.Statement.Shape;
        SlotLayout layout = shape.LayoutFor(plan.Statement);
        byte[] added = UnderKeyZero.Encrypt(layout, updates[0].Message.Manifest.Statement.Attempt, [5]);
        (Signed<Cohort> cohort, ImmutableArray<Digest> digests, ImmutableArray<ChunkFrame> frames) = TestRelease.Sum(
            plan.Statement, Sent(updates), chunk => chunk == 0 ? added : null);
        AggregateReleased released = TestRelease.To(
            new PartyId("bank-b"), plan.Statement, cohort, digests, Sent(updates), ["holder-a", "holder-b"]);
        SumOpener opener = Opener(plan, updates, "bank-b");

        Assert.Contains(
            "'aggregator', the aggregator, passes off another sum",
            Assert.IsType<SumOpening.WrongSum>(opener.Open(released, frames)).Detail, StringComparison.Ordinal);

        // Had a bank of the cohort signed for it, the sum would open, to the aggregator's liking.
        using SumTagger tagger = CohortSeed.CreateTagger(cohort, plan.Statement);
        tagger.Add(added);
        SumTag fitting = SumTag.Sum([released.Tags[0].Statement.Tag, tagger.ToTag()]);
        SumOpening.Opened opened = Assert.IsType<SumOpening.Opened>(opener.Open(
            released with { Tags = released.Tags.SetItem(0, TestRelease.Sign(new PartyId("bank-a"), cohort, fitting)) }, frames));
        Assert.Equal([sum[0] + 5, .. sum[1..]], opened.Sum);
    }

    [Fact]
    public void Create_LongVector_SplitsIntoFramesWithinTheConsortiumsLimit()
    {
        const int Values = 500_000;
        Signed<SessionPlan> plan = Plan(SmallPlan(new RandomRows(1, 10, 2)), 5);
        var attempt = new AttemptId(
            Members.Configuration.Digest, new SessionId(plan.Digest), new RoundNumber(1), AttemptNumber.First);
        UpdateShape shape = RoundShape.Of(new RoundRequest(Values, 65_536), plan.Statement);
        EncryptedUpdate update = EncryptedUpdate.Create(
            new long[Values], shape, attempt, plan.Statement.InitialState, plan.Statement, Members.Configuration,
            new PartyId("bank-a"), Members.Identity("bank-a"), Keys(plan), Secrets(plan, "bank-a"));

        Assert.True(update.Frames.Length > 1);
        Assert.All(update.Frames, frame => Assert.InRange(frame.Length, 1, Members.Configuration.Limits.FrameBytes));
        Assert.All(update.Frames[..^1], frame => Assert.InRange(frame.Length, 1 << 18, 1 << 20));
        ChunkFrame[] decoded = [.. update.Frames.Select(frame => ChunkFrame.Decode(frame, Members.Configuration.Limits))];
        Assert.All(decoded, frame => Assert.Null(frame.FirstWrongChunk(update.Message.ChunkDigests)));
        Assert.Equal(shape.Chunks, decoded.Sum(frame => frame.Count));
        Assert.True(new MessageGate(Members.Configuration, new PartyId("aggregator")).TryAdmit(update.Message, out _, out _));
    }

    private static (UpdateSubmitted Message, IReadOnlyList<byte[]> Frames)[] Sent(Submitted[] updates) =>
        [.. updates.Select(update => (update.Message, update.Frames))];

    private static TrainingPlan SmallPlan(RandomRows rows) =>
        new(rows.Schema, new LogisticSettings { Steps = 2 }, maximumRows: 1000, 7);

    private static (Signed<SessionPlan> Plan, Submitted[] Updates, long[] Sum) FirstRound()
    {
        var rows = new RandomRows(3, 120, 5);
        TrainingPlan training = SmallPlan(rows);
        LocalTraining[] locals = [.. rows.Split(3, 4).Select(part => new LocalTraining(training, part))];
        Signed<SessionPlan> plan = Plan(training, 3);
        TrainingState state = TrainingState.Begin(training);
        return (plan, Submit(plan, state, locals, 1), PooledTraining.Sum(locals, state));
    }

    private static Submitted[] Submit(Signed<SessionPlan> plan, TrainingState state, LocalTraining[] locals, int round)
    {
        var attempt = new AttemptId(
            Members.Configuration.Digest, new SessionId(plan.Digest), new RoundNumber(round), AttemptNumber.First);
        UpdateShape shape = RoundShape.Of(state.Request!.Value, plan.Statement);
        return
        [
            .. locals.Select((local, bank) =>
            {
                PartyId id = plan.Statement.Participants[bank];
                SessionSecrets secrets = Secrets(plan, id.Name);
                EncryptedUpdate update = EncryptedUpdate.Create(
                    local.Contribute(state), shape, attempt, TrainingWorkload.DigestOf(state), plan.Statement,
                    Members.Configuration, id, Members.Identity(id.Name), Keys(plan), secrets);
                return new Submitted(update.Message, update.Frames, secrets);
            }),
        ];
    }

    internal static Signed<SessionPlan> Plan(TrainingPlan training, int banks, int rounds = 50) =>
        Members.Sign("operator", new SessionPlan
        {
            Consortium = Members.Configuration.Digest,
            Name = "Test",
            Workload = TrainingWorkload.WorkloadName,
            Parameters = training.ToBytes(),
            InitialState = TrainingWorkload.InitialState(training),
            Rounds = rounds,
            Participants = Members.Banks(banks),
            Cohort = CohortRule.Fixed,
            MinimumCohort = 3,
            MaximumAttempts = 3,
            MaximumValues = 10_000_000,
            UpdateSeconds = 60,
            Window = new DataWindow(new DateOnly(2000, 1, 1), new DateOnly(2023, 12, 31)),
            CreatedAt = 1_700_000_000_000,
        });

    private static ImmutableArray<Digest> Keys(Signed<SessionPlan> plan) =>
        SampleKeys.List(Members.Configuration, new SessionId(plan.Digest));

    private static SessionSecrets Secrets(Signed<SessionPlan> plan, string bank) => TestSecrets.Agree(
        Members.Configuration, Members.Identity(bank).Public,
        Members.Configuration.KeyHolders.Select(holder => Members.Sign(
            holder.Id.Name, SampleKeys.Offer(Members.Configuration.Digest, new SessionId(plan.Digest), holder.Id))));

    private static SumOpener Opener(Signed<SessionPlan> plan, Submitted[] updates, string bank) => new(
        plan.Statement, Members.Configuration, updates.Single(update => update.Message.Sender.Name == bank).Secrets,
        new PartyId(bank), Members.Configuration.KeyHolders.Length);

    private sealed record Submitted(UpdateSubmitted Message, IReadOnlyList<byte[]> Frames, SessionSecrets Secrets);
}

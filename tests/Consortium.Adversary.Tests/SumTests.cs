using System.Collections.Immutable;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Cryptography.Encryption;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Protocol.Audit;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;
using Consortium.Testing.Scripted;

namespace Consortium.Adversary.Tests;

/// <summary>An aggregator that passes off another sum than the banks' own, to key holders who cannot see it.</summary>
public sealed class SumTests
{
    private const int LastChunk = 2;

    private static readonly ScriptedModel ThreeChunks = new(50_000, 65_536);

    public static TheoryData<string> Bends => [.. Forgeries.Keys];

    private static readonly ImmutableDictionary<
        string,
        Action<byte[][], RogueAggregator>> Forgeries = ImmutableDictionary<string, Action<byte[][], RogueAggregator>>.Empty
        .Add("one bit of it flipped", (sums, _) => sums[LastChunk][WireChunk.Size / 2] ^= 1)
        .Add("a chunk of it repeated", (sums, _) => sums[LastChunk] = sums[LastChunk - 1])
        .Add("a bank counted twice and another left out", (sums, rogue) => sums[LastChunk] = Add(rogue, LastChunk, "a", "a", "c"))
        .Add("two chunks of a bank swapped", (sums, rogue) => sums[LastChunk] = Add(
            rogue, LastChunk, Parties.Bank("a"), rogue.Chunks(Parties.Bank("a"))[LastChunk - 1], "b", "c"));

    /// <summary>Sums of something else than the cohort's updates, of which the last one opens.</summary>
    private static readonly ImmutableDictionary<
        string,
        Func<RogueAggregator, int, byte[]>> WellFormed = ImmutableDictionary<string, Func<RogueAggregator, int, byte[]>>.Empty
        .Add("a bank doubled", (rogue, chunk) => Add(rogue, chunk, "a", "a", "b", "c"))
        .Add("a bank dropped", (rogue, chunk) => Add(rogue, chunk, "a", "b"))
        .Add("a bank replaced by an encryption under the key 0", (rogue, chunk) =>
            Add(rogue, chunk, UnderZero(rogue, chunk).Concat(ChunksOf(rogue, chunk, "a", "b"))))
        .Add("an encryption under the key 0 added", (rogue, chunk) =>
            Add(rogue, chunk, UnderZero(rogue, chunk).Concat(ChunksOf(rogue, chunk, "a", "b", "c"))));

    public static TheoryData<string> WellFormedSums => [.. WellFormed.Keys];

    [Theory]
    [MemberData(nameof(Bends))]
    public async Task PassOffAnotherSum_ApprovedAndReleased_OpensNowhereAndTheAuditNamesTheChunk(string bend)
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(ThreeChunks, isHonest: false);
        var rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(consortium.Plan(ThreeChunks));
        Signed<Cohort> cohort = rogue.Close(consortium.Folder.Banks, bend: sums => Forgeries[bend](sums, rogue));
        await rogue.ReleaseAsync(cohort, Parties.Holder("a"), Parties.Holder("b"), Parties.Holder("c"));
        Assert.Equal(3, rogue.Releases.Count);

        await rogue.PublishAsync(cohort);

        AssertAllRejectIt(consortium, rogue);
        AuditFinding finding = Assert.Single(Audit(consortium, rogue, cohort));
        Assert.Equal((AuditCheck.Sum, consortium.AggregatorId, LastChunk), (finding.Check, finding.Party, finding.Chunk));
        Assert.Contains("not the sum of the members' chunks", finding.Detail, StringComparison.Ordinal);
        await consortium.AssertHonestSessionEndsAsync(ThreeChunks);
    }

    [Theory]
    [MemberData(nameof(WellFormedSums))]
    public async Task PassOffAnotherSum_WellFormedApprovedAndReleased_EveryBankRejectsItAndNamesTheAggregator(string kind)
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(ThreeChunks, isHonest: false);
        var rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(consortium.Plan(ThreeChunks));
        Signed<Cohort> cohort = rogue.Close(
            consortium.Folder.Banks, bend: sums => Replace(sums, chunk => WellFormed[kind](rogue, chunk)));
        await rogue.ReleaseAsync(cohort, Parties.Holder("a"), Parties.Holder("b"), Parties.Holder("c"));
        await rogue.PublishAsync(cohort);

        AssertAllRejectIt(consortium, rogue);
        Assert.All(
            Audit(consortium, rogue, cohort),
            finding => Assert.Equal((AuditCheck.Sum, consortium.AggregatorId), (finding.Check, finding.Party)));
        await consortium.AssertHonestSessionEndsAsync(ThreeChunks);
    }

    [Fact]
    public async Task PassOffAnotherSum_OfAnotherAttempt_EveryBankRejectsItAndNamesTheAggregator()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(ThreeChunks, isHonest: false);
        var rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(consortium.Plan(ThreeChunks));
        await rogue.OpenAsync(1, 2, ScriptedModel.Initial);
        Signed<Cohort> cohort = rogue.Close(
            consortium.Folder.Banks, attempt: 2, bend: sums => Replace(sums, chunk => Add(rogue, chunk, "a", "b", "c")));
        await rogue.ReleaseAsync(cohort, Parties.Holder("a"), Parties.Holder("b"));
        await rogue.PublishAsync(cohort);

        AssertAllRejectIt(consortium, rogue);
    }

    [Fact]
    public async Task PassOffAnotherSum_ABankSignsForIt_TheAuditNamesBoth()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(ThreeChunks, isHonest: false);
        var rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(consortium.Plan(ThreeChunks));
        Signed<Cohort> cohort = rogue.Close(
            consortium.Folder.Banks,
            bend: sums => Replace(sums, chunk => WellFormed["an encryption under the key 0 added"](rogue, chunk)));
        await rogue.ReleaseAsync(cohort, Parties.Holder("a"), Parties.Holder("b"));
        rogue.SignFor(cohort, Parties.Bank("c"), [.. Enumerable.Range(0, 3).SelectMany(chunk => UnderZero(rogue, chunk))]);
        await rogue.PublishAsync(cohort);

        // What the bank signs for, it could have put into its own update: all open it, and all reach the same.
        Assert.Equal(3, rogue.Advances.Count);
        ImmutableArray<AuditFinding> findings = Audit(consortium, rogue, cohort);
        Assert.Equal(
            [consortium.AggregatorId, Parties.Bank("c")], findings.Select(finding => finding.Party!.Value).Distinct().Order());
        Assert.Equal(AuditCheck.Tags, Assert.Single(findings, finding => finding.Party == Parties.Bank("c")).Check);
    }

    [Fact]
    public async Task HaveTheAggregatorBlamed_ABankSignsAnotherTagThanItsChunks_TheBankIsNamedAndTheSessionGoesOnWithTheRightOne()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(ThreeChunks);
        Signed<SessionPlan> plan = consortium.Start(consortium.Plan(ThreeChunks));
        PartyId liar = Parties.Bank("b");
        bool lies = true;
        consortium.Network.Route = letter =>
            lies && letter.From == liar && !letter.IsChunks
                && MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits) is Signed<UpdateTag> tag
                ? [letter with { Body = MessageCodec.Encode(Wrong(tag)) }]
                : [letter];
        await consortium.RunAsync(() => consortium.Network.Said<Signed<Rejected>>().Any(said => IsOfTheTag(said.Letter)));
        await consortium.SettleAsync();

        Assert.Contains(consortium.Network.Said<Signed<Rejected>>(), said => said.Letter.To == liar && IsOfTheTag(said.Letter));
        Assert.Contains(
            consortium.Network.Said<Signed<Rejected>>(),
            said => said.Letter.To == consortium.Folder.Configuration.Operator.Id && IsOfTheTag(said.Letter)
                && said.Message.Statement.Detail.Contains("bank-b", StringComparison.Ordinal));
        Assert.Empty(consortium.Network.Said<ShareSumReleased>());

        lies = false;
        Assert.All(
            await consortium.FinishAsync(plan), state => Assert.Equal(ThreeChunks.Pooled(consortium.Folder.Banks, 2), state));
        Assert.DoesNotContain(
            consortium.Network.Said<Signed<Rejected>>(), said => said.Message.Statement.Reason == RejectionReason.WrongSum);

        Signed<UpdateTag> Wrong(Signed<UpdateTag> tag) =>
            consortium.Folder.Sign(liar, tag.Statement with { Tag = SumTag.Sum([tag.Statement.Tag, tag.Statement.Tag]) });

        bool IsOfTheTag(Letter letter) =>
            letter.From == consortium.AggregatorId
            && MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits) is Signed<Rejected> rejected
            && rejected.Statement.Detail.Contains("is not that of its chunks", StringComparison.Ordinal);
    }

    [Fact]
    public async Task SendOtherChunksThanReleased_ToRealBanks_AreDroppedUntilTheRightOnesCome()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks, isHonest: false);
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 1 });
        var rogue = consortium.PlayAggregator();
        await rogue.BeginAsync(banks.Session(training, 5, "Attacked"));
        Signed<Cohort> cohort = rogue.Close(consortium.Folder.Banks);
        await rogue.ReleaseAsync(cohort, Parties.Holder("a"), Parties.Holder("b"));

        await rogue.PublishAsync(cohort, swap: (_, _) => rogue.Chunks(Parties.Bank("a"))[0].ToArray());
        Assert.Empty(rogue.Advances);
        await rogue.PublishAsync(cohort);
        Assert.Equal(3, rogue.Advances.Count);
        Assert.Single(rogue.Advances.Select(advance => advance.Statement.State).Distinct());
    }

    private static void AssertAllRejectIt(SteppedConsortium consortium, RogueAggregator rogue)
    {
        Assert.Equal(consortium.Folder.Banks, rogue.Rejections.Select(rejection => rejection.By));
        Assert.All(rogue.Rejections, rejection => Assert.Equal(RejectionReason.WrongSum, rejection.Rejected.Reason));
        Assert.All(
            rogue.Rejections,
            rejection => Assert.Contains(
                "'aggregator', the aggregator, passes off another sum", rejection.Rejected.Detail, StringComparison.Ordinal));
        Assert.Empty(rogue.Advances);
    }

    private static ImmutableArray<AuditFinding> Audit(SteppedConsortium consortium, RogueAggregator rogue, Signed<Cohort> cohort)
    {
        ImmutableArray<PartyId> members = [.. cohort.Statement.Members.Select(member => member.Participant)];
        var audit = new RoundAudit(consortium.Folder.Configuration, rogue.Plan, new RetainedRound
        {
            Cohort = cohort,
            Manifests = [.. members.Select(bank => rogue.Update(bank).Manifest)],
            ChunkDigests = [.. members.Select(bank => rogue.Update(bank).ChunkDigests)],
            SumDigests = rogue.Digests(cohort),
            Tags = rogue.TagsOf(cohort),
            Approvals = [.. rogue.Approvals],
            ShareSums = [.. rogue.Releases.Select(release => release.Manifest)],
            Advances = [],
        });
        for (int chunk = 0; chunk < cohort.Statement.Shape.Chunks; chunk++)
        {
            audit.AddChunk([.. members.Select(bank => rogue.Chunks(bank)[chunk])], rogue.Sum(cohort, chunk));
        }

        return audit.Conclude().Findings;
    }

    private static byte[] Add(RogueAggregator rogue, int chunk, params IEnumerable<string> banks) =>
        Add(rogue, chunk, banks.Select(bank => rogue.Chunks(Parties.Bank(bank))[chunk]));

    /// <summary>Other chunks under the headers of the honest sum's.</summary>
    private static void Replace(byte[][] sums, Func<int, byte[]> make)
    {
        for (int chunk = 0; chunk < sums.Length; chunk++)
        {
            byte[] made = make(chunk);
            sums[chunk].AsSpan(0, ChunkHeader.Size).CopyTo(made);
            sums[chunk] = made;
        }
    }

    /// <summary>What to add to a chunk: nothing to any but the first.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> UnderZero(RogueAggregator rogue, int chunk)
    {
        UpdateManifest manifest = rogue.Update(Parties.Bank("a")).Manifest.Statement;
        return chunk > 0
            ? []
            : [UnderKeyZero.Encrypt(manifest.Shape.LayoutFor(rogue.Plan.Statement), manifest.Attempt, [1_000])];
    }

    private static IEnumerable<ReadOnlyMemory<byte>> ChunksOf(
        RogueAggregator rogue, int chunk, params IEnumerable<string> banks) =>
        banks.Select(name => rogue.Chunks(Parties.Bank(name))[chunk]);

    private static byte[] Add(
        RogueAggregator rogue, int chunk, PartyId bank, ReadOnlyMemory<byte> other, params IEnumerable<string> rest)
    {
        // The swapped chunk's header names its own place: the attacker writes another.
        byte[] moved = other.ToArray();
        rogue.Chunks(bank)[chunk].Span[..ChunkHeader.Size].CopyTo(moved);
        return Add(rogue, chunk, rest.Select(name => rogue.Chunks(Parties.Bank(name))[chunk]).Append(moved));
    }

    private static byte[] Add(RogueAggregator rogue, int chunk, IEnumerable<ReadOnlyMemory<byte>> chunks) => ForgedSum.Of(
        rogue.Update(Parties.Bank("a")).Manifest.Statement.Shape.LayoutFor(rogue.Plan.Statement), chunk, chunks);
}

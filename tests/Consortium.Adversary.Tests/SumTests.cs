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

    [Theory]
    [MemberData(nameof(Bends))]
    public async Task PassOffAnotherSum_ApprovedAndReleased_OpensNowhereAndTheAuditNamesTheChunk(string bend)
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithScriptedBanks(ThreeChunks, isHonest: false);
        var rogue = new RogueAggregator(consortium);
        await rogue.BeginAsync(consortium.Plan(ThreeChunks));
        Signed<Cohort> cohort = rogue.Close(consortium.Folder.Banks, bend: sums => Forgeries[bend](sums, rogue));
        await rogue.ReleaseAsync(cohort, Parties.Holder("a"), Parties.Holder("b"), Parties.Holder("c"));
        Assert.Equal(3, rogue.Releases.Count);

        await rogue.PublishAsync(cohort);

        Assert.Equal(consortium.Folder.Banks, rogue.Rejections.Select(rejection => rejection.By));
        Assert.All(rogue.Rejections, rejection => Assert.Equal(RejectionReason.Spoiled, rejection.Rejected.Reason));
        Assert.Empty(rogue.Advances);
        AuditFinding finding = Assert.Single(Audit(consortium, rogue, cohort));
        Assert.Equal((AuditCheck.Sum, consortium.AggregatorId, LastChunk), (finding.Check, finding.Party, finding.Chunk));
        Assert.Contains("not the sum of the members' chunks", finding.Detail, StringComparison.Ordinal);
        await consortium.AssertHonestSessionEndsAsync(ThreeChunks);
    }

    [Fact]
    public async Task SendOtherChunksThanReleased_ToRealBanks_AreDroppedUntilTheRightOnesCome()
    {
        await using SteppedConsortium consortium = SteppedConsortium.WithBanks(out GeneratedBanks banks, isHonest: false);
        TrainingPlan training = GeneratedBanks.Training(new LogisticSettings { Steps = 1 });
        var rogue = new RogueAggregator(consortium);
        await rogue.BeginAsync(banks.Session(training, 5, "Attacked"));
        Signed<Cohort> cohort = rogue.Close(consortium.Folder.Banks);
        await rogue.ReleaseAsync(cohort, Parties.Holder("a"), Parties.Holder("b"));

        await rogue.PublishAsync(cohort, swap: (_, _) => rogue.Chunks(Parties.Bank("a"))[0].ToArray());
        Assert.Empty(rogue.Advances);
        await rogue.PublishAsync(cohort);
        Assert.Equal(3, rogue.Advances.Count);
        Assert.Single(rogue.Advances.Select(advance => advance.Statement.State).Distinct());
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

    private static byte[] Add(
        RogueAggregator rogue, int chunk, PartyId bank, ReadOnlyMemory<byte> other, params IEnumerable<string> rest)
    {
        // The swapped chunk's header names its own place: the attacker writes another.
        byte[] moved = other.ToArray();
        rogue.Chunks(bank)[chunk].Span[..ChunkHeader.Size].CopyTo(moved);
        return Add(rogue, chunk, rest.Select(name => rogue.Chunks(Parties.Bank(name))[chunk]).Append(moved));
    }

    private static byte[] Add(RogueAggregator rogue, int chunk, IEnumerable<ReadOnlyMemory<byte>> chunks)
    {
        var sum = new ChunkSum(rogue.Update(Parties.Bank("a")).Manifest.Statement.Shape.LayoutFor(rogue.Plan.Statement), chunk);
        foreach (ReadOnlyMemory<byte> one in chunks)
        {
            sum.Add(one.Span);
        }

        byte[] wire = new byte[WireChunk.Size];
        sum.WriteTo(wire);
        return wire;
    }
}

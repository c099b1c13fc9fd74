using System.Collections.Immutable;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Sampling;
using Consortium.Primitives;
using Consortium.Protocol.Audit;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Protocol.Tests.Audit;

/// <summary>A round of three banks with real ciphertexts, audited as it was and with one thing changed.</summary>
public sealed class RoundAuditTests
{
    private const int Chunks = 2;

    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly SampleRound Sample = new(Members, rule: CohortRule.Changing);
    private static readonly Retained Good = Retained.Build();

    [Fact]
    public void Conclude_HonestRound_Holds()
    {
        AuditVerdict verdict = Good.Audit();
        Assert.True(verdict.Holds, string.Join('\n', verdict.Findings));
        Assert.Equal((Chunks, Chunks, 3), (verdict.ChunksChecked, verdict.Chunks, verdict.Members.Length));
    }

    [Fact]
    public void Conclude_ChunksNotAllAdded_DoesNotHold()
    {
        var audit = new RoundAudit(Members.Configuration, Sample.Plan, Good.Round);
        audit.AddChunk(Good.ChunksAt(0), Good.Sums[0]);
        Assert.False(audit.Conclude().Holds);
        Assert.Empty(audit.Conclude().Findings);
    }

    [Fact]
    public void AddChunk_OneByteOfABanksChunkChanged_NamesBankAndChunk()
    {
        AuditFinding finding = Assert.Single(Good.With(bank: 1, chunk: 1, Flip(Good.Updates[1][1])).Audit().Findings);
        Assert.Equal((AuditCheck.Updates, new PartyId("bank-b"), 1), (finding.Check, finding.Party, finding.Chunk));
    }

    [Fact]
    public void AddChunk_ChunksOfTwoBanksSwapped_NamesBoth()
    {
        Retained swapped = Good.With(bank: 0, chunk: 0, Good.Updates[1][0]).With(bank: 1, chunk: 0, Good.Updates[0][0]);
        Assert.Equal(["bank-a", "bank-b"], swapped.Audit().Findings.Select(finding => finding.Party!.Value.Name));
    }

    [Fact]
    public void AddChunk_ReleasedChunkChangedAfterApproval_NamesTheChunk()
    {
        ImmutableArray<AuditFinding> findings = (Good with { Sums = Good.Sums.SetItem(1, Flip(Good.Sums[1])) }).Audit().Findings;
        Assert.All(findings, finding => Assert.Equal((AuditCheck.Sum, 1), (finding.Check, finding.Chunk)));
        Assert.Equal(2, findings.Length);
    }

    [Fact]
    public void AddChunk_WrongSumThatHoldersApproved_NamesTheChunk()
    {
        // The aggregator sums two of three banks in chunk 1, and signs that.
        AuditFinding finding = Assert.Single(Retained.Build(leaveOutOfChunk1: 2).Audit().Findings);
        Assert.Equal((AuditCheck.Sum, 1), (finding.Check, finding.Chunk));
        Assert.Contains("not the sum of the members' chunks", finding.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void AddChunk_MalformedChunkThatTheBankSigned_NamesBankAndChunk()
    {
        AuditFinding finding = Retained.Build(malformed: 1).Audit().Findings[0];
        Assert.Equal((AuditCheck.Updates, new PartyId("bank-b"), 0), (finding.Check, finding.Party, finding.Chunk));
    }

    [Fact]
    public void Conclude_TagThatIsNotOfTheBanksChunks_NamesTheBank()
    {
        Signed<UpdateTag> tag = Good.Round.Tags[1];
        Signed<UpdateTag> other = Members.Sign("bank-b", tag.Statement with { Tag = Good.Round.Tags[0].Statement.Tag });
        AuditFinding finding = Assert.Single(
            Good.WithRound(round => round with { Tags = round.Tags.SetItem(1, other) }).Audit().Findings);
        Assert.Equal((AuditCheck.Tags, new PartyId("bank-b")), (finding.Check, finding.Party));
    }

    [Fact]
    public void Conclude_ReleasedWithoutATag_NamesTheAggregator()
    {
        AuditFinding finding = Assert.Single(
            Good.WithRound(round => round with { Tags = round.Tags.RemoveAt(1) }).Audit().Findings);
        Assert.Equal((AuditCheck.Tags, new PartyId("aggregator")), (finding.Check, finding.Party));
    }

    [Fact]
    public void Conclude_ManifestOfAStranger_IsFound()
    {
        Signed<UpdateManifest> manifest = Good.Round.Manifests[1];
        var forged = Signed<UpdateManifest>.Create(manifest.Sender, manifest.Statement, Members.Identity("bank-c"));
        Assert.Equal(
            AuditCheck.Signatures,
            Assert.Single(
                Good.WithRound(round => round with { Manifests = round.Manifests.SetItem(1, forged) }).Audit().Findings).Check);
    }

    [Fact]
    public void Conclude_OneApproval_IsFound() => Assert.Equal(
        AuditCheck.Release,
        Assert.Single(Good.WithRound(round => round with { Approvals = [round.Approvals[0]] }).Audit().Findings).Check);

    [Fact]
    public void Conclude_OneShareSum_IsFound() => Assert.Equal(
        AuditCheck.Release,
        Assert.Single(Good.WithRound(round => round with { ShareSums = [round.ShareSums[0]] }).Audit().Findings).Check);

    [Fact]
    public void Conclude_CohortBelowTheMinimum_IsFound() =>
        Assert.Equal(AuditCheck.Cohort, Assert.Single(Retained.Build(banks: 2).Audit().Findings).Check);

    [Fact]
    public void Conclude_PlanOfAStranger_IsFound()
    {
        var forged = Signed<SessionPlan>.Create(Sample.Plan.Sender, Sample.Plan.Statement, Members.Identity("bank-c"));
        Assert.Equal(AuditCheck.Plan, Assert.Single(Good.Audit(forged).Findings).Check);
    }

    [Fact]
    public void Conclude_OneBankReachedAnotherModel_NamesIt()
    {
        AuditFinding finding = Assert.Single(
            Good.WithRound(
                round =>
                    round with { Advances = round.Advances.SetItem(2, Advanced(round.Cohort, "bank-c", 9)) }).Audit().Findings);
        Assert.Equal((AuditCheck.Model, new PartyId("bank-c")), (finding.Check, finding.Party));
    }

    [Fact]
    public void SessionAudit_RoundsThatFollow_FindsNothing() =>
        Assert.Empty(SessionAudit.Check(Sample.Plan.Statement, [Good.Round]));

    [Fact]
    public void SessionAudit_RoundTwice_IsFound() => Assert.Contains(
        "released twice",
        Assert.Single(SessionAudit.Check(Sample.Plan.Statement, [Good.Round, Good.Round])).Detail,
        StringComparison.Ordinal);

    [Fact]
    public void SessionAudit_AnotherInitialState_IsFound() =>
        Assert.Equal(
            AuditCheck.Session,
            Assert.Single(SessionAudit.Check(Sample.Plan.Statement with { InitialState = default }, [Good.Round])).Check);

    private static Signed<ModelAdvanced> Advanced(Signed<Cohort> cohort, string bank, int state) =>
        Members.Sign(bank, new ModelAdvanced
        {
            Attempt = Sample.Attempt,
            CohortDigest = new CohortDigest(cohort.Digest),
            State = SampleRound.State(state),
        });

    private static byte[] Flip(byte[] bytes)
    {
        byte[] flipped = [.. bytes];
        flipped[^1] ^= 1;
        return flipped;
    }

    private sealed record Retained(
        RetainedRound Round, ImmutableArray<ImmutableArray<byte[]>> Updates, ImmutableArray<byte[]> Sums)
    {
        public static Retained Build(int banks = 3, int? leaveOutOfChunk1 = null, int? malformed = null)
        {
            var shape = new UpdateShape(40_000, 65_536, Chunks);
            SlotLayout layout = shape.LayoutFor(Sample.Plan.Statement);
            PublicSeed seed = PublicSeed.Derive(
                Sample.Attempt.Consortium.Value.ToArray(), Sample.Attempt.Session.Value.ToArray(), 1, 1);
            ImmutableArray<PartyId> members = Members.Banks(banks);
            ImmutableArray<ImmutableArray<byte[]>> updates = [.. members.Select((_, i) => Encrypt(layout, seed, i == malformed))];
            ImmutableArray<byte[]> sums =
                [.. Enumerable.Range(0, Chunks).Select(
                    chunk => Sum(layout, chunk, updates, malformed ?? (chunk == 1 ? leaveOutOfChunk1 : null)))];
            ImmutableArray<ImmutableArray<Digest>> digests =
                [.. updates.Select(update => ImmutableArray.CreateRange(update.Select(chunk => Digest.Of(chunk))))];
            ImmutableArray<Signed<UpdateManifest>> manifests =
            [
                .. members.Select(
                    (bank, i) => Members.Sign(
                        bank.Name, Sample.Manifest(bank.Name) with { Shape = shape, ChunksRoot = DigestList.Root(digests[i]) })),
            ];
            ImmutableArray<Digest> sumDigests = [.. sums.Select(sum => Digest.Of(sum))];
            Signed<Cohort> cohort = Members.Sign("aggregator", new Cohort
            {
                Attempt = Sample.Attempt,
                StartedFrom = SampleRound.State(0),
                Shape = shape,
                Members = [.. manifests.Select(manifest => new CohortMember(manifest.Sender, manifest.Digest))],
                SumRoot = DigestList.Root(sumDigests),
            });
            var digest = new CohortDigest(cohort.Digest);
            var round = new RetainedRound
            {
                Cohort = cohort,
                Manifests = manifests,
                ChunkDigests = digests,
                SumDigests = sumDigests,
                Tags = [.. members.Select((bank, i) => Members.Sign(bank.Name, new UpdateTag
                {
                    Attempt = Sample.Attempt,
                    CohortDigest = digest,
                    Tag = Tag(cohort, i == malformed ? [] : updates[i]),
                }))],
                Approvals = [Sample.Approval("holder-a", digest), Sample.Approval("holder-c", digest)],
                ShareSums = [Sample.Released("holder-a", digest).Manifest, Sample.Released("holder-c", digest).Manifest],
                Advances = [.. members.Select(bank => Advanced(cohort, bank.Name, 1))],
            };
            return new Retained(round, updates, sums);
        }

        public ImmutableArray<ReadOnlyMemory<byte>> ChunksAt(int chunk) =>
            [.. Updates.Select(update => (ReadOnlyMemory<byte>)update[chunk])];

        public Retained With(int bank, int chunk, byte[] bytes) =>
            this with { Updates = Updates.SetItem(bank, Updates[bank].SetItem(chunk, bytes)) };

        public Retained WithRound(Func<RetainedRound, RetainedRound> change) => this with { Round = change(Round) };

        public AuditVerdict Audit(Signed<SessionPlan>? plan = null)
        {
            var audit = new RoundAudit(Members.Configuration, plan ?? Sample.Plan, Round);
            for (int chunk = 0; chunk < Chunks; chunk++)
            {
                audit.AddChunk(ChunksAt(chunk), Sums[chunk]);
            }

            return audit.Conclude();
        }

        private static SumTag Tag(Signed<Cohort> cohort, ImmutableArray<byte[]> chunks)
        {
            using SumTagger tagger = CohortSeed.CreateTagger(cohort, Sample.Plan.Statement);
            foreach (byte[] chunk in chunks)
            {
                tagger.Add(chunk);
            }

            return tagger.ToTag();
        }

        private static ImmutableArray<byte[]> Encrypt(SlotLayout layout, PublicSeed seed, bool malformed)
        {
            using SecretKey key = SecretKey.Generate(RandomSource.OperatingSystem);
            using var encryptor = new Encryptor(key, layout, seed, RandomSource.OperatingSystem);
            var chunks = ImmutableArray.CreateBuilder<byte[]>();
            for (int chunk = 0; chunk < Chunks; chunk++)
            {
                byte[] wire = new byte[WireChunk.Size];
                encryptor.Encrypt(new ushort[layout.ValuesPerChunk], wire);
                wire[0] ^= (byte)(malformed ? 1 : 0);
                chunks.Add(wire);
            }

            return chunks.ToImmutable();
        }

        private static byte[] Sum(SlotLayout layout, int chunk, ImmutableArray<ImmutableArray<byte[]>> updates, int? without)
        {
            var sum = new ChunkSum(layout, chunk);
            for (int i = 0; i < updates.Length; i++)
            {
                if (i != without)
                {
                    sum.Add(updates[i][chunk]);
                }
            }

            byte[] wire = new byte[WireChunk.Size];
            sum.WriteTo(wire);
            return wire;
        }
    }
}

using System.Collections.Immutable;
using Consortium.Cryptography;
using Consortium.Cryptography.Proofs;
using Consortium.Primitives;
using Consortium.Protocol.Audit;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Releases;
using Consortium.Protocol.Sessions;

namespace Consortium.Protocol.Tests.Messages;

/// <summary>Mutated bytes either are rejected as malformed, or are canonical: they encode to themselves.</summary>
public sealed class DecoderFuzzTests
{
    private const int Mutations = 200_000;

    private static readonly TestConsortium Members = TestConsortium.Instance;
    private static readonly SampleRound Round = new(Members);
    private static readonly Message[] Samples = [.. Round.OneOfEach()];

    public static TheoryData<MessageType> Types => [.. Samples.Select(sample => sample.Type)];

    [Theory, MemberData(nameof(Types))]
    public void Decode_MutatedMessage_IsMalformedOrCanonical(MessageType type) =>
        Fuzz(MessageCodec.Encode(
            Samples.First(sample => sample.Type == type)),
            bytes => MessageCodec.Encode(MessageCodec.Decode(bytes, Members.Configuration.Limits)));

    [Fact]
    public void Decode_MutatedChunkFrame_IsMalformedOrCanonical() => Fuzz(
        new ChunkFrame
        {
            Attempt = Round.Attempt,
            Source = Round.Session.Value,
            First = 3,
            Count = 2,
            Chunks = new byte[64],
        }.Encode(),
        bytes => ChunkFrame.Decode(bytes, Members.Configuration.Limits).Encode());

    [Fact]
    public void Decode_MutatedRetainedRound_IsMalformedOrCanonical()
    {
        CohortClosed closed = Round.Closed("holder-a", Members.Banks(3));
        RoundRecorded recorded = Round.Recorded(closed, "holder-a", "holder-b");
        var retained = new RetainedRound
        {
            Tags = Round.Tags(closed),
            Cohort = closed.Cohort,
            Manifests = closed.Manifests,
            ChunkDigests = [.. closed.Manifests.Select(manifest => Round.ChunkDigests(manifest.Sender.Name))],
            SumDigests = Round.ChunkDigests("sum"),
            Approvals = recorded.Approvals,
            ShareSums = recorded.ShareSums,
            Advances =
                [Members.Sign(
                    "bank-a",
                    new ModelAdvanced
                    {
                        Attempt = Round.Attempt,
                        CohortDigest = new CohortDigest(closed.Cohort.Digest),
                        State = SampleRound.State(1),
                    })],
        };
        byte[] bytes = retained.ToBytes();
        Assert.True(bytes.Length < RetainedRound.MaximumBytes(Members.Configuration.Limits));
        Fuzz(bytes, mutated => RetainedRound.FromBytes(mutated, Members.Configuration.Limits).ToBytes());
    }

    [Fact]
    public void Decode_MutatedKeyHolderState_IsMalformedOrCanonical()
    {
        var holder = new PartyId("holder-a");
        CohortClosed closed = Round.Closed("holder-a", Members.Banks());
        var cohort = new CohortDigest(closed.Cohort.Digest);
        KeyHolderSession session = KeyHolderSession.Join(holder, new(3, 2), new(Round.Plan), Round.Offered("holder-a").Digest)
            .Close(new(closed), [], FreshLedger.Rules).State
            .Receive(new(new ApprovalsRelayed { Approvals = [Round.Approval("holder-b", cohort)] })).State
            .Released(Round.Released("holder-a", cohort), closed.Cohort.Statement, FreshLedger.Rules).State;
        Assert.NotNull(session.Promise!.Release);
        Fuzz(SessionState.Encode(session), bytes => SessionState.Encode(
            SessionState.DecodeKeyHolder(bytes, holder, Members.Configuration)));
    }

    [Fact]
    public void Decode_MutatedParticipantState_IsMalformedOrCanonical()
    {
        var bank = new PartyId("bank-a");
        ParticipantSession session = ParticipantSession.Join(bank, new(Round.Plan)).Learn(new(Round.Offered("holder-a"))).State
            .Learn(new(Round.Offered("holder-b"))).State.Learn(new(Round.Offered("holder-c"))).State
            .Open(new(Round.Opened())).State
            .Prepared(Round.Submitted("bank-a"), default, FreshLedger.Rules, default).State;
        CohortClosed closed = Round.Closed("holder-a", Members.Banks());
        session = session.NotOpened(closed.Cohort, "noise", new DisputedPlace(1, 17)).State
            .RequestOpeningProof(new(Round.Dispute(closed, new DisputedPlace(1, 17), "bank-a", "bank-b", "bank-d"))).State
            .Proved(default).State with
        { OpeningProofIsDue = true };
        Assert.NotNull(session.Update);
        Assert.NotNull(session.OpeningProofDigest);
        Fuzz(SessionState.Encode(session), bytes => SessionState.Encode(
            SessionState.DecodeParticipant(bytes, bank, Members.Configuration)));
    }

    private static void Fuzz(byte[] valid, Func<ReadOnlyMemory<byte>, byte[]> decodeAndEncode)
    {
        Assert.Equal(valid, decodeAndEncode(valid));
        int canonical = 0;
        Parallel.For(0, Mutations / 1000, new ParallelOptions { MaxDegreeOfParallelism = 2 }, batch =>
        {
            var random = new Draws((ulong)batch);
            for (int i = 0; i < 1000; i++)
            {
                byte[] mutated = Mutate(valid, random);
                try
                {
                    Assert.Equal(mutated, decodeAndEncode(mutated));
                    Interlocked.Increment(ref canonical);
                }
                catch (MalformedDataException)
                {
                }
            }
        });

        // Most bytes are digests and signatures, where any value is well-formed; some are not.
        Assert.InRange(canonical, 1, Mutations - 1);
    }

    private static byte[] Mutate(byte[] valid, Draws random)
    {
        byte[] mutated = [.. valid];
        for (int changes = 1 + random.Next(3); changes > 0 && mutated.Length > 0; changes--)
        {
            // Early bytes hold counts and lengths: look there more often.
            int at = random.Next(random.Next(2) == 0 ? Math.Min(mutated.Length, 400) : mutated.Length);
            switch (random.Next(5))
            {
                case 0:
                    mutated[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    mutated[at] = (byte)random.Next(256);
                    break;
                case 2:
                    mutated = mutated[..at];
                    break;
                case 3:
                    mutated = [.. mutated[..at], .. new byte[1 + random.Next(8)], .. mutated[at..]];
                    break;
                case 4:
                    mutated.AsSpan(at, Math.Min(4, mutated.Length - at)).Fill((byte)random.Next(256));
                    break;
            }
        }

        return mutated;
    }

    /// <summary>SplitMix64.</summary>
    private sealed class Draws(ulong state)
    {
        public int Next(int count)
        {
            state += 0x9E3779B97F4A7C15;
            ulong z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return (int)((z ^ (z >> 31)) % (ulong)count);
        }
    }
}

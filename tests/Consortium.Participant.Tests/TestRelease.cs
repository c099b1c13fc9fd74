using System.Collections.Immutable;
using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sharing;
using Consortium.Hosting.Secrets;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Tests;
using Consortium.Testing;

namespace Consortium.Participant.Tests;

/// <summary>
/// What aggregator and key holders make of a cohort's updates, without bus or ledger: a signed release and the sum's frames.
/// </summary>
internal static class TestRelease
{
    private static readonly TestConsortium Members = TestConsortium.Instance;

    /// <summary>
    /// The cohort's sum as chunk frames, and the signed cohort over it; with what is added to its chunks by an aggregator that
    /// does not say so.
    /// </summary>
    public static (Signed<Cohort> Cohort, ImmutableArray<Digest> Digests, ImmutableArray<ChunkFrame> Frames) Sum(
        SessionPlan plan, IReadOnlyList<(UpdateSubmitted Message, IReadOnlyList<byte[]> Frames)> updates,
        Func<int, byte[]?>? added = null)
    {
        UpdateManifest manifest = updates[0].Message.Manifest.Statement;
        SlotLayout layout = manifest.Shape.LayoutFor(plan);
        byte[][] sums = new byte[manifest.Shape.Chunks][];
        for (int chunk = 0; chunk < sums.Length; chunk++)
        {
            var sum = new ChunkSum(layout, chunk);
            foreach ((UpdateSubmitted message, IReadOnlyList<byte[]> frames) in updates)
            {
                sum.Add(Chunk(frames, chunk, message).Span);
            }

            sum.WriteTo(sums[chunk] = new byte[WireChunk.Size]);
            if (added?.Invoke(chunk) is { } more)
            {
                sums[chunk] = ForgedSum.Of(
                    layout, chunk, updates.Select(update => Chunk(update.Frames, chunk, update.Message)).Append(more),
                    sums[chunk]);
            }
        }

        ImmutableArray<Digest> digests = [.. sums.Select(sum => Digest.Of(sum))];
        Signed<Cohort> cohort = Members.Sign("aggregator", new Cohort
        {
            Attempt = manifest.Attempt,
            StartedFrom = manifest.StartedFrom,
            Shape = manifest.Shape,
            Members =
                [.. updates.Select(update => new CohortMember(update.Message.Sender, update.Message.Digest))
                    .OrderBy(member => member.Participant)],
            SumRoot = DigestList.Root(digests),
        });
        ImmutableArray<ChunkFrame> released = [.. sums.Select((sum, chunk) => new ChunkFrame
        {
            Attempt = manifest.Attempt, Source = cohort.Digest, First = chunk, Count = 1, Chunks = sum,
        })];
        return (cohort, digests, released);
    }

    /// <summary>A bank's tag of the update that it sent.</summary>
    public static Signed<UpdateTag> Tag(
        SessionPlan plan, Signed<Cohort> cohort, UpdateSubmitted update, IReadOnlyList<byte[]> frames)
    {
        using SumTagger tagger = CohortSeed.CreateTagger(cohort, plan);
        foreach (byte[] frame in frames)
        {
            tagger.Add(ChunkFrame.Decode(frame, Members.Configuration.Limits));
        }

        return Sign(update.Sender, cohort, tagger.ToTag());
    }

    public static Signed<UpdateTag> Sign(PartyId bank, Signed<Cohort> cohort, SumTag tag) =>
        Members.Sign(bank.Name, new UpdateTag
        {
            Attempt = cohort.Statement.Attempt,
            CohortDigest = new CohortDigest(cohort.Digest),
            Tag = tag,
        });

    /// <summary>
    /// The release of <paramref name="holders"/> to one bank; those in <paramref name="bent"/> add their first share twice.
    /// </summary>
    public static AggregateReleased To(
        PartyId bank,
        SessionPlan plan,
        Signed<Cohort> cohort,
        ImmutableArray<Digest> digests,
        IReadOnlyList<(UpdateSubmitted Message, IReadOnlyList<byte[]> Frames)> updates,
        ImmutableArray<string> holders,
        params ImmutableArray<string> bent)
    {
        AttemptId attempt = cohort.Statement.Attempt;
        bool isBallot = cohort.Statement.Shape.IsBallot;
        UpdateSubmitted[] submitted = [.. updates.Select(update => update.Message)];
        var digest = new CohortDigest(cohort.Digest);
        var manifests = new List<Signed<ShareSumManifest>>();
        var sums = new List<ReadOnlyMemory<byte>>();
        foreach (string holder in holders)
        {
            int index = Members.Configuration.IndexOfKeyHolder(new PartyId(holder));
            PrivateIdentity identity = Members.Identity(holder);
            using SessionSecrets secrets = SecretsOf(holder, index, submitted);
            IEnumerable<UpdateSubmitted> added = bent.Contains(holder) ? submitted.Prepend(submitted[0]) : submitted;
            byte[] sum = isBallot ? SumOfBallots(added, index, secrets) : SumOfKeys(added, index, secrets);
            EnvelopeContext sealing = isBallot
                ? SealedBallot.SumContext(attempt, identity.Public)
                : SealedShare.ShareSumContext(attempt, identity.Public);
            ReadOnlyMemory<byte>[] sealedSums =
                [.. plan.Participants.Select(
                    participant => (ReadOnlyMemory<byte>)secrets.SealSum(
                        Members.Configuration.Find(participant)!, sum, sealing))];
            manifests.Add(
                Members.Sign(
                    holder,
                    new ShareSumManifest
                    {
                        Attempt = attempt,
                        CohortDigest = digest,
                        SealedSumDigests = [.. sealedSums.Select(one => Digest.Of(one.Span))],
                    }));
            sums.Add(sealedSums[plan.Participants.IndexOf(bank)]);
        }

        return new AggregateReleased
        {
            Cohort = cohort,
            Approvals =
                [.. holders.Select(
                    holder => Members.Sign(
                        holder,
                        new CohortApproval
                        {
                            Attempt = attempt,
                            CohortDigest = digest,
                            Sequence = 1,
                            PreviousDigest = default,
                        }))],
            ShareSums = [.. manifests],
            SealedSums = [.. sums],
            Tags = isBallot
                ? []
                : [.. updates.OrderBy(update => update.Message.Sender).Select(
                    update => Tag(plan, cohort, update.Message, update.Frames))],
            SumChunkDigests = digests,
            Ballots = isBallot
                ? [.. submitted.Select(update => update.Manifest).OrderBy(manifest => manifest.Sender)]
                : [],
        };
    }

    /// <summary>What a key holder shares with the banks that sent these updates.</summary>
    private static SessionSecrets SecretsOf(string holder, int index, IEnumerable<UpdateSubmitted> updates)
    {
        SessionSecrets secrets = TestSecrets.Begin(Members.Identity(holder).Public);
        foreach (UpdateSubmitted update in updates)
        {
            secrets.Accept(
                Members.Configuration.Find(update.Sender)!, SealedShare.AgreementOf(update.SealedShares[index].Span),
                SampleKeys.Of(holder));
        }

        return secrets;
    }

    private static byte[] SumOfKeys(IEnumerable<UpdateSubmitted> updates, int index, SessionSecrets secrets)
    {
        using var sum = new ShareSum(index + 1, RnsBasis.Degree);
        foreach (UpdateSubmitted update in updates)
        {
            using KeyShare? share = SealedShare.Open(
                update.SealedShares[index].Span, update.Manifest.Statement, Members.Identity(update.Sender.Name).Public,
                secrets.With(update.Sender), index + 1, Members.Configuration.Threshold);
            Assert.NotNull(share);
            sum.AddMasked(share);
        }

        return sum.Encode();
    }

    private static byte[] SumOfBallots(IEnumerable<UpdateSubmitted> updates, int index, SessionSecrets secrets)
    {
        using var sum = new BallotShareSum(index + 1);
        foreach (UpdateSubmitted update in updates)
        {
            using BallotShare? share = SealedBallot.Open(
                update.SealedShares[index].Span, update.Manifest, Members.Configuration,
                secrets.With(update.Sender)?.Ballots, index + 1);
            Assert.NotNull(share);
            sum.Add(share);
        }

        return sum.Encode();
    }

    private static ReadOnlyMemory<byte> Chunk(IReadOnlyList<byte[]> frames, int chunk, UpdateSubmitted message)
    {
        foreach (byte[] bytes in frames)
        {
            ChunkFrame frame = ChunkFrame.Decode(bytes, Members.Configuration.Limits);
            Assert.Null(frame.FirstWrongChunk(message.ChunkDigests));
            Assert.Equal(message.Digest, frame.Source);
            if (chunk >= frame.First && chunk < frame.First + frame.Count)
            {
                return frame.Chunk(chunk - frame.First);
            }
        }

        throw new InvalidOperationException($"Chunk {chunk} was not sent.");
    }
}

using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Benchmarks.Cryptography;

/// <summary>
/// One key holder's work for one release, from the bytes of the closed cohort to the bytes of its release: decode, verify each
/// participant's manifest and the cohort, open each participant's share, check its proof, sum, seal the sum to each participant,
/// sign. The secrets were agreed in the session's first round.
/// </summary>
internal static class ReleaseFigures
{
    private const int Banks = 100;
    private const int Holders = 3;
    private const int Threshold = 2;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(3);

    public static void Measure(FigureReport report)
    {
        report.Add("release_ms_100_banks", MillisecondsFor(values: 1_000_000), "<= 150");
        report.Add("release_ms_100_banks_10m_values", MillisecondsFor(values: 10_000_000), "<= 150, and as above");
    }

    private static double MillisecondsFor(int values)
    {
        var identities = new Dictionary<string, PrivateIdentity>(StringComparer.Ordinal);
        ConsortiumFile.PartyEntry Entry(string id)
        {
            identities.Add(id, PrivateIdentity.Generate(id));
            return new ConsortiumFile.PartyEntry(id, Convert.ToBase64String(identities[id].Public.Encode()));
        }

        var file = new ConsortiumFile
        {
            Version = ConsortiumFile.CurrentVersion,
            LeastDays = 1,
            Name = "A hundred banks",
            Participants = [.. Enumerable.Range(0, Banks).Select(bank => Entry($"bank-{bank:000}"))],
            KeyHolders = [.. Enumerable.Range(0, Holders).Select(holder => Entry($"holder-{holder}"))],
            Aggregator = Entry("aggregator"),
            Operator = Entry("operator"),
            Threshold = Threshold,
            MinimumCohort = 3,
            Deadlines = new ConsortiumFile.DeadlinesEntry(60, 30),
            Limits = new ConsortiumFile.LimitsEntry(128, 8, 4096, 4 << 20, 1 << 20, 4096),
            Transport = new ConsortiumFile.TransportEntry("localhost", 5672, "/", false),
        };
        ConsortiumConfiguration configuration = file.ToConfiguration();
        var attempt = new AttemptId(
            configuration.Digest, new SessionId(Digest.Of("session"u8)), new RoundNumber(1), new AttemptNumber(1));
        Member holder = configuration.KeyHolders[0];
        (byte[] closed, IReadOnlyList<SessionSecret> secrets) = Close(configuration, attempt, values, identities);
        double seconds = Benchmarks.Measure.MedianSeconds(
            () => Release(closed, configuration, holder, identities[holder.Id.Name], secrets), Budget);
        foreach (SessionSecret secret in secrets)
        {
            secret.Dispose();
        }

        foreach (PrivateIdentity identity in identities.Values)
        {
            identity.Dispose();
        }

        return seconds * 1e3;
    }

    private static byte[] Release(
        byte[] bytes, ConsortiumConfiguration configuration, Member holder, PrivateIdentity identity,
        IReadOnlyList<SessionSecret> secrets)
    {
        var closed = (CohortClosed)MessageCodec.Decode(bytes, configuration.Limits);
        if (!new MessageGate(configuration, holder.Id).TryAdmit(closed, out _, out Rejection? rejection))
        {
            throw new InvalidOperationException($"What is measured does not work: {rejection}");
        }

        AttemptId attempt = closed.Cohort.Statement.Attempt;
        using var sum = new ShareSum(1, RnsBasis.Degree);
        for (int bank = 0; bank < closed.Manifests.Length; bank++)
        {
            PublicIdentity sender = configuration.Find(closed.Manifests[bank].Sender)!.Identity;
            using KeyShare share =
                SealedShare.Open(
                    closed.SealedShares[bank].Span, closed.Manifests[bank].Statement, sender, secrets[bank], holder: 1, Threshold)
                ?? throw new InvalidOperationException(
                    "What is measured does not work: a share does not open, or its proof does not hold.");
            sum.AddMasked(share);
        }

        byte[] released = sum.Encode();
        EnvelopeContext context = SealedShare.ShareSumContext(attempt, holder.Identity);
        using var random = RandomNumberGenerator.Create();
        ImmutableArray<ReadOnlyMemory<byte>> sealedSums =
            [.. secrets.Select(secret => (ReadOnlyMemory<byte>)secret.Seal(released, context, random))];
        var manifest = new ShareSumManifest
        {
            Attempt = attempt,
            CohortDigest = new CohortDigest(closed.Cohort.Digest),
            SealedSumDigests = SealedShare.Digests(sealedSums),
        };
        return MessageCodec.Encode(
            new ShareSumReleased
            {
                Manifest = Signed<ShareSumManifest>.Create(holder.Id, manifest, identity),
                SealedSums = sealedSums,
            });
    }

    /// <summary>
    /// What the aggregator sends this holder: the cohort, every manifest, and every share sealed to it. And the holder's secrets
    /// with the banks.
    /// </summary>
    private static (byte[] Closed, IReadOnlyList<SessionSecret> Secrets) Close(
        ConsortiumConfiguration configuration, AttemptId attempt, int values, Dictionary<string, PrivateIdentity> identities)
    {
        SlotLayout layout = SlotLayout.For(Banks, 65536);
        var shape = new UpdateShape(values, layout.Levels, layout.ChunkCount(values));
        ImmutableArray<Digest> chunks =
            [.. Enumerable.Range(0, shape.Chunks).Select(chunk => Digest.Of(BitConverter.GetBytes(chunk)))];
        Digest root = DigestList.Root(chunks);
        var state = new StateDigest(Digest.Of("state"u8));
        var sharing = new ShamirSharing(Threshold, Holders);
        using var random = RandomNumberGenerator.Create();
        SessionReceivingKey[] keys = [.. configuration.KeyHolders.Select(_ => SessionReceivingKey.Generate(random))];
        ImmutableArray<Digest> listed = [.. keys.Select(key => Digest.Of(key.Public.Encode()))];
        var secrets = new List<SessionSecret>();
        var manifests = ImmutableArray.CreateBuilder<Signed<UpdateManifest>>();
        var shares = ImmutableArray.CreateBuilder<ReadOnlyMemory<byte>>();
        foreach (Member bank in configuration.Participants)
        {
            KeyShare[] split = sharing.Split(new short[SealedShare.SharedLength], random);
            ImmutableArray<ReadOnlyMemory<byte>> sealedShares =
            [
                .. configuration.KeyHolders.Select((holder, i) =>
                {
                    using SessionSecret secret = SessionSecret.Agree(
                        bank.Identity, holder.Identity, keys[i].Public, random, out byte[] agreement);
                    if (i == 0)
                    {
                        secrets.Add(secret.Copy());
                    }

                    return (ReadOnlyMemory<byte>)SealedShare.Seal(
                        agreement, secret, split[i].Encode(), SealedShare.KeyShareContext(attempt, bank.Identity), random);
                }),
            ];
            ImmutableArray<Digest> digests = SealedShare.Digests(sealedShares);
            var manifest = new UpdateManifest
            {
                Attempt = attempt,
                StartedFrom = state,
                Shape = shape,
                ChunksRoot = root,
                SessionKeys = listed,
                BallotKeys = listed, // nobody looks at these here
                SealedShareDigests = digests,
                SharingProof = SharingProof.Create(Threshold, split, SealedShare.Challenge(attempt, digests).ToArray()),
            };
            manifests.Add(Signed<UpdateManifest>.Create(bank.Id, manifest, identities[bank.Id.Name]));
            shares.Add(sealedShares[0]);
        }

        var cohort = new Cohort
        {
            Attempt = attempt,
            StartedFrom = state,
            Shape = shape,
            Members = [.. manifests.Select(manifest => new CohortMember(manifest.Sender, manifest.Digest))],
            SumRoot = root,
        };
        byte[] closed = MessageCodec.Encode(new CohortClosed
        {
            Cohort = Signed<Cohort>.Create(configuration.Aggregator.Id, cohort, identities["aggregator"]),
            Manifests = manifests.ToImmutable(),
            SealedShares = shares.ToImmutable(),
        });
        return (closed, secrets);
    }
}

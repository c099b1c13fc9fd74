using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Adversary.Tests.Stepped;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;
using Consortium.Hosting.Secrets;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Testing;

namespace Consortium.Adversary.Tests;

/// <summary>An update as a dishonest bank makes it: each part of an honest one can be another.</summary>
internal sealed class ForgedUpdate
{
    private readonly SteppedConsortium _consortium;
    private readonly PartyId _bank;
    private readonly SessionPlan _plan;
    private readonly UpdateManifest _honest;

    private ForgedUpdate(SteppedConsortium consortium, PartyId bank, SessionPlan plan, UpdateManifest honest)
    {
        (_consortium, _bank, _plan, _honest) = (consortium, bank, plan, honest);
        Shape = honest.Shape;
    }

    public UpdateShape Shape { get; init; }

    /// <summary>Levels that the values are packed with, whatever the shape says.</summary>
    public ulong? PackedLevels { get; init; }

    public required ulong[] Values { get; init; }

    /// <summary>Whether the key that is shared is another than the one that encrypts.</summary>
    public bool SharesAnotherKey { get; init; }

    /// <summary>Key holders, by place, whose share is of another key than the others'.</summary>
    public ImmutableArray<int> OffPolynomial { get; init; } = [];

    /// <summary>Told of the key that is shared and its shares, for a bank that goes on lying.</summary>
    public Action<SecretKey, KeyShare[], UpdateSubmitted>? Keep { get; init; }

    /// <summary>Whether a residue of the ciphertext is beyond its prime.</summary>
    public bool IsMalformed { get; init; }

    /// <summary>
    /// Replaces what <paramref name="bank"/> sends by a forgery, from its first update on, and gives the forgery's tag.
    /// </summary>
    public static void Replace(
        SteppedConsortium consortium, Signed<SessionPlan> plan, PartyId bank, Func<ForgedUpdate, ForgedUpdate> forge)
    {
        var made = new Dictionary<AttemptId, (Digest Honest, UpdateSubmitted Message, ChunkFrame Frame)>();
        consortium.Network.Route = letter =>
        {
            if (letter.To == bank && !letter.IsChunks
                && MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits) is Signed<Cohort> cohort
                && made.TryGetValue(cohort.Statement.Attempt, out var tagged))
            {
                consortium.Network.Post(
                    bank, consortium.AggregatorId,
                    consortium.Folder.Sign(bank, TestTag.Of(plan.Statement, cohort, tagged.Frame)));
                return []; // the bank's own program knows nothing of the forgery
            }

            if (letter.From != bank)
            {
                return [letter];
            }

            if (letter.IsChunks)
            {
                ChunkFrame frame = ChunkFrame.Decode(letter.Body, consortium.Folder.Configuration.Limits);
                return made.TryGetValue(frame.Attempt, out var known) ? [letter with { Body = known.Frame.Encode() }] : [];
            }

            if (MessageCodec.Decode(letter.Body, consortium.Folder.Configuration.Limits) is not UpdateSubmitted update
                || update.Manifest.Statement.Attempt.Session.Value != plan.Digest)
            {
                return [letter];
            }

            UpdateManifest honest = update.Manifest.Statement;
            if (!made.TryGetValue(honest.Attempt, out var forged))
            {
                var start = new ForgedUpdate(consortium, bank, plan.Statement, honest)
                {
                    Values = new ulong[honest.Shape.Values],
                };
                (UpdateSubmitted message, ChunkFrame frame) = forge(start).Make();
                made[honest.Attempt] = forged = (update.Digest, message, frame);
            }

            return [letter with { Body = MessageCodec.Encode(forged.Message) }, letter with { Body = forged.Frame.Encode() }];
        };
    }

    public ForgedUpdate With(
        UpdateShape? shape = null, ulong? packedLevels = null, ulong[]? values = null, bool sharesAnotherKey = false,
        bool isMalformed = false, Action<SecretKey, KeyShare[], UpdateSubmitted>? keep = null,
        params ImmutableArray<int> offPolynomial) =>
        new(_consortium, _bank, _plan, _honest)
        {
            Shape = shape ?? Shape,
            PackedLevels = packedLevels,
            Values = values ?? Values,
            SharesAnotherKey = sharesAnotherKey,
            IsMalformed = isMalformed,
            Keep = keep,
            OffPolynomial = offPolynomial,
        };

    /// <summary>The signed update and its one frame.</summary>
    private (UpdateSubmitted Message, ChunkFrame Frame) Make()
    {
        AttemptId attempt = _honest.Attempt;
        SecretKey key = SecretKey.Generate(RandomSource.OperatingSystem),
            other = SecretKey.Generate(RandomSource.OperatingSystem);
        byte[] chunk = Encrypt(key, attempt);
        SecretKey shared = SharesAnotherKey ? other : key;
        (ImmutableArray<ReadOnlyMemory<byte>> sealedShares, byte[] proof, KeyShare[] shares) = Share(shared, attempt);
        Digest chunkDigest = Digest.Of(chunk);
        ImmutableArray<Digest> digests = [.. Enumerable.Repeat(chunkDigest, Shape.Chunks)];
        Signed<UpdateManifest> manifest = _consortium.Folder.Sign(_bank, _honest with
        {
            Shape = Shape,
            ChunksRoot = DigestList.Root(digests),
            SealedShareDigests = [.. sealedShares.Select(share => Digest.Of(share.Span))],
            SharingProof = proof,
        });
        var update = new UpdateSubmitted { Manifest = manifest, ChunkDigests = digests, SealedShares = sealedShares };
        Keep?.Invoke(shared, shares, update);
        return (
            update,
            new ChunkFrame { Attempt = attempt, Source = manifest.Digest, First = 0, Count = 1, Chunks = chunk });
    }

    private byte[] Encrypt(SecretKey key, AttemptId attempt)
    {
        SlotLayout expected = _honest.Shape.LayoutFor(_plan);
        SlotLayout packed = PackedLevels is { } levels ? SlotLayout.For(_plan.Participants.Length, levels) : expected;
        PublicSeed seed = AttemptSeed.Of(attempt);
        byte[] chunk = new byte[WireChunk.Size], header = new byte[WireChunk.Size];
        using (var encryptor = new Encryptor(key, packed, seed, RandomSource.OperatingSystem))
        {
            encryptor.Encrypt(Values, chunk);
        }

        using SecretKey thrownAway = SecretKey.Generate(RandomSource.OperatingSystem);
        using var honest = new Encryptor(thrownAway, expected, seed, RandomSource.OperatingSystem);
        honest.Encrypt(new ulong[1], header);
        header.AsSpan(0, ChunkHeader.Size).CopyTo(chunk);
        if (IsMalformed)
        {
            chunk.AsSpan(ChunkHeader.Size, 1024).Fill(0xFF);
        }

        return chunk;
    }

    private (ImmutableArray<ReadOnlyMemory<byte>> Sealed, byte[] Proof, KeyShare[] Shares) Share(SecretKey key, AttemptId attempt)
    {
        PrivateIdentity identity = _consortium.Folder.IdentityOf(_bank);
        var configuration = _consortium.Folder.Configuration;
        var sharing = new ShamirSharing(configuration.Threshold, configuration.KeyHolders.Length);
        using var random = RandomNumberGenerator.Create();
        short[] shared = new short[SealedShare.SharedLength], unrelated = new short[SealedShare.SharedLength];
        key.CopyCoefficients(shared.AsSpan(0, RnsBasis.Degree));
        SharingProof.DrawMasks(shared.AsSpan(RnsBasis.Degree), random);
        KeyShare[] shares = sharing.Split(shared, random), strays = sharing.Split(unrelated, random);
        SessionSecrets secrets = _consortium.SecretsOf(_bank, attempt.Session);
        EnvelopeContext context = SealedShare.KeyShareContext(attempt, identity.Public);
        ImmutableArray<ReadOnlyMemory<byte>> envelopes =
        [
            .. shares.Select((share, holder) =>
                (ReadOnlyMemory<byte>)secrets.SealShare(
                    configuration.KeyHolders[holder].Id, (OffPolynomial.Contains(holder) ? strays[holder] : share).Encode(),
                    context)),
        ];
        return (envelopes,
            SharingProof.Create(
                configuration.Threshold, shares,
                SealedShare.Challenge(attempt, [.. envelopes.Select(one => Digest.Of(one.Span))]).ToArray()),
            shares);
    }
}

using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Sharing;
using Consortium.Hosting.Secrets;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Rounds;

/// <summary>
/// A bank's update as it goes on the wire: the signed message and the frames of ciphertext. Whoever must send again sends these
/// very bytes.
/// </summary>
/// <param name="Message">Manifest, digests and the shares of the key.</param>
/// <param name="Frames">The ciphertext.</param>
/// <param name="SealedKey">
/// The key, which encrypted this one vector, as <see cref="KeptKey"/> seals it.
/// </param>
internal sealed record EncryptedUpdate(UpdateSubmitted Message, ImmutableArray<byte[]> Frames, byte[] SealedKey)
{
    private const int LongestFrame = 1 << 20;

    /// <summary>
    /// Draws a key, encrypts, shares the key, seals it to the bank itself, erases it and signs. A vote becomes a ballot, which
    /// has neither key nor ciphertext.
    /// </summary>
    /// <param name="keys">The session keys that the attempt was opened with.</param>
    /// <param name="secrets">The bank's of the session, those agreed under these keys among them.</param>
    /// <param name="vector">As many values as <paramref name="shape"/> says, each below its levels.</param>
    public static EncryptedUpdate Create(
        ReadOnlySpan<long> vector,
        UpdateShape shape,
        AttemptId attempt,
        StateDigest startsFrom,
        SessionPlan plan,
        ConsortiumConfiguration configuration,
        PartyId self,
        PrivateIdentity identity,
        ImmutableArray<Digest> keys,
        SessionSecrets secrets)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, shape.Values, nameof(vector));
        if (shape.IsBallot)
        {
            return BallotUpdate.Create(vector, attempt, startsFrom, configuration, self, identity, keys, secrets);
        }

        using Instruments.Work work = Instruments.Measure("encrypt", attempt);
        using SecretKey key = SecretKey.Generate(RandomSource.OperatingSystem);
        List<byte[]> frames = Encrypt(
            MemoryMarshal.Cast<long, ulong>(vector), shape, attempt, plan, configuration, key,
            out ImmutableArray<Digest> digests);
        (ImmutableArray<ReadOnlyMemory<byte>> shares, ImmutableArray<Digest> shareDigests, byte[] proof,
            byte[] sealedKey) = SealShares(key, attempt, configuration, identity, keys, secrets);
        Signed<UpdateManifest> manifest = Signed<UpdateManifest>.Create(
            self,
            new UpdateManifest
            {
                Attempt = attempt,
                StartedFrom = startsFrom,
                Shape = shape,
                ChunksRoot = DigestList.Root(digests),
                SessionKeys = keys,
                BallotKeys = [.. configuration.KeyHolders.Select((holder, i) =>
                    SessionKeyList.Has(keys, i) ? new Digest(secrets.With(holder.Id)!.Ballots.Commit()) : default)],
                SealedShareDigests = shareDigests,
                SharingProof = proof,
            },
            identity);

        int first = 0;
        foreach (byte[] bytes in frames)
        {
            var frame = new ChunkFrame
            {
                Attempt = attempt,
                Source = manifest.Digest,
                First = first,
                Count = (bytes.Length - ChunkFrame.HeaderLength) / WireChunk.Size,
                Chunks = bytes.AsMemory(ChunkFrame.HeaderLength),
            };
            frame.WriteHeader(bytes);
            first += frame.Count;
        }

        return new EncryptedUpdate(
            new UpdateSubmitted { Manifest = manifest, ChunkDigests = digests, SealedShares = shares }, [.. frames], sealedKey);
    }

    /// <summary>Chunks in frames whose headers are still to be written, for those name the manifest.</summary>
    private static List<byte[]> Encrypt(
        ReadOnlySpan<ulong> vector,
        UpdateShape shape,
        AttemptId attempt,
        SessionPlan plan,
        ConsortiumConfiguration configuration,
        SecretKey key,
        out ImmutableArray<Digest> digests)
    {
        SlotLayout layout = shape.LayoutFor(plan);
        using var encryptor = new Encryptor(key, layout, AttemptSeed.Of(attempt), RandomSource.OperatingSystem);
        int capacity = ChunkFrame.Capacity(WireChunk.Size, Math.Min(LongestFrame, configuration.Limits.FrameBytes));
        var frames = new List<byte[]>();
        ImmutableArray<Digest>.Builder found = ImmutableArray.CreateBuilder<Digest>(shape.Chunks);
        for (int chunk = 0; chunk < shape.Chunks; chunk += capacity)
        {
            int count = Math.Min(capacity, shape.Chunks - chunk);
            byte[] frame = new byte[ChunkFrame.HeaderLength + (count * WireChunk.Size)];
            for (int i = 0; i < count; i++)
            {
                Span<byte> destination = frame.AsSpan(ChunkFrame.HeaderLength + (i * WireChunk.Size), WireChunk.Size);
                int length = Math.Min(layout.ValuesPerChunk, vector.Length);
                encryptor.Encrypt(vector[..length], destination);
                vector = vector[length..];
                found.Add(Digest.Of(destination));
            }

            frames.Add(frame);
        }

        digests = found.ToImmutable();
        return frames;
    }

    private static (ImmutableArray<ReadOnlyMemory<byte>> Shares, ImmutableArray<Digest> Digests, byte[] Proof,
        byte[] SealedKey) SealShares(
        SecretKey key, AttemptId attempt, ConsortiumConfiguration configuration, PrivateIdentity identity,
        ImmutableArray<Digest> keys, SessionSecrets secrets)
    {
        short[] shared = GC.AllocateArray<short>(SealedShare.SharedLength, pinned: true);
        KeyShare[] shares = [];
        try
        {
            key.CopyCoefficients(shared.AsSpan(0, RnsBasis.Degree));
            using var random = RandomNumberGenerator.Create();
            SharingProof.DrawMasks(shared.AsSpan(RnsBasis.Degree), random);
            shares = new ShamirSharing(configuration.Threshold, configuration.KeyHolders.Length).Split(shared, random);
            EnvelopeContext context = SealedShare.KeyShareContext(attempt, identity.Public);
            ImmutableArray<ReadOnlyMemory<byte>> envelopes =
                [.. shares.Select((share, holder) => SessionKeyList.Has(keys, holder)
                    ? Seal(share, configuration.KeyHolders[holder].Id, context, secrets)
                    : ReadOnlyMemory<byte>.Empty)];
            ImmutableArray<Digest> digests = [.. envelopes.Select(envelope => Digest.Of(envelope.Span))];
            return (
                envelopes,
                digests,
                SharingProof.Create(configuration.Threshold, shares, SealedShare.Challenge(attempt, digests).ToArray()),
                KeptKey.Seal(key, shares, configuration.Threshold, attempt, secrets.Storage));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(shared.AsSpan()));
            foreach (KeyShare share in shares)
            {
                share.Dispose();
            }
        }
    }

    private static ReadOnlyMemory<byte> Seal(
        KeyShare share, PartyId holder, EnvelopeContext context, SessionSecrets secrets)
    {
        byte[] encoded = GC.AllocateArray<byte>(KeyShare.EncodedLength(share.Coefficients), pinned: true);
        try
        {
            share.Encode(encoded);
            return secrets.SealShare(holder, encoded, context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }
    }
}

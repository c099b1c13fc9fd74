using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Sampling;
using Consortium.Hosting.Secrets;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Rounds;

/// <summary>
/// A bank's vote as it goes on the wire: a ballot shared to the key holders, with new randomness at every attempt.
/// </summary>
internal static class BallotUpdate
{
    /// <param name="vector">A 1 for the bank's choice, 0 for the others.</param>
    public static EncryptedUpdate Create(
        ReadOnlySpan<long> vector, AttemptId attempt, StateDigest startsFrom, ConsortiumConfiguration configuration, PartyId self,
        PrivateIdentity identity, ImmutableArray<Digest> keys, SessionSecrets secrets)
    {
        using Instruments.Work work = Instruments.Measure("encrypt", attempt);
        using Ballot ballot = Ballot.Draw(vector.IndexOf(1), configuration.Threshold, RandomSource.OperatingSystem);
        EnvelopeContext context = SealedBallot.ShareContext(attempt, identity.Public);
        ImmutableArray<ReadOnlyMemory<byte>> shares =
            [.. configuration.KeyHolders.Select(
                (holder, i) => SessionKeyList.Has(keys, i)
                    ? Seal(ballot.EncodeShare(i + 1), holder, context, secrets)
                    : ReadOnlyMemory<byte>.Empty)];
        var manifest = new UpdateManifest
        {
            Attempt = attempt,
            StartedFrom = startsFrom,
            Shape = UpdateShape.Ballot,
            ChunksRoot = DigestList.Root([]),
            SessionKeys = keys,
            BallotKeys = [],
            SealedShareDigests = [.. shares.Select(share => Digest.Of(share.Span))],
            SharingProof = default,
        };
        manifest = manifest with { SharingProof = ballot.Prove(SealedBallot.Challenge(manifest, self).ToArray()) };
        return new EncryptedUpdate(
            new UpdateSubmitted
            {
                Manifest = Signed<UpdateManifest>.Create(self, manifest, identity),
                ChunkDigests = [],
                SealedShares = shares,
            },
            [],
            []);
    }

    private static ReadOnlyMemory<byte> Seal(byte[] share, Member holder, EnvelopeContext context, SessionSecrets secrets)
    {
        try
        {
            return secrets.SealBallotShare(holder, share, context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(share);
        }
    }
}

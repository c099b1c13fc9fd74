using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Cryptography.Ballots;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Sampling;
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
        PrivateIdentity identity)
    {
        using Instruments.Work work = Instruments.Measure("encrypt", attempt);
        using Ballot ballot = Ballot.Draw(vector.IndexOf(1), configuration.Threshold, RandomSource.OperatingSystem);
        EnvelopeContext context = SealedBallot.ShareContext(attempt, identity.Public);
        ImmutableArray<ReadOnlyMemory<byte>> shares =
            [.. configuration.KeyHolders.Select(
                (holder, i) => (ReadOnlyMemory<byte>)Seal(ballot.EncodeShare(i + 1), holder.Identity, context))];
        var manifest = new UpdateManifest
        {
            Attempt = attempt,
            StartedFrom = startsFrom,
            Shape = UpdateShape.Ballot,
            ChunksRoot = DigestList.Root([]),
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

    private static byte[] Seal(byte[] share, PublicIdentity holder, EnvelopeContext context)
    {
        try
        {
            return Envelope.Seal(share, holder, context);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(share);
        }
    }
}

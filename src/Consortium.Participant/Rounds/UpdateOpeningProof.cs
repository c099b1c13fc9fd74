using System.Collections.Immutable;
using System.Security.Cryptography;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Sampling;
using Consortium.Hosting.Secrets;
using Consortium.Hosting.Telemetry;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Rounds;

/// <summary>
/// A bank's opening proof for the place where a sum does not open: what it sends to show that its own update is not why.
/// </summary>
internal static class UpdateOpeningProof
{
    /// <summary>Draws, seals and proves the opening proof, and signs it: a message for each key holder, in order.</summary>
    /// <param name="update">What this bank sent.</param>
    /// <param name="disputed">Where the sum does not open.</param>
    /// <param name="chunk">The disputed chunk of the update; empty when the dispute is about the sum of keys.</param>
    /// <param name="kept">What the update is encrypted under; stays the caller's to erase.</param>
    /// <param name="secrets">The bank's of the session.</param>
    /// <returns>Null when the update itself is wrong there.</returns>
    public static ImmutableArray<OpeningProofSubmitted>? Create(
        Signed<UpdateManifest> update,
        SumDisputed disputed,
        ReadOnlyMemory<byte> chunk,
        KeptKey kept,
        SessionPlan plan,
        ConsortiumConfiguration configuration,
        PrivateIdentity identity,
        SessionSecrets secrets)
    {
        using Instruments.Work work = Instruments.Measure("prove opening", disputed.Attempt);
        var statement = new OpeningStatement(
            update.Statement.Shape.LayoutFor(plan), AttemptSeed.Of(disputed.Attempt), disputed.Place, chunk,
            configuration.Threshold, configuration.KeyHolders.Length);
        while (OpeningProof.Draw(statement, kept.Key, kept.Shares, RandomSource.OperatingSystem) is { } drawn)
        {
            using (drawn)
            {
                ImmutableArray<byte[]> envelopes =
                    [.. configuration.KeyHolders.Select(
                        (holder, index) => SessionKeyList.Has(update.Statement.SessionKeys, index)
                            ? Seal(drawn, index + 1, holder.Id, disputed.Attempt, identity, secrets)
                            : [])];
                ImmutableArray<Digest> digests = [.. envelopes.Select(envelope => Digest.Of(envelope))];
                if (drawn.TryProve(
                    SealedOpeningProof.Challenge(update.Digest, disputed.CohortDigest, disputed.Place, digests).ToArray(),
                    out byte[]? proof))
                {
                    Signed<OpeningProofManifest> manifest = Signed<OpeningProofManifest>.Create(
                        update.Sender,
                        new OpeningProofManifest
                        {
                            Attempt = disputed.Attempt,
                            CohortDigest = disputed.CohortDigest,
                            Place = disputed.Place,
                            SealedShareDigests = digests,
                            Proof = proof,
                        },
                        identity);
                    return [.. envelopes.Index().Where(envelope => envelope.Item.Length > 0).Select(
                        envelope => new OpeningProofSubmitted
                        {
                            Manifest = manifest,
                            Holder = configuration.KeyHolders[envelope.Index].Id,
                            SealedShare = envelope.Item,
                        })];
                }
            }
        }

        return null;
    }

    private static byte[] Seal(
        OpeningProof proof, int holder, PartyId receiver, AttemptId attempt, PrivateIdentity identity, SessionSecrets secrets)
    {
        byte[] share = proof.EncodeShare(holder);
        try
        {
            return secrets.SealShare(receiver, share, SealedOpeningProof.ShareContext(attempt, identity.Public));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(share);
        }
    }
}

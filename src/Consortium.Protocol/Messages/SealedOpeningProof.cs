using System.Collections.Immutable;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Proofs;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>
/// What holds of the parts of an opening proof that a bank seals: one to each key holder.
/// </summary>
public static class SealedOpeningProof
{
    /// <summary>No sealed part of an opening proof is longer; one takes about 80 KB.</summary>
    public const int MaximumBytes = 256 * 1024;

    /// <summary>No proof is longer; with T = 2 it takes about 10 KB.</summary>
    public const int MaximumProofBytes = 1024 * 1024;

    private const string ChallengeLabel = "consortium/1/opening-proof-challenge";
    private const string SharePurpose = "consortium/1/opening-proof-share";

    /// <summary>The context to seal a key holder's part under, and to open it under.</summary>
    public static EnvelopeContext ShareContext(AttemptId attempt, PublicIdentity participant) =>
        SealedShare.Context(attempt, participant, SharePurpose);

    /// <summary>The challenge of an opening proof: a bank cannot know it before everything is sealed.</summary>
    /// <param name="update">Digest of the update's manifest, which binds the ciphertext and the key's shares.</param>
    /// <param name="cohort">The disputed cohort.</param>
    /// <param name="place">Where its sum does not open.</param>
    /// <param name="sealedShares">Digests of all sealed parts, in the configuration's order.</param>
    public static Digest Challenge(Digest update, CohortDigest cohort, DisputedPlace place, ImmutableArray<Digest> sealedShares)
    {
        var writer = new CanonicalWriter();
        writer.Ascii(ChallengeLabel);
        writer.Digest(update);
        writer.Digest(cohort.Value);
        writer.Place(place);
        Lists.Write(writer, sealedShares);
        return Digest.Of(writer.Written);
    }
}

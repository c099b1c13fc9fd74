using System.Collections.Immutable;
using Consortium.Cryptography.Proofs;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A bank's opening proof for a disputed place: the proof that there its ciphertext is under the key that it shared, and that
/// what it encrypted is in range. Each key holder checks it with what the bank sealed to it.
/// </summary>
public sealed record OpeningProofManifest : IStatement<OpeningProofManifest>
{
    public static MessageType Type => MessageType.OpeningProofManifest;

    public static string Domain => "consortium/1/opening-proof-manifest";

    public static PartyRole Signer => PartyRole.Participant;

    public required AttemptId Attempt { get; init; }

    public required CohortDigest CohortDigest { get; init; }

    public required DisputedPlace Place { get; init; }

    /// <summary>Digest of the sealed part of the opening proof for each key holder, in the configuration's order.</summary>
    public required ImmutableArray<Digest> SealedShareDigests { get; init; }

    /// <summary><see cref="SealedOpeningProof.Challenge"/> gives what it is made for.</summary>
    public required ReadOnlyMemory<byte> Proof { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;

    public static OpeningProofManifest Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        CohortDigest = new CohortDigest(reader.Digest()),
        Place = reader.Place(),
        SealedShareDigests = Lists.Digests(ref reader, reader.Limits.KeyHolders, "sealed parts of an opening proof"),
        Proof = reader.Bytes(SealedOpeningProof.MaximumProofBytes, "an opening proof"),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.Digest(CohortDigest.Value);
        writer.Place(Place);
        Lists.Write(writer, SealedShareDigests);
        writer.Bytes(Proof.Span);
    }
}

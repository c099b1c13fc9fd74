using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A bank's word on its update for one attempt: what it started from, its shape, and digests of every chunk and every sealed key
/// share. As small for a large model as for a small one.
/// </summary>
public sealed record UpdateManifest : IStatement<UpdateManifest>
{
    public static MessageType Type => MessageType.UpdateManifest;

    public static string Domain => "consortium/3/update-manifest";

    public static PartyRole Signer => PartyRole.Participant;

    public required AttemptId Attempt { get; init; }

    /// <summary>The model state the update was computed from.</summary>
    public required StateDigest StartedFrom { get; init; }

    public required UpdateShape Shape { get; init; }

    /// <summary><see cref="DigestList.Root"/> of the digests of the chunks' bytes, in order.</summary>
    public required Digest ChunksRoot { get; init; }

    /// <summary>
    /// What the shares are sealed to: a <see cref="SessionKeyList"/>, as the aggregator opened the attempt with.
    /// </summary>
    public required ImmutableArray<Digest> SessionKeys { get; init; }

    /// <summary>
    /// Commitments to the <see cref="Consortium.Cryptography.Identity.BallotKey"/> that the bank has with each key holder of
    /// <see cref="SessionKeys"/>, in the configuration's order; zeros for the others. Empty in a ballot.
    /// </summary>
    public required ImmutableArray<Digest> BallotKeys { get; init; }

    /// <summary>Digest of the sealed key share for each key holder, in the configuration's order.</summary>
    public required ImmutableArray<Digest> SealedShareDigests { get; init; }

    /// <summary>
    /// That the shares lie on polynomials of degree T - 1. <see cref="SealedShare.Challenge"/> gives its weights. Of a ballot it
    /// is the public part: see <see cref="SealedBallot"/>.
    /// </summary>
    public required ReadOnlyMemory<byte> SharingProof { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;

    public static UpdateManifest Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        StartedFrom = new StateDigest(reader.Digest()),
        Shape = reader.Shape(),
        ChunksRoot = reader.Digest(),
        SessionKeys = Lists.Digests(ref reader, reader.Limits.KeyHolders, "session keys"),
        BallotKeys = Lists.Digests(ref reader, reader.Limits.KeyHolders, "commitments to ballot keys"),
        SealedShareDigests = Lists.Digests(ref reader, reader.Limits.KeyHolders, "sealed shares"),
        SharingProof = reader.Bytes(SealedShare.MaximumProofBytes, "a sharing proof"),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.Digest(StartedFrom.Value);
        writer.Shape(Shape);
        writer.Digest(ChunksRoot);
        Lists.Write(writer, SessionKeys);
        Lists.Write(writer, BallotKeys);
        Lists.Write(writer, SealedShareDigests);
        writer.Bytes(SharingProof.Span);
    }
}

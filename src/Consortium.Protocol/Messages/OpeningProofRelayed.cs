using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// All that one key holder needs to judge one bank's opening proof for a disputed place, each part signed by whom it is of.
/// </summary>
public sealed record OpeningProofRelayed : Message
{
    public override MessageType Type => MessageType.OpeningProofRelayed;

    public override PartyId Sender => OpeningProof.Sender;

    public override Digest Digest => OpeningProof.Digest;

    /// <summary>That the place is in dispute.</summary>
    public required DisputeRelayed Dispute { get; init; }

    public required Signed<OpeningProofManifest> OpeningProof { get; init; }

    /// <summary>The part of the opening proof that is sealed to this key holder.</summary>
    public required ReadOnlyMemory<byte> SealedShare { get; init; }

    /// <summary>The bank's update, as the cohort names it.</summary>
    public required Signed<UpdateManifest> Update { get; init; }

    /// <summary>The update's key share that is sealed to this key holder.</summary>
    public required ReadOnlyMemory<byte> SealedKeyShare { get; init; }

    /// <summary>Digest of each chunk of the update. Their root is in its manifest.</summary>
    public required ImmutableArray<Digest> ChunkDigests { get; init; }

    /// <summary>The disputed chunk of the update; empty when the dispute is about the sum of keys.</summary>
    public required ReadOnlyMemory<byte> Chunk { get; init; }

    internal static OpeningProofRelayed Read(ref CanonicalReader reader) => new()
    {
        Dispute = DisputeRelayed.Read(ref reader),
        OpeningProof = Signed<OpeningProofManifest>.Read(ref reader),
        SealedShare = reader.Bytes(SealedOpeningProof.MaximumBytes, "the sealed part of an opening proof"),
        Update = Signed<UpdateManifest>.Read(ref reader),
        SealedKeyShare = reader.Bytes(Messages.SealedShare.MaximumBytes, "a sealed key share"),
        ChunkDigests = Lists.Digests(ref reader, reader.Limits.Chunks, "chunk digests"),
        Chunk = reader.Bytes(Cryptography.Encryption.WireChunk.Size, "a chunk"),
    };

    internal override void Write(CanonicalWriter writer)
    {
        Dispute.Write(writer);
        OpeningProof.Write(writer);
        writer.Bytes(SealedShare.Span);
        Update.Write(writer);
        writer.Bytes(SealedKeyShare.Span);
        Lists.Write(writer, ChunkDigests);
        writer.Bytes(Chunk.Span);
    }
}

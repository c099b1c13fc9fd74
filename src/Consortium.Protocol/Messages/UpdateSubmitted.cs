using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A bank's update without its ciphertext, which follows in <see cref="ChunkFrame"/>s.
/// </summary>
public sealed record UpdateSubmitted : Message
{
    public override MessageType Type => MessageType.UpdateSubmitted;

    public override PartyId Sender => Manifest.Sender;

    public override Digest Digest => Manifest.Digest;

    public required Signed<UpdateManifest> Manifest { get; init; }

    /// <summary>Digest of each chunk's bytes. Their root is in the manifest.</summary>
    public required ImmutableArray<Digest> ChunkDigests { get; init; }

    /// <summary>
    /// The key's share for each key holder, in the configuration's order; nothing for one without a session key.
    /// </summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> SealedShares { get; init; }

    internal static UpdateSubmitted Read(ref CanonicalReader reader) => new()
    {
        Manifest = Signed<UpdateManifest>.Read(ref reader),
        ChunkDigests = Lists.Digests(ref reader, reader.Limits.Chunks, "chunk digests"),
        SealedShares = Lists.Sealed(ref reader, reader.Limits.KeyHolders, "sealed shares"),
    };

    internal override void Write(CanonicalWriter writer)
    {
        Manifest.Write(writer);
        Lists.Write(writer, ChunkDigests);
        Lists.Write(writer, SealedShares);
    }
}

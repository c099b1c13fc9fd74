using System.Collections.Immutable;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>Whether an update's chunk digests are those its manifest binds.</summary>
internal static class UpdateConsistency
{
    public static Refusal? OfChunks(UpdateManifest manifest, ImmutableArray<Digest> chunkDigests)
    {
        if (chunkDigests.Length != manifest.Shape.Chunks)
        {
            return new Refusal(RejectionReason.Inconsistent, $"{chunkDigests.Length} chunk digests for {manifest.Shape.Chunks} chunks");
        }

        return DigestList.Root(chunkDigests) == manifest.ChunksRoot
            ? null
            : new Refusal(RejectionReason.Inconsistent, "the chunk digests are not those of the manifest");
    }
}

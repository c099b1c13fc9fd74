using System.Collections.Immutable;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>Whether an update's chunk digests are those its manifest binds.</summary>
internal static class UpdateConsistency
{
    public static Rejection? OfChunks(UpdateManifest manifest, ImmutableArray<Digest> chunkDigests)
    {
        if (chunkDigests.Length != manifest.Shape.Chunks)
        {
            return new Rejection(
                RejectionReason.Inconsistent, $"{chunkDigests.Length} chunk digests for {manifest.Shape.Chunks} chunks");
        }

        return DigestList.Root(chunkDigests) == manifest.ChunksRoot
            ? null
            : new Rejection(RejectionReason.Inconsistent, "the chunk digests are not those of the manifest");
    }
}

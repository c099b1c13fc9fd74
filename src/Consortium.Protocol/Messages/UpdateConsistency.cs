using System.Collections.Immutable;
using Consortium.Primitives;

namespace Consortium.Protocol.Messages;

/// <summary>Whether an update's parts are those its manifest binds.</summary>
internal static class UpdateConsistency
{
    /// <summary>One commitment for each key holder of the list of session keys; none in a ballot.</summary>
    public static bool CommitsToBallotKeys(UpdateManifest manifest) => manifest.Shape.IsBallot
        ? manifest.BallotKeys.IsEmpty
        : manifest.BallotKeys.Length == manifest.SessionKeys.Length
            && manifest.BallotKeys.Index().All(key => key.Item != default == SessionKeyList.Has(manifest.SessionKeys, key.Index));

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

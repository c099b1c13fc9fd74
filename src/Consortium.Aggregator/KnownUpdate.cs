using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Aggregator;

/// <summary>
/// What the aggregator needs of an update to take its chunks, without its sealed shares, which are most of its message.
/// </summary>
internal sealed record KnownUpdate(
    Digest Source, PartyId Sender, AttemptId Attempt, UpdateShape Shape, ImmutableArray<Digest> ChunkDigests)
{
    public static KnownUpdate Of(UpdateSubmitted update) => new(
        update.Digest, update.Sender, update.Manifest.Statement.Attempt, update.Manifest.Statement.Shape, update.ChunkDigests);
}

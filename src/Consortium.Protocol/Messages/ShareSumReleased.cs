using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A key holder's share-sum for one cohort, sealed to each participant. The same bytes however often it is asked for.
/// </summary>
public sealed record ShareSumReleased : Message
{
    public override MessageType Type => MessageType.ShareSumReleased;

    public override PartyId Sender => Manifest.Sender;

    public override Digest Digest => Manifest.Digest;

    public required Signed<ShareSumManifest> Manifest { get; init; }

    /// <summary>The share-sum sealed to each of the session's participants, in the plan's order.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> SealedSums { get; init; }

    internal static ShareSumReleased Read(ref CanonicalReader reader) => new()
    {
        Manifest = Signed<ShareSumManifest>.Read(ref reader),
        SealedSums = Lists.Sealed(ref reader, reader.Limits.Participants, "sealed share-sums"),
    };

    internal override void Write(CanonicalWriter writer)
    {
        Manifest.Write(writer);
        Lists.Write(writer, SealedSums);
    }
}

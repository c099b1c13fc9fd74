using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// The aggregator asks one key holder to approve and then release a cohort.
/// </summary>
public sealed record CohortClosed : Message
{
    public override MessageType Type => MessageType.CohortClosed;

    public override PartyId Sender => Cohort.Sender;

    public override Digest Digest => Cohort.Digest;

    public required Signed<Cohort> Cohort { get; init; }

    /// <summary>One for each member, in order.</summary>
    public required ImmutableArray<Signed<UpdateManifest>> Manifests { get; init; }

    /// <summary>Each member's key share for the key holder this is sent to, in order.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> SealedShares { get; init; }

    /// <summary>Of a vote: banks whose ballots do not count, in order, with what shows it.</summary>
    public ImmutableArray<VoidBallot> Voids { get; init; } = [];

    internal static CohortClosed Read(ref CanonicalReader reader) => new()
    {
        Cohort = Signed<Cohort>.Read(ref reader),
        Manifests = Lists.Statements<UpdateManifest>(ref reader, reader.Limits.Participants, "manifests"),
        SealedShares = Lists.Sealed(ref reader, reader.Limits.Participants, "sealed shares"),
        Voids = Lists.VoidBallots(ref reader),
    };

    internal override void Write(CanonicalWriter writer)
    {
        Cohort.Write(writer);
        Lists.Write(writer, Manifests);
        Lists.Write(writer, SealedShares);
        Lists.Write(writer, Voids);
    }
}

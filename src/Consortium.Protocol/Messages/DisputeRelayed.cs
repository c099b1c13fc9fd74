using System.Collections.Immutable;
using Consortium.Cryptography.Proofs;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// More than half of a cohort's members dispute its sum at the same place: every member is asked to prove its opening there.
/// </summary>
public sealed record DisputeRelayed : Message
{
    public override MessageType Type => MessageType.DisputeRelayed;

    public override PartyId Sender => Cohort.Sender;

    public override Digest Digest => Cohort.Digest;

    public required Signed<Cohort> Cohort { get; init; }

    /// <summary>All of this cohort and of one place, each of another member.</summary>
    public required ImmutableArray<Signed<SumDisputed>> Disputes { get; init; }

    /// <summary>Where the sum does not open, by all of them.</summary>
    public DisputedPlace Place => Disputes.IsEmpty ? default : Disputes[0].Statement.Place;

    internal static DisputeRelayed Read(ref CanonicalReader reader) => new()
    {
        Cohort = Signed<Cohort>.Read(ref reader),
        Disputes = Lists.Statements<SumDisputed>(ref reader, reader.Limits.Participants, "disputes"),
    };

    internal override void Write(CanonicalWriter writer)
    {
        Cohort.Write(writer);
        Lists.Write(writer, Disputes);
    }
}

using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// The public record of a released round, for the operator: who took part, who approved and who released. Every part is signed by
/// whom it is of, and nothing in it opens anything. The cohort names each bank's manifest by its digest.
/// </summary>
public sealed record RoundRecorded : Message
{
    public override MessageType Type => MessageType.RoundRecorded;

    public override PartyId Sender => Cohort.Sender;

    public override Digest Digest => Cohort.Digest;

    public required Signed<Cohort> Cohort { get; init; }

    /// <summary>Of this cohort, from T key holders or more.</summary>
    public required ImmutableArray<Signed<CohortApproval>> Approvals { get; init; }

    /// <summary>Of this cohort, from T key holders or more.</summary>
    public required ImmutableArray<Signed<ShareSumManifest>> ShareSums { get; init; }

    /// <summary>Of a vote: banks whose ballots do not count, in order, with what shows it.</summary>
    public ImmutableArray<VoidBallot> Voids { get; init; } = [];

    internal static RoundRecorded Read(ref CanonicalReader reader) => new()
    {
        Cohort = Signed<Cohort>.Read(ref reader),
        Approvals = Lists.Statements<CohortApproval>(ref reader, reader.Limits.KeyHolders, "approvals"),
        ShareSums = Lists.Statements<ShareSumManifest>(ref reader, reader.Limits.KeyHolders, "share-sums"),
        Voids = Lists.VoidBallots(ref reader),
    };

    internal override void Write(CanonicalWriter writer)
    {
        Cohort.Write(writer);
        Lists.Write(writer, Approvals);
        Lists.Write(writer, ShareSums);
        Lists.Write(writer, Voids);
    }
}

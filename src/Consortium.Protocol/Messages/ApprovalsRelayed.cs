using System.Collections.Immutable;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// Key holders' approvals of one attempt, passed on to the other key holders.
/// </summary>
public sealed record ApprovalsRelayed : Message
{
    public override MessageType Type => MessageType.ApprovalsRelayed;

    public override PartyId Sender => Approvals.IsEmpty ? default : Approvals[0].Sender;

    public override Digest Digest => Approvals.IsEmpty ? default : Approvals[0].Digest;

    /// <summary>One from each of several key holders.</summary>
    public required ImmutableArray<Signed<CohortApproval>> Approvals { get; init; }

    internal static ApprovalsRelayed Read(ref CanonicalReader reader) => new()
    {
        Approvals = Lists.Statements<CohortApproval>(ref reader, reader.Limits.KeyHolders, "approvals"),
    };

    internal override void Write(CanonicalWriter writer)
    {
        Lists.Write(writer, Approvals);
    }
}

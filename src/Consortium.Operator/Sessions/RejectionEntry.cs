using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Operator.Sessions;

/// <summary>Something that a party rejected.</summary>
/// <param name="Position">The journal's number of the message.</param>
public sealed record RejectionEntry(PartyId By, Rejected Rejected, long At, long Position)
{
    /// <summary>The party does not take part in the session, or can no longer.</summary>
    public bool IsOfPlan => Rejected.SubjectType == MessageType.SessionPlan;
}

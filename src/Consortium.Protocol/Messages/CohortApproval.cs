using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Messages;

/// <summary>
/// A key holder promises to release this cohort and no other for this attempt. Its approvals in a session form a chain, so that
/// peers notice a ledger that went back in time.
/// </summary>
public sealed record CohortApproval : IStatement<CohortApproval>
{
    public static MessageType Type => MessageType.CohortApproval;

    public static string Domain => "consortium/1/cohort-approval";

    public static PartyRole Signer => PartyRole.KeyHolder;

    public required AttemptId Attempt { get; init; }

    public required CohortDigest CohortDigest { get; init; }

    /// <summary>Counted from 1: this holder's approvals in this session.</summary>
    public required long Sequence { get; init; }

    /// <summary>Digest of this holder's approval before this one; zeros for the first.</summary>
    public required Digest PreviousDigest { get; init; }

    public ConsortiumDigest Consortium => Attempt.Consortium;


    public static CohortApproval Read(ref CanonicalReader reader) => new()
    {
        Attempt = reader.Attempt(),
        CohortDigest = new CohortDigest(reader.Digest()),
        Sequence = reader.Sequence(),
        PreviousDigest = reader.Digest(),
    };

    public void Write(CanonicalWriter writer)
    {
        writer.Attempt(Attempt);
        writer.Digest(CohortDigest.Value);
        writer.Int64(Sequence);
        writer.Digest(PreviousDigest);
    }
}

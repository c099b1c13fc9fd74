using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Releases;

namespace Consortium.Protocol.Sessions;

/// <summary>What a key holder is to do next. One of the records nested here.</summary>
public abstract record KeyHolderEffect
{
    private KeyHolderEffect()
    {
    }

    /// <summary>Sign this and send it to the aggregator.</summary>
    public sealed record SendApproval(CohortApproval Approval) : KeyHolderEffect;

    /// <summary>
    /// Add up the cohort's key shares, seal the sum to each of the plan's participants, sign, and hand the message to
    /// <see cref="KeyHolderSession.Released"/>. Send nothing yet.
    /// </summary>
    public sealed record ReleaseShareSum(AttemptId Attempt, CohortDigest CohortDigest) : KeyHolderEffect;

    /// <summary>Append this to the participation ledger, and have it on disk, before any effect that follows.</summary>
    public sealed record Record(LedgerEntry.Participated Entry) : KeyHolderEffect;

    /// <summary>Send these very bytes to the aggregator.</summary>
    public sealed record SendRelease(ShareSumReleased Release) : KeyHolderEffect;

    /// <summary>Send the aggregator the session key that this key holder offered, as it signed it.</summary>
    public sealed record SendSessionKey : KeyHolderEffect;

    /// <summary>
    /// Take the secret that a bank agreed, and give it what opens the sums that were released before, if there are any.
    /// </summary>
    public sealed record AcceptSecret(PartyId Bank, SecretAgreed Agreed) : KeyHolderEffect;

    /// <summary>
    /// Show the aggregator, signed, what a bank sealed as a share of its ballot, and the ballot key that opens it. Nothing if
    /// they have none.
    /// </summary>
    public sealed record RevealBallotKey(AttemptId Attempt, PartyId Bank, Digest Ballot, ReadOnlyMemory<byte> Sealed)
        : KeyHolderEffect;

    /// <summary>Erase the session's keys, and every secret that was agreed under them.</summary>
    public sealed record EraseSessionKeys : KeyHolderEffect;

    /// <summary>Erase every key share of this attempt. They will not be asked for again.</summary>
    public sealed record DeleteShares(AttemptId Attempt) : KeyHolderEffect;

    /// <summary>Sign this and send it to the sender of what was rejected.</summary>
    public sealed record Reject(Rejected Rejected) : KeyHolderEffect;

    /// <summary>
    /// A key holder signed two approvals that no honest ledger gives: it equivocates, or was restored from a backup. Keep both as
    /// evidence and tell people.
    /// </summary>
    public sealed record Accuse(Signed<CohortApproval> First, Signed<CohortApproval> Second) : KeyHolderEffect;

    /// <summary>
    /// This key holder's own ledger is older than what it signed. It stays silent in this session; tell people.
    /// </summary>
    public sealed record Halt(string Detail) : KeyHolderEffect;
}

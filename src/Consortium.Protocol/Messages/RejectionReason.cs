namespace Consortium.Protocol.Messages;

/// <summary>Why a message was rejected. Values are on the wire.</summary>
public enum RejectionReason : byte
{
    /// <summary>The bytes are no message.</summary>
    Malformed = 1,

    /// <summary>Larger than the configuration allows.</summary>
    Oversized = 2,

    /// <summary>The sender is not in the configuration.</summary>
    UnknownSender = 3,

    /// <summary>The sender's role may not say this.</summary>
    WrongRole = 4,

    /// <summary>Bound to another configuration.</summary>
    WrongConsortium = 5,

    /// <summary>The signature is not the sender's over these bytes.</summary>
    BadSignature = 6,

    /// <summary>Parts of the message contradict each other, or a digest does not fit what it is the digest of.</summary>
    Inconsistent = 7,

    /// <summary>No plan of this session has been accepted here.</summary>
    UnknownSession = 8,

    /// <summary>The session is paused or over.</summary>
    SessionNotRunning = 9,

    /// <summary>A round other than the current one.</summary>
    WrongRound = 10,

    /// <summary>An attempt other than the current one.</summary>
    WrongAttempt = 11,

    /// <summary>The plan or a bank's own policy does not allow it.</summary>
    NotAllowed = 12,

    /// <summary>Fewer members than the minimum cohort.</summary>
    CohortTooSmall = 13,

    /// <summary>The same party said something else before.</summary>
    Contradicted = 14,

    /// <summary>This key holder promised or released another cohort of the round.</summary>
    AlreadyPromised = 15,

    /// <summary>Started from another model state.</summary>
    Diverged = 16,

    /// <summary>This key holder's ledger is older than what it signed.</summary>
    LedgerHalted = 17,

    /// <summary>Sealed bytes do not open, or a sum does not pass its noise check.</summary>
    Spoiled = 18,

    /// <summary>
    /// With the sums of earlier sessions, what would be released tells fewer than three banks, or too few days.
    /// </summary>
    LedgerConflict = 19,

    /// <summary>The members' tags do not add up to that of the sum: the aggregator passes off another sum.</summary>
    WrongSum = 20,

    /// <summary>
    /// What is sealed is sealed to another key than the one that the key holder offered in this session, or to too few key
    /// holders.
    /// </summary>
    WrongSessionKey = 21,
}

namespace Consortium.Protocol.Messages;

/// <summary>Why an attempt was given up. Values are on the wire.</summary>
public enum AbandonmentReason : byte
{
    /// <summary>The deadline passed with fewer updates than the minimum cohort.</summary>
    TooFewUpdates = 1,

    /// <summary>So many key holders rejected the cohort that it can never gather enough approvals.</summary>
    Rejected = 2,

    /// <summary>The operator ended the session.</summary>
    Aborted = 3,

    /// <summary>Members gave no tag of their updates, or one that is not of their chunks.</summary>
    MissingTags = 4,

    /// <summary>The aggregator found that the sum it stored is not that of the updates.</summary>
    DamagedSum = 5,

    /// <summary>Too few of the key holders that had a session key answer, and others have offered one since.</summary>
    MissingApprovals = 6,
}

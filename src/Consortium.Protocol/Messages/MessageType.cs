namespace Consortium.Protocol.Messages;

/// <summary>The byte that says what a message is. Values are on the wire: never reuse one.</summary>
public enum MessageType : byte
{
    SessionPlan = 1,
    SessionControl = 2,
    RoundOpened = 3,
    UpdateManifest = 4,
    Cohort = 5,
    CohortApproval = 6,
    ShareSumManifest = 7,
    ModelAdvanced = 8,
    AttemptAbandoned = 9,
    AttemptWithdrawn = 10,
    Rejected = 11,
    CatchUpRequested = 12,
    UpdateSubmitted = 13,
    CohortClosed = 14,
    ApprovalsRelayed = 15,
    ShareSumReleased = 16,
    AggregateReleased = 17,
}

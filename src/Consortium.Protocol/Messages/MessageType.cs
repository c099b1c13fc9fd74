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
    Rejected = 10,
    CatchUpRequested = 11,
    UpdateSubmitted = 12,
    CohortClosed = 13,
    ApprovalsRelayed = 14,
    ShareSumReleased = 15,
    AggregateReleased = 16,
    SessionStatusReported = 17,
    RoundRecorded = 18,
    SumDisputed = 19,
    DisputeRelayed = 20,
    OpeningProofManifest = 21,
    OpeningProofSubmitted = 22,
    OpeningProofRelayed = 23,
    OpeningProofJudged = 24,
    UpdateTag = 25,
}

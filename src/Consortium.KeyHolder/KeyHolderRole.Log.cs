using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.KeyHolder;

internal sealed partial class KeyHolderRole
{
    [LoggerMessage(400, LogLevel.Information, "Joined session {Session}")]
    private static partial void LogJoined(ILogger logger, SessionId session);

    [LoggerMessage(401, LogLevel.Information, "Approved cohort {Cohort} for {Attempt}")]
    private static partial void LogApproved(ILogger logger, AttemptId attempt, CohortDigest cohort);

    [LoggerMessage(402, LogLevel.Information, "Released the share-sum of cohort {Cohort} for {Attempt}")]
    private static partial void LogReleased(ILogger logger, AttemptId attempt, CohortDigest cohort);

    [LoggerMessage(403, LogLevel.Warning, "{By} rejected this key holder's {Subject}: {Reason}, {Detail}")]
    private static partial void LogRejected(
        ILogger logger, PartyId by, MessageType subject, RejectionReason reason, string detail);

    [LoggerMessage(
        404, LogLevel.Critical,
        "{Peer} signed approvals that contradict each other, for {First} and for {Second}; both are kept as evidence")]
    private static partial void LogAccused(ILogger logger, PartyId peer, AttemptId first, AttemptId second);

    [LoggerMessage(406, LogLevel.Information, "{Bank} proves its opening of the place where the sum of {Attempt} does not open")]
    private static partial void LogOpeningProofHolds(ILogger logger, PartyId bank, AttemptId attempt);

    [LoggerMessage(
        407, LogLevel.Error, "{Bank} does not prove its opening of the place where the sum of {Attempt} does not open: {Detail}")]
    private static partial void LogOpeningProofFailed(ILogger logger, PartyId bank, AttemptId attempt, string detail);

    [LoggerMessage(408, LogLevel.Information, "The participation ledger has the cohort of session {Session} over {Window}")]
    private static partial void LogRecorded(ILogger logger, SessionId session, DataWindow window);

    [LoggerMessage(409, LogLevel.Information, "Session {Session} has ended: its keys are erased")]
    private static partial void LogErased(ILogger logger, SessionId session);

    [LoggerMessage(410, LogLevel.Warning, "Nothing was heard of session {Session} for 14 days: it is taken to be over")]
    private static partial void LogExpired(ILogger logger, SessionId session);

    [LoggerMessage(411, LogLevel.Error, "Sessions of which nothing is heard were not looked for; tried again in an hour")]
    private static partial void LogNotExpired(ILogger logger, Exception failure);

    [LoggerMessage(405, LogLevel.Critical, "This key holder takes no further part in the session: {Detail}")]
    private static partial void LogHalted(ILogger logger, string detail);
}

using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Participant;

internal sealed partial class ParticipantRole
{
    [LoggerMessage(300, LogLevel.Information, "Joined session {Session}, '{Name}'")]
    private static partial void LogJoined(ILogger logger, SessionId session, string name);

    [LoggerMessage(301, LogLevel.Warning, "Rejected the plan of session {Session}: {Detail}")]
    private static partial void LogRejectedPlan(ILogger logger, SessionId session, string detail);

    [LoggerMessage(302, LogLevel.Information, "Sent the update for {Attempt}: {Shape}")]
    private static partial void LogSubmitted(ILogger logger, AttemptId attempt, UpdateShape shape);

    [LoggerMessage(303, LogLevel.Information, "Advanced to {State} with {Attempt}")]
    private static partial void LogAdvanced(ILogger logger, AttemptId attempt, StateDigest state);

    [LoggerMessage(
        304, LogLevel.Critical,
        "This bank diverged at {Attempt}: its model is in state {Own}, the others' in {Others}. It sends no updates to that "
            + "session")]
    private static partial void LogDiverged(ILogger logger, AttemptId attempt, StateDigest own, StateDigest others);

    [LoggerMessage(305, LogLevel.Warning, "{By} rejected this bank's {Subject}: {Reason}, {Detail}")]
    private static partial void LogRejected(
        ILogger logger, PartyId by, MessageType subject, RejectionReason reason, string detail);

    [LoggerMessage(306, LogLevel.Warning, "Given up: {Attempt}, {Reason}: {Detail}")]
    private static partial void LogAbandoned(ILogger logger, AttemptId attempt, AbandonmentReason reason, string detail);

    [LoggerMessage(307, LogLevel.Error, "The sum of {Attempt} does not open: {Detail}")]
    private static partial void LogSpoiled(ILogger logger, AttemptId attempt, string detail);

    [LoggerMessage(308, LogLevel.Error, "{Holder} released a wrong share-sum for {Attempt}; the sum opened without it")]
    private static partial void LogWrongShareSum(ILogger logger, PartyId holder, AttemptId attempt);

    [LoggerMessage(309, LogLevel.Critical, "This bank cannot take part in session {Session}: {Detail}")]
    private static partial void LogStuck(ILogger logger, SessionId session, string detail);

    [LoggerMessage(310, LogLevel.Information, "Session {Session} is complete; the model is {State}")]
    private static partial void LogCompleted(ILogger logger, SessionId session, StateDigest state);

    [LoggerMessage(311, LogLevel.Warning, "Session {Session} is complete, but its rounds did not suffice to finish the model")]
    private static partial void LogUnfinished(ILogger logger, SessionId session);

    [LoggerMessage(
        313, LogLevel.Warning,
        "Session {Session} is complete, and its model is not adopted: {Vote}. This bank keeps the model it had")]
    private static partial void LogNotAdopted(ILogger logger, SessionId session, VoteTally vote);

    [LoggerMessage(
        314, LogLevel.Information,
        "{Holder} finds that {Bank} proves its opening of the place where the sum of {Attempt} does not open")]
    private static partial void LogOpeningProofHolds(ILogger logger, PartyId holder, PartyId bank, AttemptId attempt);

    [LoggerMessage(
        315, LogLevel.Error,
        "{Holder} finds that {Bank} does not prove its opening of the place where the sum of {Attempt} does not open: {Detail}")]
    private static partial void LogOpeningProofFailed(
        ILogger logger, PartyId holder, PartyId bank, AttemptId attempt, string detail);

    [LoggerMessage(316, LogLevel.Critical, "This bank cannot prove the opening of its update of {Attempt}: {Detail}")]
    private static partial void LogOpeningProofImpossible(ILogger logger, AttemptId attempt, string detail);

    [LoggerMessage(317, LogLevel.Information, "The participation ledger has the cohort of session {Session} over {Window}")]
    private static partial void LogRecorded(ILogger logger, SessionId session, DataWindow window);

    [LoggerMessage(318, LogLevel.Critical, "Rejected the sum of {Attempt}: {Detail}")]
    private static partial void LogWrongSum(ILogger logger, AttemptId attempt, string detail);

    [LoggerMessage(
        319, LogLevel.Critical, "This bank cannot give its tag for {Attempt}: its disk lost the ciphertext that it sent")]
    private static partial void LogLostUpdate(ILogger logger, AttemptId attempt);

    [LoggerMessage(321, LogLevel.Warning, "{Bank} is left out of the vote of {Attempt}, for what it sent is no ballot")]
    private static partial void LogVoidBallot(ILogger logger, PartyId bank, AttemptId attempt);

    [LoggerMessage(312, LogLevel.Error, "Training waits for the disk and is tried again")]
    private static partial void LogPutOff(ILogger logger, Exception exception);

    [LoggerMessage(322, LogLevel.Information, "Session {Session} has ended: its keys are erased")]
    private static partial void LogErased(ILogger logger, SessionId session);

    [LoggerMessage(323, LogLevel.Warning, "Nothing was heard of session {Session} for 14 days: its keys are erased")]
    private static partial void LogExpired(ILogger logger, SessionId session);
}

using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Aggregator;

internal sealed partial class SessionTransaction
{
    [LoggerMessage(300, LogLevel.Information, "Asked for updates for {Attempt}")]
    private static partial void LogOpened(ILogger logger, AttemptId attempt);

    [LoggerMessage(301, LogLevel.Warning, "Rejected a {Subject} of {To}: {Reason}, {Detail}")]
    private static partial void LogRejected(
        ILogger logger, PartyId to, MessageType subject, RejectionReason reason, string detail);

    [LoggerMessage(302, LogLevel.Warning, "{Attempt} is abandoned: {Reason}, {Detail}")]
    private static partial void LogAbandoned(ILogger logger, AttemptId attempt, AbandonmentReason reason, string detail);

    [LoggerMessage(303, LogLevel.Warning, "{Attempt} waits for {Missing}")]
    private static partial void LogMissing(ILogger logger, AttemptId attempt, string missing);

    [LoggerMessage(304, LogLevel.Error, "{Bank} holds model state {Own}, the others {Others}")]
    private static partial void LogDiverged(ILogger logger, PartyId bank, StateDigest own, StateDigest others);

    [LoggerMessage(305, LogLevel.Warning, "{By} rejected a {Subject}: {Reason}, {Detail}")]
    private static partial void LogReported(
        ILogger logger, PartyId by, MessageType subject, RejectionReason reason, string detail);

    [LoggerMessage(306, LogLevel.Error, "The session stops at {Attempt}: {Detail}")]
    private static partial void LogStalled(ILogger logger, AttemptId attempt, string detail);

    [LoggerMessage(307, LogLevel.Information, "Session {Session} is done; most banks hold model state {State}")]
    private static partial void LogCompleted(ILogger logger, SessionId session, StateDigest state);
}

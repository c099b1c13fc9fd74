using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Aggregator;

internal sealed partial class Retention
{
    [LoggerMessage(330, LogLevel.Information, "Deleted what session {Session} left; its time of retention is over")]
    private static partial void LogDeleted(ILogger logger, SessionId session);

    [LoggerMessage(331, LogLevel.Information, "Freed {Bytes} bytes of ciphertext")]
    private static partial void LogFreed(ILogger logger, long bytes);

    [LoggerMessage(332, LogLevel.Warning, "What retention owes could not be deleted; trying again in an hour")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}

using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Aggregator;

internal sealed partial class Summation
{
    [LoggerMessage(320, LogLevel.Information, "Summed {Updates} updates of {Chunks} chunks for {Attempt}")]
    private static partial void LogSummed(ILogger logger, AttemptId attempt, int updates, int chunks);

    [LoggerMessage(321, LogLevel.Warning, "Chunks of {Bank} are not what it signed: {Reason}, {Detail}")]
    private static partial void LogWrongChunks(ILogger logger, PartyId bank, RejectionReason reason, string detail);

    [LoggerMessage(322, LogLevel.Error, "{Work} failed on storage and is tried again")]
    private static partial void LogFailed(ILogger logger, Work work, Exception exception);
}

using Consortium.Protocol.Configuration;
using Microsoft.Extensions.Logging;

namespace Consortium.Scoring;

public sealed partial class ScorerDaemon
{
    [LoggerMessage(
        EventId = 1, Level = LogLevel.Information,
        Message = "{Self} scores at {Address} with {Offers} models, in the consortium of configuration {Configuration}.")]
    private static partial void LogStarted(ILogger logger, PartyId self, Uri address, int offers, ConsortiumDigest configuration);

    [LoggerMessage(EventId = 2, Level = LogLevel.Critical, Message = "{Self} ends: {Reason}")]
    private static partial void LogEnded(ILogger logger, PartyId self, string reason);
}

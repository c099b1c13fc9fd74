using Consortium.Primitives;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.Daemons;

public sealed partial class Daemon
{
    [LoggerMessage(200, LogLevel.Information, "{Party}, {Role} of consortium {Digest}, is on the bus")]
    private static partial void LogStarted(ILogger logger, PartyId party, PartyRole role, ConsortiumDigest digest);

    [LoggerMessage(201, LogLevel.Critical, "{Party} ends")]
    private static partial void LogFailed(ILogger logger, PartyId party, Exception exception);

    /// <summary>What the message says, people can mend: no stack would tell them more.</summary>
    [LoggerMessage(202, LogLevel.Critical, "{Party} ends: {Problem}")]
    private static partial void LogEnded(ILogger logger, PartyId party, string problem);
}

using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.Bus;

internal sealed partial class FrameConsumer
{
    [LoggerMessage(110, LogLevel.Warning, "{Party} rejected a frame of {Bytes} bytes from '{Sender}': {Reason}")]
    private static partial void LogRejected(ILogger logger, PartyId party, string sender, int bytes, string reason);

    [LoggerMessage(111, LogLevel.Warning, "{Party}'s handler failed; the frame is handled again in {Delay}")]
    private static partial void LogHandlerFailed(ILogger logger, PartyId party, TimeSpan delay, Exception exception);

    [LoggerMessage(
        112, LogLevel.Error, "{Party}'s handler failed on a frame from {Sender} each time; the frame is dead-lettered")]
    private static partial void LogHandlerGaveUp(ILogger logger, PartyId party, PartyId sender, Exception exception);

    [LoggerMessage(
        113, LogLevel.Warning, "{Party} could not finish a frame from {Sender} within {Limit}; it goes back and comes again")]
    private static partial void LogHeldTooLong(
        ILogger logger, PartyId party, PartyId sender, TimeSpan limit, Exception exception);
}

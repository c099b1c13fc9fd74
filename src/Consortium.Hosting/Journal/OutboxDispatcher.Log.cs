using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.Journal;

public sealed partial class OutboxDispatcher
{
    [LoggerMessage(130, LogLevel.Warning, "The outbox could not be read; trying again in {Delay}")]
    private static partial void LogOutboxUnreadable(ILogger logger, TimeSpan delay, Exception exception);

    [LoggerMessage(131, LogLevel.Warning, "Frames to {Recipient} were not confirmed; they are sent again in {Delay}")]
    private static partial void LogNotSent(ILogger logger, PartyId recipient, TimeSpan delay, Exception exception);
}

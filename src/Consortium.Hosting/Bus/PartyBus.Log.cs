using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.Bus;

public sealed partial class PartyBus
{
    [LoggerMessage(100, LogLevel.Warning, "A frame of {Party} was not confirmed; it is sent again in {Delay}")]
    private static partial void LogSendFailed(ILogger logger, PartyId party, TimeSpan delay, Exception exception);
}

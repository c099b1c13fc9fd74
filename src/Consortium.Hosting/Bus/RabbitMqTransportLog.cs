using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.Bus;

internal static partial class RabbitMqTransportLog
{
    [LoggerMessage(120, LogLevel.Warning, "No connection to {Broker} yet; trying again in {Delay}")]
    public static partial void NotConnected(ILogger logger, BrokerAddress broker, TimeSpan delay, Exception exception);
}

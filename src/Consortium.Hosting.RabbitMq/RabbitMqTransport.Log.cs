using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.RabbitMq;

public sealed partial class RabbitMqTransport
{
    [LoggerMessage(120, LogLevel.Warning, "No connection to {Broker} yet; trying again in {Delay}")]
    private static partial void LogNotConnected(ILogger logger, BrokerAddress broker, TimeSpan delay, Exception exception);
}

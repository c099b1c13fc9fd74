using Consortium.Protocol.Configuration;
using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.RabbitMq;

public sealed partial class RabbitMqTransport
{
    [LoggerMessage(120, LogLevel.Warning, "No connection to {Broker} yet; trying again in {Delay}")]
    private static partial void LogNotConnected(ILogger logger, BrokerAddress broker, TimeSpan delay, Exception exception);

    [LoggerMessage(123, LogLevel.Information, "Renewed credentials are in use at {Broker}")]
    private static partial void LogRenewed(ILogger logger, BrokerAddress broker);

    [LoggerMessage(124, LogLevel.Warning, "{Party}: {Problem}")]
    private static partial void LogNotRenewed(ILogger logger, PartyId party, string problem);

    [LoggerMessage(125, LogLevel.Warning, "{Party} makes its connections again: the broker has no consumer of its queue")]
    private static partial void LogConsumerLost(ILogger logger, PartyId party);

    [LoggerMessage(126, LogLevel.Warning, "Waiting: {Problem}")]
    private static partial void LogTaken(ILogger logger, string problem);
}

using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Hosting.RabbitMq;

internal sealed partial class BrokerWatch
{
    [LoggerMessage(121, LogLevel.Warning, "{Party}: {Problem}")]
    private static partial void LogProblem(ILogger logger, PartyId party, string problem);

    [LoggerMessage(122, LogLevel.Debug, "Not watching {Broker} for now")]
    private static partial void LogNotWatching(ILogger logger, BrokerAddress broker, Exception exception);
}

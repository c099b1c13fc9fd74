using Microsoft.Extensions.Logging;

namespace Consortium.Aggregator;

internal sealed partial class AggregatorRole
{
    [LoggerMessage(340, LogLevel.Error, "Sessions' deadlines wait for the disk and are looked at again")]
    private static partial void LogNotReminded(ILogger logger, Exception exception);
}

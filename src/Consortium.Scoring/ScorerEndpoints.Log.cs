using Microsoft.Extensions.Logging;

namespace Consortium.Scoring;

internal sealed partial class ScorerEndpoints
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "A request was rejected, for storage failed: {Reason}")]
    private static partial void LogStorageFailed(ILogger logger, string reason);
}

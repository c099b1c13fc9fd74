using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Aggregator;

internal sealed partial class TagCheck
{
    [LoggerMessage(
        350, LogLevel.Error, "{Bank} signed a tag for {Attempt} that is not that of its chunks; the tag does not count")]
    private static partial void LogWrongTag(ILogger logger, PartyId bank, AttemptId attempt);

    [LoggerMessage(
        351, LogLevel.Critical,
        "The sum stored for {Attempt} is not that of the updates stored; the attempt is given up. Check the disk")]
    private static partial void LogWrongSum(ILogger logger, AttemptId attempt);
}

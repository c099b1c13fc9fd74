using Consortium.Primitives;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace Consortium.Participant.Data;

internal sealed partial class DataWatch
{
    [LoggerMessage(ParticipantDaemon.DataReadEvent, LogLevel.Information, "Took {Files} files: {Rows} payments of this bank, with their features")]
    private static partial void LogRead(ILogger logger, int files, int rows);

    [LoggerMessage(321, LogLevel.Error, "{File} is left out: {Detail}")]
    private static partial void LogLeftOut(ILogger logger, string file, string detail);

    [LoggerMessage(322, LogLevel.Information, "Scored {Rows} payments; alerts are in {File}")]
    private static partial void LogScored(ILogger logger, int rows, string file);
}

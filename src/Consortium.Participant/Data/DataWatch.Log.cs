using Microsoft.Extensions.Logging;

namespace Consortium.Participant.Data;

internal sealed partial class DataWatch
{
    [LoggerMessage(
        DataReadEvent, LogLevel.Information,
        "Took {Files} files: {Rows} payments of this bank, with their features")]
    private static partial void LogRead(ILogger logger, int files, int rows);

    [LoggerMessage(321, LogLevel.Error, "{File} is set aside: {Detail}")]
    private static partial void LogLeftOut(ILogger logger, string file, string detail);

    [LoggerMessage(322, LogLevel.Information, "Scored {Rows} payments; alerts are in {File}")]
    private static partial void LogScored(ILogger logger, int rows, string file);

    [LoggerMessage(325, LogLevel.Warning, "{File} is taken, but not all of it: {Detail}")]
    private static partial void LogRemarks(ILogger logger, string file, string detail);

    [LoggerMessage(326, LogLevel.Warning, "{File} is not read: {Detail}")]
    private static partial void LogSkipped(ILogger logger, string file, string detail);

    [LoggerMessage(327, LogLevel.Warning, "{File} waits until it is whole: {Detail}")]
    private static partial void LogWaiting(ILogger logger, string file, string detail);

    [LoggerMessage(328, LogLevel.Warning, "{File} has new content since it was taken: it is read as new payments")]
    private static partial void LogReplaced(ILogger logger, string file);

    [LoggerMessage(329, LogLevel.Warning, "The saved data is not used, and every file is read again: {Detail}")]
    private static partial void LogNotLoaded(ILogger logger, string detail);

    [LoggerMessage(330, LogLevel.Information, "Loaded {Batches} batches of saved data: {Rows} payments of this bank")]
    private static partial void LogLoaded(ILogger logger, int batches, int rows);

    [LoggerMessage(331, LogLevel.Error, "The data that was read again is not saved yet; it is tried again: {Detail}")]
    private static partial void LogNotSaved(ILogger logger, string detail);

    [LoggerMessage(
        332, LogLevel.Warning,
        "Looking through {Folder} takes {Took}, so it is looked through every {Pause}: move files that were taken elsewhere")]
    private static partial void LogSlowLook(ILogger logger, string folder, TimeSpan took, TimeSpan pause);
}

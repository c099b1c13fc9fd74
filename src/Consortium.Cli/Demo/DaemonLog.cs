using System.Collections.Concurrent;
using Consortium.Participant;
using Microsoft.Extensions.Logging;

namespace Consortium.Cli.Demo;

/// <summary>What the daemons in this process log: errors are kept for the person, the rest goes by.</summary>
internal sealed class DaemonLog(Action<string>? verbose) : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _warnings = new();
    private readonly Action<string>? _verbose = verbose;
    private volatile Exception? _failure;
    private int _dataReads;

    /// <summary>What ended a daemon; null while none ended.</summary>
    public Exception? Failure => _failure;

    /// <summary>How many banks have read their data.</summary>
    public int DataReads => Volatile.Read(ref _dataReads);

    /// <summary>Warnings and errors, the latest last.</summary>
    public IReadOnlyList<string> Warnings => [.. _warnings];

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(DaemonLog log) : ILogger
    {
        private const int Kept = 20;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id == ParticipantDaemon.DataReadEvent)
            {
                Interlocked.Increment(ref log._dataReads);
            }

            if (logLevel < (log._verbose is null ? LogLevel.Warning : LogLevel.Information))
            {
                return;
            }

            string line = exception is null ? formatter(state, null) : $"{formatter(state, exception)}: {exception.Message}";
            log._verbose?.Invoke(line);
            if (logLevel >= LogLevel.Critical && exception is not null)
            {
                Interlocked.CompareExchange(ref log._failure, exception, null);
            }

            if (logLevel >= LogLevel.Warning)
            {
                log._warnings.Enqueue(line);
                while (log._warnings.Count > Kept)
                {
                    log._warnings.TryDequeue(out _);
                }
            }
        }
    }
}

using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Hosting.Bus;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consortium.Cli.Sessions;

/// <summary>What the operator's commands have in common: sitting down at the desk, and finding the session that was meant.</summary>
internal static class OperatorRun
{
    /// <summary>Runs <paramref name="work"/> with the desk on the bus.</summary>
    public static async Task<ExitCode> ConnectedAsync(
        ParseResult parsed, Terminal terminal, Func<OperatorClient, Task<ExitCode>> work, CancellationToken cancellationToken)
    {
        OperatorFiles files = await OperatorFiles.ReadAsync(parsed, terminal, cancellationToken);
        using (files.Options.Identity)
        {
            using ILoggerFactory loggers = Loggers(parsed);
            await using OperatorClient desk = await OperatorClient.ConnectAsync(files.Options, files.Data, files.Broker, TimeProvider.System, loggers, cancellationToken);
            return await work(desk);
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> on the journal after a look into the queue. Without a broker it works on what is known, and says so.
    /// </summary>
    public static async Task<ExitCode> WithJournalAsync(
        ParseResult parsed, Terminal terminal, Func<OperatorJournal, ConsortiumConfiguration, Task<ExitCode>> work, CancellationToken cancellationToken)
    {
        if (!parsed.GetValue(OperatorOptions.Offline))
        {
            try
            {
                await ConnectedAsync(
                    parsed,
                    terminal,
                    async desk =>
                    {
                        await desk.DrainAsync(cancellationToken);
                        return ExitCode.Done;
                    },
                    cancellationToken);
            }
            catch (Exception exception) when (exception is BusException or CommandException { Code: ExitCode.NotReached or ExitCode.Rejected })
            {
                terminal.Note($"{exception.Message} What follows is what was known before.");
            }
        }

        ConsortiumConfiguration configuration = OperatorFiles.Home(parsed).ReadConfiguration();
        using OperatorJournal journal = OperatorJournal.Open(OperatorFiles.DataFolder(parsed, configuration), configuration.Limits, TimeProvider.System);
        return await work(journal, configuration);
    }

    /// <summary>The session that a name or the first digits of an identifier mean; the newest when neither is given.</summary>
    /// <exception cref="CommandException">None, or several.</exception>
    public static async Task<SessionLog> FindAsync(OperatorJournal journal, string? session, CancellationToken cancellationToken)
    {
        IReadOnlyList<SessionId> all = await journal.SessionsAsync(cancellationToken);
        if (all.Count == 0)
        {
            throw new CommandException(ExitCode.BadInput, "No session is known here yet. Start one with `session start`, or name the folder of the operator's journal with --data.");
        }

        if (session is null)
        {
            return await journal.ReadAsync(all[^1], cancellationToken);
        }

        SessionId[] byId = [.. all.Where(id => session.Length >= 4 && id.ToString().StartsWith(session, StringComparison.OrdinalIgnoreCase))];
        if (byId.Length == 1)
        {
            return await journal.ReadAsync(byId[0], cancellationToken);
        }

        var named = new List<SessionLog>();
        foreach (SessionId id in byId.Length > 0 ? byId : all)
        {
            SessionLog log = await journal.ReadAsync(id, cancellationToken);
            if (byId.Length > 0 || log.Plan?.Name == session)
            {
                named.Add(log);
            }
        }

        return named.Count switch
        {
            1 => named[0],
            0 => throw new CommandException(ExitCode.BadInput, $"No session '{session}' is known here. `session list` shows those that are."),
            _ => throw new CommandException(ExitCode.BadInput, $"'{session}' may be any of {string.Join(", ", named.Select(log => log.ShortId))}: give more of the identifier."),
        };
    }

    private static ILoggerFactory Loggers(ParseResult parsed) => parsed.GetValue(CommonOptions.Verbose)
        ? LoggerFactory.Create(logging => logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace))
        : NullLoggerFactory.Instance;
}

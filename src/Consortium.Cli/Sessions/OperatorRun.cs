using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Hosting.Bus;
using Consortium.Operator.Client;
using Consortium.Operator.Journal;
using Consortium.Operator.Sessions;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consortium.Cli.Sessions;

/// <summary>
/// What the operator's commands have in common: taking the operator's place on the bus, and finding the session that was meant.
/// </summary>
internal static class OperatorRun
{
    /// <summary>Runs <paramref name="work"/> with the operator on the bus.</summary>
    public static async Task<ExitCode> ConnectedAsync(
        ParseResult parsed, Terminal terminal, Func<OperatorClient, Task<ExitCode>> work, CancellationToken cancellationToken)
    {
        OperatorFiles files = await OperatorFiles.ReadAsync(parsed, terminal, cancellationToken);
        using (files.Options.Identity)
        {
            using ILoggerFactory loggers = Loggers(parsed);
            await using OperatorClient client = await ConnectAsync(files, loggers, cancellationToken);
            return await work(client);
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> on the journal after a look into the queue. Without a broker it works on what is known, and
    /// says so.
    /// </summary>
    public static async Task<ExitCode> WithJournalAsync(
        ParseResult parsed, Terminal terminal, Func<OperatorJournal, ConsortiumConfiguration, Task<ExitCode>> work,
        CancellationToken cancellationToken)
    {
        if (!parsed.GetValue(OperatorOptions.Offline))
        {
            try
            {
                await ConnectedAsync(
                    parsed,
                    terminal,
                    async client =>
                    {
                        await client.DrainAsync(cancellationToken);
                        return ExitCode.Done;
                    },
                    cancellationToken);
            }
            catch (Exception exception) when (
                exception is BusException or CommandException { Code: ExitCode.NotReached or ExitCode.Rejected })
            {
                terminal.Note($"{exception.Message} What follows is what was known before.");
            }
        }

        ConsortiumConfiguration configuration = OperatorFiles.Home(parsed).ReadConfiguration();
        using OperatorJournal journal = OperatorJournal.Open(
            OperatorFiles.DataFolder(parsed, configuration), configuration.Limits, TimeProvider.System);
        return await work(journal, configuration);
    }

    /// <summary>The session that a name or the first digits of an identifier mean; the newest when neither is given.</summary>
    /// <exception cref="CommandException">None, or several.</exception>
    public static async Task<SessionLog> FindAsync(OperatorJournal journal, string? session, CancellationToken cancellationToken)
    {
        try
        {
            return await journal.FindAsync(session, cancellationToken);
        }
        catch (SessionNotFoundException exception)
        {
            string fix = exception.IsEmpty
                ? "Start one with `session start`, or name the folder of the operator's journal with --data."
                : "`session list` shows those that are.";
            throw new CommandException(ExitCode.BadInput, $"{exception.Message} {fix}", exception);
        }
    }

    private static async Task<OperatorClient> ConnectAsync(
        OperatorFiles files, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        try
        {
            return await OperatorClient.ConnectAsync(
                files.Options, files.Data, files.Broker, TimeProvider.System, loggers, cancellationToken);
        }
        catch (BrokerSilentException exception)
        {
            throw new CommandException(
                ExitCode.NotReached, $"{exception.Message} Start it, or say with --broker where it is.", exception);
        }
        catch (QueueTakenException exception)
        {
            throw new CommandException(
                ExitCode.Rejected,
                $"{exception.Message} Stop that command, or use its folder with --data instead of {exception.Folder}.",
                exception);
        }
    }

    private static ILoggerFactory Loggers(ParseResult parsed) => parsed.GetValue(CommonOptions.Verbose)
        ? LoggerFactory.Create(logging => logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace))
        : NullLoggerFactory.Instance;
}

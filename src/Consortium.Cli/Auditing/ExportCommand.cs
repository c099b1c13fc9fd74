using System.CommandLine;
using System.Globalization;
using Consortium.Aggregator;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Enrolment;
using Consortium.Hosting.Sqlite;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Auditing;

/// <summary><c>audit export</c>: writes what an auditor needs of a session into one file.</summary>
internal static class ExportCommand
{
    private static readonly Option<DirectoryInfo> Data = new("--data")
    {
        Description = "The aggregator's data folder; its daemon may be running",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<string?> Session = new("--session", "-s")
    {
        Description = "The session: its name, or its identifier's first digits (default: the only one)",
    };

    private static readonly Option<int?> Round = new("--round")
    {
        Description = "One round only (default: all that were released)",
    };

    private static readonly Option<FileInfo> Output = new("--output", "-o")
    {
        Description = "The bundle to write; must not be there yet",
        HelpName = "FILE",
        Required = true,
    };

    public static Verb Create(Terminal terminal) => Verb.Create(
        "export",
        "Write a session's released rounds, with every bank's ciphertext, into a bundle that any member can verify",
        [
            "audit export --data consortium-home/aggregator/state --session spring --output spring.audit",
            "audit export --data /var/lib/consortium -s 4f1c --round 3 -o round-3.audit",
        ],
        [Data, Session, Round, Output, CommonOptions.Folder, CommonOptions.Json],
        (parsed, cancellationToken) => RunAsync(terminal, parsed, cancellationToken));

    private static async Task<ExitCode> RunAsync(Terminal terminal, ParseResult parsed, CancellationToken cancellationToken)
    {
        var home = new ConsortiumHome(parsed.GetRequiredValue(CommonOptions.Folder).FullName);
        ConsortiumConfiguration configuration = home.ReadConfiguration();
        RoundNumber? only = parsed.GetValue(Round) switch
        {
            null => null,
            int round and >= 1 and <= RoundNumber.Maximum => new RoundNumber(round),
            int other => throw new CommandException(ExitCode.BadInput, $"--round takes 1 to {RoundNumber.Maximum}, not {other}."),
        };
        using AuditArchive archive = AuditArchive.Open(configuration, new FolderStorage(parsed.GetRequiredValue(Data).FullName));
        SessionId session = Choose(await archive.SessionsAsync(cancellationToken), parsed.GetValue(Session));
        string path = parsed.GetRequiredValue(Output).FullName;
        if (File.Exists(path))
        {
            throw new CommandException(ExitCode.BadInput, $"{path} is there already: name another file, or remove it.");
        }

        string unfinished = path + ".unfinished";
        try
        {
            int rounds;
            await using (
                var file = new FileStream(
                    unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 20,
                    FileOptions.Asynchronous))
            {
                rounds = await archive.ExportAsync(
                    await File.ReadAllBytesAsync(home.ConfigurationFile, cancellationToken), session, only, file,
                    cancellationToken);
                file.Flush(flushToDisk: true);
            }

            if (rounds == 0)
            {
                throw new CommandException(
                    ExitCode.DoesNotHold, $"No round of session {session} was released: there is nothing to audit.");
            }

            File.Move(unfinished, path);
            Print(terminal, parsed.GetValue(CommonOptions.Json), path, session, rounds);
            return ExitCode.Done;
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static void Print(Terminal terminal, bool json, string path, SessionId session, int rounds)
    {
        long bytes = new FileInfo(path).Length;
        if (json)
        {
            terminal.WriteJson(new { bundle = path, session = session.ToString(), rounds, bytes });
        }
        else
        {
            terminal.Out.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{path}: {rounds} {(rounds == 1 ? "round" : "rounds")} of session {session}, {bytes:N0} bytes. Any "
                        + $"member checks it with `audit verify`."));
        }
    }

    private static SessionId Choose(IReadOnlyDictionary<SessionId, SessionPlan> sessions, string? wanted)
    {
        KeyValuePair<SessionId, SessionPlan>[] fit = wanted is null
            ? [.. sessions]
            :
            [
                .. sessions.Where(
                    session => session.Value.Name == wanted
                        || (wanted.Length >= 4 && session.Key.ToString().StartsWith(wanted, StringComparison.OrdinalIgnoreCase))),
            ];
        string all = string.Join(", ", sessions.Select(session => $"{session.Key.ToString()[..12]} ({session.Value.Name})"));
        return fit switch
        {
            [var one] => one.Key,
            [] => throw new CommandException(
                ExitCode.BadInput,
                sessions.Count == 0
                    ? "This aggregator ran no session yet."
                    : $"This aggregator ran no session '{wanted}'; it has {all}."),
            _ => throw new CommandException(ExitCode.BadInput, $"Say with --session which one: {all}."),
        };
    }
}

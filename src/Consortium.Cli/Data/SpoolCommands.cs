using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Models;
using Consortium.Hosting.Sqlite;
using Consortium.Participant.Data;
using Consortium.Participant.Store;
using Spectre.Console;

namespace Consortium.Cli.Data;

/// <summary><c>data list</c>, <c>data retry</c> and <c>data accept</c>: the files of the daemon's folder.</summary>
internal static class SpoolCommands
{
    public static Verb CreateList(Terminal terminal) => Verb.Create(
        "list",
        "List the payment files that a bank's daemon met, and what became of each. Exit code 1 where one waits or is set "
            + "aside, or rows are",
        ["data list --data consortium-home/bank-a/state", "data list --data consortium-home/bank-a/state --json"],
        [BankOptions.DataFolder, CommonOptions.Json],
        async (parsed, cancellationToken) =>
        {
            IReadOnlyList<JournaledFile> files = await JournaledFile.ReadAsync(
                new FolderStorage(SpoolFolder.DataOf(parsed)), cancellationToken);
            terminal.WriteResult(
                parsed,
                new
                {
                    files = files.Select(file => new
                    {
                        file.Name,
                        file.State,
                        digest = file.Digest?.ToString(),
                        file.Batch,
                        file.Rows,
                        set_aside = file.SetAside,
                        file.Reason,
                    }),
                },
                _ => Print(terminal, files));
            return files.Any(file => file.State is FileState.Waiting or FileState.SetAside || file.SetAside > 0)
                ? ExitCode.DoesNotHold
                : ExitCode.Done;
        });

    public static Verb CreateRetry(Terminal terminal) => Verb.Create(
        "retry",
        "Have the daemon read a file again that it set aside. It does so at its next look, or when it next starts",
        ["data retry 2026-03-01.csv --data consortium-home/bank-a/state"],
        [SpoolFolder.Name, BankOptions.DataFolder],
        async (parsed, cancellationToken) =>
        {
            await SpoolFolder.OrderAsync(parsed, acceptsBadRows: false, cancellationToken);
            terminal.Note($"The daemon reads {parsed.GetValue(SpoolFolder.Name)} again at its next look; see `data list`.");
            return ExitCode.Done;
        });

    public static Verb CreateAccept(Terminal terminal) => Verb.Create(
        "accept",
        "Have the daemon take a file that it set aside for bad rows, without these rows. `data inspect` lists them",
        ["data accept 2026-03-01.csv --data consortium-home/bank-a/state"],
        [SpoolFolder.Name, BankOptions.DataFolder],
        async (parsed, cancellationToken) =>
        {
            await SpoolFolder.OrderAsync(parsed, acceptsBadRows: true, cancellationToken);
            terminal.Note(
                $"The daemon takes {parsed.GetValue(SpoolFolder.Name)} without its bad rows at its next look; see `data list`.");
            return ExitCode.Done;
        });

    private static void Print(Terminal terminal, IReadOnlyList<JournaledFile> files)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns("file", "state", "batch", "rows", "set aside", "remarks");
        foreach (JournaledFile file in files)
        {
            table.AddRow(
                new Text(file.Name), new Text(NameOf(file.State)), new Text(file.Batch?.ToString("D4", null) ?? "-"),
                new Text($"{file.Rows:N0}"), new Text($"{file.SetAside:N0}"), new Text(file.Reason ?? ""));
        }

        terminal.Page.Write(table);
        if (files.Count == 0)
        {
            terminal.Note("The daemon has met no file yet.");
        }
    }

    private static string NameOf(FileState state) => state switch
    {
        FileState.Waiting => "waiting",
        FileState.Taken => "taken",
        FileState.SetAside => "set aside",
        FileState.Duplicate => "duplicate",
        FileState.Replaced => "replaced",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Unknown state."),
    };
}

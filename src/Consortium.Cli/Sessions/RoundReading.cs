using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Operator.Sessions;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Sessions;

/// <summary><c>round list</c> and <c>round show</c>.</summary>
internal static class RoundReading
{
    private static readonly Option<string?> Session = new("--session", "-s")
    {
        Description = "The session: its name, or its identifier's first digits (default: the newest)",
    };

    public static Verb CreateList(Terminal terminal) => Verb.Create(
        "list",
        "Rounds of a session, with seconds, bytes, approvals and releases",
        ["round list --session spring --folder consortium-home", "round list --json"],
        [Session, OperatorOptions.Offline, CommonOptions.Json, .. OperatorOptions.Place],
        (parsed, cancellationToken) => OperatorRun.WithJournalAsync(
            parsed,
            terminal,
            async (journal, configuration) =>
            {
                SessionLog log = await OperatorRun.FindAsync(journal, parsed.GetValue(Session), cancellationToken);
                RoundView[] rounds = [.. log.Rounds.Select(round => RoundView.Of(log, round))];
                terminal.WriteResult(
                    parsed, new { session = log.Session.ToString(), rounds },
                    shown => SessionTables.Write(terminal.Page, shown.rounds));
                return ExitCode.Done;
            },
            cancellationToken));

    public static Verb CreateShow(Terminal terminal)
    {
        var number = new Argument<int>("ROUND") { Description = "The round's number" };
        return Verb.Create(
            "show",
            "One round's record: who took part, who approved, who released, what each bank reached",
            ["round show 3 --session spring --folder consortium-home"],
            [number, Session, OperatorOptions.Offline, CommonOptions.Json, .. OperatorOptions.Place],
            (parsed, cancellationToken) => OperatorRun.WithJournalAsync(
                parsed,
                terminal,
                async (journal, configuration) =>
                {
                    SessionLog log = await OperatorRun.FindAsync(journal, parsed.GetValue(Session), cancellationToken);
                    int wanted = parsed.GetValue(number);
                    RoundLog round = log.Rounds.FirstOrDefault(known => known.Number.Value == wanted)
                        ?? throw new CommandException(
                            ExitCode.BadInput,
                            $"Nothing was heard of round {wanted} of session {log.ShortId}: it has "
                                + $"{log.Rounds.LastOrDefault()?.Number.Value ?? 0} so far.");
                    RoundView view = RoundView.Of(log, round);
                    terminal.WriteResult(parsed, view, shown => SessionTables.Write(terminal.Page, shown));
                    return ExitCode.Done;
                },
                cancellationToken));
    }
}

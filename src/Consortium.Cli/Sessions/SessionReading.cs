using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Operator.Sessions;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Sessions;

/// <summary><c>session list</c> and <c>session show</c>.</summary>
internal static class SessionReading
{
    public static Verb CreateList(Terminal terminal) => Verb.Create(
        "list",
        "Sessions that the operator's journal knows, after a look at the broker",
        ["session list --folder consortium-home", "session list --offline --json"],
        [OperatorOptions.Offline, CommonOptions.Json, .. OperatorOptions.Place],
        (parsed, cancellationToken) => OperatorRun.WithJournalAsync(
            parsed,
            terminal,
            async (journal, configuration) =>
            {
                var sessions = new List<SessionView>();
                foreach (SessionId id in await journal.SessionsAsync(cancellationToken))
                {
                    sessions.Add(SessionView.Of(await journal.ReadAsync(id, cancellationToken), configuration));
                }

                if (parsed.GetValue(CommonOptions.Json))
                {
                    terminal.WriteJson(new { sessions });
                }
                else if (sessions.Count == 0)
                {
                    terminal.Note("No session is known here yet. Start one with `session start`.");
                }
                else
                {
                    SessionTables.Write(terminal.Page, sessions);
                }

                return ExitCode.Done;
            },
            cancellationToken));

    public static Verb CreateShow(Terminal terminal)
    {
        Argument<string?> session = OperatorOptions.OptionalSession;
        return Verb.Create(
            "show",
            "One session: its plan, where it stands, who rejected, who diverged",
            ["session show spring --folder consortium-home", "session show --json"],
            [session, OperatorOptions.Offline, CommonOptions.Json, .. OperatorOptions.Place],
            (parsed, cancellationToken) => OperatorRun.WithJournalAsync(
                parsed,
                terminal,
                async (journal, configuration) =>
                {
                    SessionView view = SessionView.Of(
                        await OperatorRun.FindAsync(journal, parsed.GetValue(session), cancellationToken), configuration);
                    terminal.WriteResult(parsed, view, shown => SessionTables.Write(terminal.Page, shown));
                    return ExitCode.Done;
                },
                cancellationToken));
    }
}

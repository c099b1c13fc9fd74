using Consortium.Operator.Sessions;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;
using Consortium.Protocol.Rounds;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Consortium.Cli.Sessions;

/// <summary>A watched session as a table that is drawn anew: every bank and key holder, and what it did last.</summary>
internal static class SessionBoard
{
    public static IRenderable Draw(SessionLog log, PartyId aggregator)
    {
        SessionOutcome outcome = log.Outcome(aggregator);
        RoundLog? newest = log.Rounds.LastOrDefault();
        RoundLog? done = log.Rounds.LastOrDefault(round => log.Seconds(round) is not null);
        var table = new Table().Border(TableBorder.Simple).AddColumns("party", "this round", "last round done");
        foreach (PartyId bank in log.Participants)
        {
            RoundNumber? reached = log.Rounds.LastOrDefault(round => round.Advances.ContainsKey(bank))?.Number;
            table.AddRow(new Text(bank.Name), new Text(StateOf(log, bank, newest)), new Text(reached?.ToString() ?? "-"));
        }

        string head = $"{log.Name} ({log.ShortId}): {outcome.Kind.ToString().ToLowerInvariant()}, {outcome.Detail}";
        string pace = newest is null ? string.Empty
            : $"round {newest.Number}{(log.Plan is null ? null : $" of at most {log.Plan.Rounds}")}, phase "
                + $"{Phase(log, newest)}, last round {SessionTables.Seconds(done is null ? null : log.Seconds(done))} s";
        string holders = newest?.Recorded is { } recorded
            ? $"released by {string.Join(", ", recorded.ShareSums.Select(sum => sum.Sender))}"
            : log.Status is { Phase: RoundPhase.AwaitingKeys or RoundPhase.Approving or RoundPhase.Releasing } status
            ? $"still to answer: {string.Join(", ", status.Waiting)}"
            : string.Empty;
        IEnumerable<string> rejections = log.Rejections.TakeLast(3).Select(
            rejection => $"{rejection.By} rejected a {rejection.Rejected.SubjectType}: {rejection.Rejected.Detail}");
        IEnumerable<string> diverged = log.Diverged().DistinctBy(item => item.Bank).Select(
            item => $"{item.Bank} diverged in round {item.Round}");
        IEnumerable<string> accounts = log.Rounds.SelectMany(round => round.OpeningProofs).Where(
            account => !account.IsCleared).Select(account => $"{account.Bank} {account}");
        return new Rows(
            [
                new Text(head), new Text(pace), new Text(holders), table,
                .. rejections.Concat(diverged).Concat(accounts).Select(line => new Text(line, new Style(Color.Red))),
            ]);
    }

    private static string StateOf(SessionLog log, PartyId bank, RoundLog? newest) =>
        newest is null ? "-"
        : newest.Advances.ContainsKey(bank) ? "model advanced"
        : newest.Recorded is { } recorded ? recorded.Cohort.Statement.Has(bank) ? "update in the sum" : "not in the sum"
        : log.Status is not { } status || status.Attempt.Round != newest.Number ? "asked"
        : status.Phase == RoundPhase.Approving && status.Waiting.Contains(bank) ? "tag missing"
        : status.Phase != RoundPhase.Collecting || !status.Waiting.Contains(bank) ? "update sent"
        : "missing";

    private static string Phase(SessionLog log, RoundLog newest) =>
        newest.Recorded is not null ? "released"
        : log.Status is { } status && status.Attempt.Round == newest.Number ? status.Phase.ToString().ToLowerInvariant()
        : "collecting";
}

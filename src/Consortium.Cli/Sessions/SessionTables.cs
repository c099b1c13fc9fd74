using System.Globalization;
using Consortium.Operator.Sessions;
using Spectre.Console;

namespace Consortium.Cli.Sessions;

/// <summary>Sessions, plans and rounds as tables.</summary>
internal static class SessionTables
{
    public static void Write(IAnsiConsole page, PlanView plan)
    {
        Table table = Pairs();
        Row(table, "name", plan.Name);
        Row(table, "workload", plan.Workload);
        Row(
            table,
            "settings",
            plan.Settings.Count == 0 ? "of another release than this" : string.Join(
                ", ",
                plan.Settings.Select(setting => string.Create(CultureInfo.InvariantCulture, $"{setting.Key} {setting.Value}"))));
        Row(table, "participants", string.Join(", ", plan.Participants));
        Row(table, "cohort", $"{plan.Cohort}, at least {plan.MinimumCohort} banks in every sum");
        Row(
            table, "rounds",
            $"at most {plan.Rounds}, {plan.MaximumAttempts} attempts each, {plan.UpdateSeconds} seconds for an update");
        Row(table, "largest round", $"{plan.MaximumValues} values of a bank");
        Row(table, "initial state", plan.InitialState);
        page.Write(table);
    }

    public static void Write(IAnsiConsole page, IEnumerable<SessionView> sessions)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumns("session", "name", "since", "status", "round", "detail");
        foreach (SessionView session in sessions)
        {
            table.AddRow(
                new Text(session.Session[..12]), new Text(session.Name), new Text(Time(session.Since)), new Text(session.Status),
                new Text(session.Rounds is null ? $"{session.Round}" : $"{session.Round} of {session.Rounds}"),
                new Text(session.Detail));
        }

        page.Write(table);
    }

    public static void Write(IAnsiConsole page, SessionView session)
    {
        Table table = Pairs();
        Row(table, "session", session.Session);
        Row(table, "status", $"{session.Status}: {session.Detail}");
        Row(table, "since", Time(session.Since));
        Row(table, "rounds", session.Rounds is null ? $"{session.Round}" : $"{session.Round} of at most {session.Rounds}");
        if (session.State is not null)
        {
            Row(table, "model state", session.State);
        }

        if (session.Waiting.Count > 0)
        {
            Row(table, "waits for", string.Join(", ", session.Waiting));
        }

        foreach (SessionView.Divergence diverged in session.Diverged)
        {
            Row(
                table, "diverged",
                $"{diverged.Bank} in round {diverged.Round}: reached {diverged.Own}, the others {diverged.Others}");
        }

        foreach (SessionView.Rejection rejection in session.Rejections)
        {
            Row(table, "rejected", $"{rejection.By}, {rejection.Subject}: {rejection.Reason}, {rejection.Detail}");
        }

        page.Write(table);
        if (session.Plan is not null)
        {
            Write(page, session.Plan);
        }
    }

    public static void Write(IAnsiConsole page, IEnumerable<RoundView> rounds)
    {
        var table = new Table().Border(TableBorder.Simple)
            .AddColumns(
                "round", "status", "attempts", "seconds", "banks", "approved", "released", "values", "bytes a bank", "cohort",
                "diverged");
        foreach (RoundView round in rounds)
        {
            table.AddRow(
                new Text($"{round.Round}"), new Text(round.Status), new Text($"{round.Attempts}"),
                new Text(Seconds(round.Seconds)),
                new Text(round.Members is null ? "?" : $"{round.Members.Count}"), new Text(Names(round.Approved)),
                new Text(Names(round.Released)),
                new Text(round.Values?.ToString(CultureInfo.InvariantCulture) ?? "?"),
                new Text(round.BytesPerBank?.ToString("N0", CultureInfo.InvariantCulture) ?? "?"),
                new Text(round.Cohort?[..12] ?? "?"), new Text(string.Join(", ", round.Diverged)));
        }

        page.Write(table);
    }

    public static void Write(IAnsiConsole page, RoundView round)
    {
        Table table = Pairs();
        Row(
            table,
            "round",
            $"{round.Round}, {round.Status}, {round.Attempts} {(round.Attempts == 1 ? "attempt" : "attempts")}, "
                + $"{Seconds(round.Seconds)} seconds");
        if (round.Abandoned is not null)
        {
            Row(table, "abandoned before", round.Abandoned);
        }

        if (round.Cohort is not null)
        {
            Row(table, "cohort", round.Cohort);
            Row(table, "started from", round.StartedFrom!);
            Row(
                table,
                "sum",
                $"{round.SumRoot}: {round.Values} values in {round.Chunks} chunks, "
                    + $"{round.BytesPerBank!.Value.ToString("N0", CultureInfo.InvariantCulture)} bytes from each bank");
            Row(table, "approved by", Names(round.Approved));
            Row(table, "released by", Names(round.Released));
        }

        if (round.Disputed is not null)
        {
            Row(table, "never opens", $"at {round.Disputed}");
        }

        foreach (RoundView.OpeningProof proof in round.OpeningProofs)
        {
            string[] cleared = proof.ClearedBy.Count == 0 ? [] : [$"proves its opening, say {Names(proof.ClearedBy)}"];
            IEnumerable<string> against = proof.Against.Select(
                finding => $"does not prove its opening, says {finding.Holder}: {finding.Detail}");
            Row(
                table, proof.Status,
                $"{proof.Bank} {string.Join("; ", cleared.Concat(against).DefaultIfEmpty("has not proved its opening"))}");
        }

        page.Write(table);
        var banks = new Table().Border(TableBorder.Simple).AddColumns(
            "bank", "update in the sum (manifest)", "model state it reached");
        foreach (
            string bank in (round.Members ?? []).Select(member => member.Bank).Union(
                round.Reached.Select(advance => advance.Bank)).Order(StringComparer.Ordinal))
        {
            RoundView.Advance? reached = round.Reached.FirstOrDefault(advance => advance.Bank == bank);
            banks.AddRow(
                new Text(bank),
                new Text(
                    round.Members?.FirstOrDefault(member => member.Bank == bank)?.Manifest
                        ?? (round.Members is null ? "?" : "not in the sum")),
                new Text(reached is null
                    ? "not heard of"
                    : $"{reached.State}{(reached.IsFinal ? ", finished" : null)}"
                        + (round.Diverged.Contains(bank) ? ", DIVERGED" : null)));
        }

        page.Write(banks);
    }

    public static string Seconds(double? seconds) => seconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "?";

    private static string Names(IReadOnlyList<string>? names) => names is null ? "?" : string.Join(", ", names);

    private static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static Table Pairs() => new Table().Border(TableBorder.None).HideHeaders().AddColumns("what", "is");

    private static void Row(Table table, string what, string value) => table.AddRow(new Text(what), new Text(value));
}

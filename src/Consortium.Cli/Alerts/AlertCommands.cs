using System.CommandLine;
using System.Globalization;
using System.Text;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Models;
using Consortium.Learning.Payments.Outcomes;
using Consortium.Participant.Data;
using Consortium.Primitives;
using Spectre.Console;

namespace Consortium.Cli.Alerts;

/// <summary>The noun <c>alerts</c>: what the daemon alerted, on its way to the analysts and back as labels.</summary>
internal static class AlertCommands
{
    private const int MostShown = 50;

    private static readonly Argument<string[]> Ids = new("ALERT")
    {
        Description = "Alert identifiers, as `alerts list` shows them; all alerts unless given",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create(Terminal terminal, TimeProvider clock) =>
        new("alerts", "A bank's alerts: list them, hand them on, and say what became of them")
        {
            CreateList(terminal),
            CreateExport(terminal, clock),
            CreateDispose(terminal, clock),
        };

    private static Verb CreateList(Terminal terminal) => Verb.Create(
        "list",
        "List a bank's alerts by the newest model that scored each payment, the most suspicious first",
        ["alerts list --data consortium-home/bank-a/state", "alerts list --data consortium-home/bank-a/state --json"],
        [BankOptions.DataFolder, BankOptions.OutputFolder, CommonOptions.Json],
        (parsed, _) =>
        {
            Alert[] alerts = Read(parsed, []);
            terminal.WriteResult(parsed, new { alerts }, _ => Print(terminal, alerts));
            return Task.FromResult(ExitCode.Done);
        });

    private static Verb CreateExport(Terminal terminal, TimeProvider clock)
    {
        Option<string> format = new("--format")
        {
            Description = "csv, json, or goaml: a draft of a report that an analyst completes",
            DefaultValueFactory = _ => "csv",
        };
        format.AcceptOnlyFromAmong("csv", "json", "goaml");
        Option<string?> reference = new("--reference")
        {
            Description = "The bank's own reference of the draft (goaml)",
            HelpName = "TEXT",
        };
        Option<string?> bank = new("--bank")
        {
            Description = "The bank as its files name it, to tell customers' accounts (goaml)",
            HelpName = "CODE",
        };
        return Verb.Create(
            "export",
            "Print alerts with their reasons as CSV, JSON, or a draft of a goAML report",
            [
                "alerts export --data consortium-home/bank-a/state --format json",
                "alerts export 4f1c0a9be2d07713 --format goaml --bank 70 --data consortium-home/bank-a/state",
            ],
            [Ids, format, reference, bank, BankOptions.DataFolder, BankOptions.OutputFolder],
            (parsed, _) =>
            {
                Alert[] alerts = Read(parsed, parsed.GetValue(Ids) ?? []);
                switch (parsed.GetValue(format))
                {
                    case "json":
                        terminal.WriteJson(new { alerts });
                        break;
                    case "goaml":
                        var draft = new MemoryStream();
                        DateOnly today = DateOnly.FromDateTime(clock.GetLocalNow().DateTime);
                        GoamlDraft.Write(
                            draft, parsed.GetValue(reference) ?? GoamlDraft.ToComplete, today, alerts,
                            parsed.GetValue(bank) ?? "");
                        terminal.Out.WriteLine(Encoding.UTF8.GetString(draft.ToArray()));
                        terminal.Note(
                            $"A draft about {alerts.Length} payments: complete every '{GoamlDraft.ToComplete}' before it is "
                                + "filed.");
                        break;
                    default:
                        terminal.Out.Write(AlertList.ToCsv(alerts, alerts.Any(alert => alert.ProbabilityAtFirst is not null)));
                        break;
                }

                return Task.FromResult(ExitCode.Done);
            });
    }

    private static Verb CreateDispose(Terminal terminal, TimeProvider clock)
    {
        Option<string> outcome = new("--outcome")
        {
            Description = "true (laundering), false (licit) or open (not decided)",
            Required = true,
        };
        outcome.AcceptOnlyFromAmong("true", "false", "open");
        Option<DirectoryInfo> payments = new("--payments")
        {
            Description = "The bank's folder of payments (the daemon's Consortium__Payments): the outcome goes there as a file",
            HelpName = "DIR",
            Required = true,
        };
        Argument<string[]> ids = new("ALERT")
        {
            Description = "Alert identifiers, as `alerts list` shows them",
            Arity = ArgumentArity.OneOrMore,
        };
        return Verb.Create(
            "dispose",
            "Say what became of alerts. The daemon reads it at its next look: the labels count in the next session, but on days "
            + "that earlier sessions covered",
            ["alerts dispose 4f1c0a9be2d07713 --outcome true --payments consortium-home/bank-a/payments"],
            [ids, outcome, payments],
            (parsed, _) =>
            {
                string folder = parsed.GetRequiredValue(payments).FullName;
                if (!Directory.Exists(folder))
                {
                    throw new CommandException(
                        ExitCode.BadInput, $"There is no folder {folder}: name the bank's folder of payments.");
                }

                DateTime now = clock.GetUtcNow().UtcDateTime;
                var text = new StringBuilder("Alert ID,Outcome,Date\n");
                foreach (string id in parsed.GetRequiredValue(ids))
                {
                    if (!AlertId.TryParse(id, out AlertId alert))
                    {
                        throw new CommandException(
                            ExitCode.BadInput, $"'{id}' is no alert: write the 16 hexadecimal digits that `alerts list` shows.");
                    }

                    text.Append(
                        CultureInfo.InvariantCulture, $"{alert},{parsed.GetRequiredValue(outcome)},{now:yyyy-MM-ddTHH:mm:ss}Z\n");
                }

                string name = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{OutcomeFile.Mark}-{now:yyyyMMddTHHmmssfff}-{parsed.GetRequiredValue(ids)[0]}.csv");
                DurableFile.WriteNew(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text.ToString()));
                terminal.Note($"Wrote {name}; the daemon takes it at its next look (`data list`).");
                return Task.FromResult(ExitCode.Done);
            });
    }

    /// <summary>Each payment once, as the newest file has it; those asked for, or all.</summary>
    private static Alert[] Read(ParseResult parsed, string[] ids)
    {
        string folder = AlertBatch.FolderIn(Path.Combine(ModelFolder.Of(parsed).Output, "alerts"));
        if (!Directory.Exists(folder))
        {
            throw new CommandException(
                ExitCode.BadInput, $"There are no alerts in {folder} yet: the daemon writes them when it scores.");
        }

        var newest = new Dictionary<string, Alert>(StringComparer.Ordinal);
        foreach (string path in Directory.GetFiles(folder, "*.json").OrderBy(File.GetLastWriteTimeUtc))
        {
            foreach (Alert alert in AlertBatch.Read(path).Alerts)
            {
                newest[alert.Id] = alert;
            }
        }

        string[] unknown = [.. ids.Where(id => !newest.ContainsKey(id))];
        return unknown.Length > 0
            ? throw new CommandException(ExitCode.BadInput, $"No alert is {string.Join(", ", unknown)}; `alerts list` shows all.")
            : [.. newest.Values.Where(alert => ids.Length == 0 || ids.Contains(alert.Id))
                .OrderByDescending(alert => alert.Probability).ThenBy(alert => alert.Id, StringComparer.Ordinal)];
    }

    private static string ProbabilityOf(Alert alert) => alert.ProbabilityAtFirst is { } first
        ? string.Create(CultureInfo.InvariantCulture, $"{alert.Probability:F4} (at first {first:F4})")
        : alert.Probability.ToString("F4", CultureInfo.InvariantCulture);

    private static IEnumerable<string> Changes(Alert alert) =>
        alert.Since.Except(alert.Reasons).Select(sentence => $"since then: {sentence}");

    private static void Print(Terminal terminal, Alert[] alerts)
    {
        Table table = new Table()
            .Border(TableBorder.None)
            .AddColumns("alert", "probability", "time", "from", "to", "amount", "reasons");
        foreach (Alert alert in alerts.Take(MostShown))
        {
            table.AddRow(
                new Text(alert.Id), new Text(ProbabilityOf(alert)),
                new Text(alert.Timestamp.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
                new Text($"{alert.FromBank} {alert.FromAccount}"), new Text($"{alert.ToBank} {alert.ToAccount}"),
                new Text($"{alert.Amount} {alert.Currency}"),
                new Text(string.Join("; ", alert.Since.IsEmpty ? alert.Reasons : [.. alert.Reasons, .. Changes(alert)])));
        }

        terminal.Page.Write(table);
        terminal.Note(
            alerts.Length > MostShown ? $"{alerts.Length - MostShown} more; --json lists them." : $"{alerts.Length} alerts.");
    }
}

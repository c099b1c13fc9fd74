using System.CommandLine;
using System.Globalization;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Data;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Participant.Data;
using Spectre.Console;

namespace Consortium.Cli.Models;

/// <summary>
/// <c>model evaluate</c>: judges a model on labelled payments that it did not learn from. The threshold is chosen on the rows
/// just before those
/// judged, never on them.
/// </summary>
internal static class EvaluateCommand
{
    /// <summary>Part of the labelled rows, the last by time, that is judged unless a day is given.</summary>
    private const int DefaultPart = 5;

    private static readonly Option<FileInfo?> Patterns = new("--patterns")
    {
        Description = "AMLworld's file of laundering attempts: counts those with an alert",
        HelpName = "FILE",
    };

    public static Verb Create(Terminal terminal)
    {
        var model = new Argument<string>("MODEL") { Description = "A model file, or the first digits of a model's digest" };
        return Verb.Create(
            "evaluate",
            "Judge a model on labelled payments: average precision, and what the analysts' alerts a day find",
            [
                "model evaluate model.csmodel payments.csv --bank 70 --from 2026-03-01",
                "model evaluate 4f1c history/ --bank 70 --patterns patterns.txt --data consortium-home/bank-a/state",
            ],
            [
                model, BankRows.Payments, BankRows.Bank, BankRows.From, BankRows.AlertsPerDay, Patterns, BankRows.MaximumBadRows,
                BankOptions.Zone, BankOptions.Mapping, BankOptions.DataFolder, BankOptions.OutputFolder, CommonOptions.Json,
            ],
            async (parsed, cancellationToken) =>
            {
                Model loaded = (await ModelFolder.LoadAsync(parsed, parsed.GetRequiredValue(model), cancellationToken)).Model;
                BankRows.RequireFit(loaded);
                BankData data = BankRows.Read(terminal, parsed);
                (int[] validation, int[] judged) = Split(data, parsed.GetValue(BankRows.From));
                EvaluationReport report = Judge(
                    terminal, data, loaded, validation, judged, parsed.GetValue(Patterns),
                    parsed.GetValue(BankRows.AlertsPerDay));
                if (parsed.GetValue(CommonOptions.Json))
                {
                    terminal.WriteJson(EvaluationView.Of(loaded, report, validation.Length, data[judged[0]].Timestamp));
                }
                else
                {
                    Print(terminal, report, validation.Length, data[judged[0]].Timestamp);
                }

                return ExitCode.Done;
            });
    }

    /// <summary>Labelled rows to judge, and as many just before them to choose the threshold on.</summary>
    internal static (int[] Validation, int[] Judged) Split(BankData data, DateTime? from)
    {
        int[] labelled = [.. Enumerable.Range(0, data.Rows).Where(row => data.LabelOf(row) != Label.Unknown)];
        int first = from is DateTime day
            ? labelled.TakeWhile(row => data[row].Timestamp < day).Count()
            : labelled.Length - (labelled.Length / DefaultPart);
        int[] judged = labelled[first..], validation = labelled[Math.Max(0, first - judged.Length)..first];
        return judged.Length == 0 ? throw new CommandException(
            ExitCode.BadInput,
            $"No labelled payment of the bank is {(from is null ? "in these files" : $"of {from:yyyy-MM-dd} or later")}: "
                + $"there is nothing to judge.")
            : judged.All(row => data.LabelOf(row) != Label.Laundering) ? throw new CommandException(
                ExitCode.BadInput,
                $"None of the {judged.Length} payments to judge is laundering: no measure tells anything. Give more days "
                    + $"with --from.")
            : validation.All(row => data.LabelOf(row) != Label.Laundering) ? throw new CommandException(
                ExitCode.BadInput,
                $"None of the {validation.Length} payments before those to judge is laundering, so no threshold can be "
                    + $"chosen on them. Give a later day with --from, or more history.")
            : (validation, judged);
    }

    private static EvaluationReport Judge(
        Terminal terminal, BankData data, Model model, int[] validation, int[] judged, FileInfo? patterns, int alertsPerDay)
    {
        (double threshold, _) = AlertThreshold.OfBestF1(
            model.LogOdds(data.Features.Select(validation)), Labels(data, validation));
        int[] attempts = [];
        if (patterns is not null)
        {
            var set = new PaymentSet([.. judged.Select(row => data[row])], data.Accounts);
            int banks = data.Accounts.Banks.Count;
            IReadOnlyList<LaunderingAttempt> known = PatternFile.Read(patterns.FullName, data.Accounts);
            attempts = LaunderingAttempt.AttemptOfRow(set, known);
            if (attempts.All(attempt => attempt < 0) && PatternMatch.Warn(known, attempts, data.Accounts, banks) is { } warning)
            {
                terminal.Note($"Note: {warning}");
            }
        }

        var rows = new ScoredRows(
            model.LogOdds(data.Features.Select(judged)), Labels(data, judged),
            judged.Select(row => AlertList.DayOf(data[row])).ToArray(), attempts);
        return EvaluationReport.Of(rows, threshold, alertsPerDay);
    }

    private static Label[] Labels(BankData data, int[] rows) => [.. rows.Select(row => data.LabelOf(row))];

    private static void Print(Terminal terminal, EvaluationReport report, int validation, DateTime from)
    {
        Table pairs = new Table().Border(TableBorder.None).HideHeaders().AddColumns("what", "is");
        void Row(string what, string value) => pairs.AddRow(new Text(what), new Text(value));
        Row("payments judged", $"{report.Rows:N0} from {from:yyyy-MM-dd} on, {report.Laundering:N0} of them laundering");
        Row("average precision", $"{report.AveragePrecision:F4} (random scores: {report.BaseRate:F4})");
        Row(
            $"{report.AlertsPerDay} alerts a day",
            $"{report.AtDailyAlerts.Alerts:N0} alerts, precision {report.AtDailyAlerts.Precision:F4}, recall "
                + $"{report.AtDailyAlerts.Recall:F4}");
        if (report.AttemptsAtDailyAlerts.Attempts > 0)
        {
            Row("attempts", $"{report.AttemptsAtDailyAlerts.Found} of {report.AttemptsAtDailyAlerts.Attempts} have an alert");
        }

        Row(
            "F1",
            $"{report.AtThreshold.F1:F4} at the threshold of the {validation:N0} payments before (precision "
                + $"{report.AtThreshold.Precision:F4}, recall {report.AtThreshold.Recall:F4})");
        terminal.Page.Write(pairs);
    }
}

using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Data;
using Consortium.Learning.Models;
using Consortium.Participant.Data;
using Consortium.Primitives;

namespace Consortium.Cli.Models;

/// <summary><c>score</c>: payments in, ranked alerts with reasons out.</summary>
internal static class ScoreCommand
{
    public static Verb Create(Terminal terminal)
    {
        var model = new Argument<string>("MODEL") { Description = "A model file, or the first digits of a model's digest" };
        return Verb.Create(
            "score",
            "Rank a bank's payments with a model: each day's alerts, the most suspicious first, with reasons (CSV, or --json)",
            [
                "score model.csmodel payments.csv --bank 70",
                "score 4f1c new/ history/ --bank 70 --from 2026-03-01 --data consortium-home/bank-a/state --json",
            ],
            [
                model, BankRows.Payments, BankRows.Bank, BankRows.From, BankRows.AlertsPerDay, BankRows.MaximumBadRows,
                BankOptions.Zone, BankOptions.Mapping, BankOptions.DataFolder, BankOptions.OutputFolder, CommonOptions.Json,
            ],
            async (parsed, cancellationToken) =>
            {
                Model loaded = (await ModelFolder.LoadAsync(parsed, parsed.GetRequiredValue(model), cancellationToken)).Model;
                BankRows.RequireFit(loaded);
                BankData data = BankRows.Read(terminal, parsed);
                DateTime from = parsed.GetValue(BankRows.From) ?? DateTime.MinValue;
                int[] rows = [.. Enumerable.Range(0, data.Rows).Where(row => data[row].Timestamp >= from)];
                IReadOnlyList<Alert> alerts = AlertList.Rank(data, rows, loaded, parsed.GetValue(BankRows.AlertsPerDay));
                if (parsed.GetValue(CommonOptions.Json))
                {
                    terminal.WriteJson(new
                    {
                        model = Convert.ToHexStringLower(loaded.Digest.Span),
                        bank = parsed.GetValue(BankRows.Bank),
                        scored = rows.Length,
                        alerts,
                    });
                }
                else
                {
                    terminal.Out.Write(AlertList.ToCsv(alerts));
                    terminal.Note($"{alerts.Count} alerts among {rows.Length} payments.");
                }

                return ExitCode.Done;
            });
    }
}

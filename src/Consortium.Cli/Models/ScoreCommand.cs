using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Data;
using Consortium.Cli.Enrolment;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Participant.Data;
using Consortium.Primitives;

namespace Consortium.Cli.Models;

/// <summary><c>score</c>: payments in, ranked alerts with reasons out.</summary>
internal static class ScoreCommand
{
    public static Verb Create(Terminal terminal)
    {
        var model = new Argument<string>("MODEL")
        {
            Description = "A model file, or the first digits of a model's digest; with --service, of an offered model's",
        };
        var first = new Option<string?>("--first")
        {
            Description = "With a model of the late view: the model that scores payments when they come. Each alert has both "
                + "probabilities, and what this model would alert is listed too",
            HelpName = "MODEL",
        };
        return Verb.Create(
            "score",
            "Rank a bank's payments with a model: each day's alerts, the most suspicious first, with reasons (CSV, or --json)",
            [
                "score model.csmodel payments.csv --bank 70",
                "score 4f1c new/ history/ --bank 70 --from 2026-03-01 --data consortium-home/bank-a/state --json",
                "score late.csmodel payments.csv --bank 70 --first model.csmodel",
                "score 4f1c payments/ --bank 70 --service https://scorer.example:8443 --client client-a",
            ],
            [
                model, BankRows.Payments, BankRows.Bank, BankRows.From, BankRows.AlertsPerDay, BankRows.MaximumBadRows,
                BankOptions.Zone, BankOptions.Mapping, BankOptions.DataFolder, BankOptions.OutputFolder, first,
                ServiceScore.Service, ServiceScore.Client, ServiceScore.Root, CommonOptions.Folder, PassphraseOptions.File,
                CommonOptions.Json,
            ],
            async (parsed, cancellationToken) =>
            {
                if (parsed.GetValue(ServiceScore.Service) is { } service)
                {
                    return await ServiceScore.RunAsync(
                        terminal, parsed, service, parsed.GetRequiredValue(model), cancellationToken);
                }

                Model loaded = (await ModelFolder.LoadAsync(parsed, parsed.GetRequiredValue(model), cancellationToken)).Model;
                FeatureView view = BankRows.ViewOf(loaded);
                Model? atFirst = parsed.GetValue(first) is { } name
                    ? RequireViews(view, (await ModelFolder.LoadAsync(parsed, name, cancellationToken)).Model)
                    : null;
                BankData data = BankRows.Read(terminal, parsed);
                DateTime from = parsed.GetValue(BankRows.From) ?? DateTime.MinValue;
                int[] rows = BankRows.Seen(
                    terminal, data, view, Enumerable.Range(0, data.Rows).Where(row => data[row].Timestamp >= from));
                IReadOnlyList<Alert> alerts = AlertList.Rank(
                    data, rows, loaded, parsed.GetValue(BankRows.AlertsPerDay), atFirst);
                if (parsed.GetValue(CommonOptions.Json))
                {
                    terminal.WriteJson(new
                    {
                        model = Convert.ToHexStringLower(loaded.Digest.Span),
                        view = view.Name,
                        bank = parsed.GetValue(BankRows.Bank),
                        scored = rows.Length,
                        alerts,
                    });
                }
                else
                {
                    terminal.Out.Write(AlertList.ToCsv(alerts, view == FeatureView.Late));
                    terminal.Note($"{alerts.Count} alerts among {rows.Length} payments.");
                }

                return ExitCode.Done;
            });
    }

    private static Model RequireViews(FeatureView view, Model first) =>
        view == FeatureView.Late && BankRows.ViewOf(first) == FeatureView.Now
            ? first
            : throw new CommandException(
                ExitCode.BadInput,
                "MODEL has to be of the late view, and --first of the view when payments come; `model show` tells a model's "
                    + "view.");
}

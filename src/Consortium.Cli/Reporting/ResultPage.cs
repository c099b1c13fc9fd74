using System.Globalization;
using Spectre.Console;

namespace Consortium.Cli.Reporting;

/// <summary>A result for the terminal: the tables that answer the question, then the verdict.</summary>
internal static class ResultPage
{
    public static void Write(IAnsiConsole page, TrainingReport report)
    {
        page.Write(BankTable(report));
        page.WriteLine();
        page.Write(PartyTable(report));
        page.WriteLine();
        if (report is { Own.Recall: { } own, Consortium: { Recall: { } together } consortium })
        {
            page.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Alerts worked found {consortium.Hits} of {consortium.Laundering} laundering payments ({together:P0}); "
                    + $"each bank alone {own:P0}."));
        }

        string ratio = report.PooledTrainSeconds is { } pooled
            ? string.Create(
                CultureInfo.InvariantCulture, $", pooled in the clear {pooled:F1} s ({report.TrainSeconds / pooled:F1} x)")
            : string.Empty;
        page.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Training, encrypted: {report.TrainSeconds:F1} s in {report.Rounds} rounds{ratio}."));
        if (report.Vote is { } vote)
        {
            page.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Adopted by {vote}: each bank held the model against its own, on its validation days, in "
                    + $"{report.VoteSeconds:F1} s more."));
        }

        if (report.IdenticalToPooled is { } identical)
        {
            page.MarkupLine(identical
                ? $"[green]identical to pooled: yes[/] (digest {report.ModelDigest})"
                : $"[red]identical to pooled: no[/] (digest {report.ModelDigest}, pooled {report.PooledDigest})");
        }
    }

    private static Table BankTable(TrainingReport report)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumn("Bank")
            .AddColumn(new TableColumn("Test payments\n(laundering)").RightAligned())
            .AddColumn(new TableColumn("Average precision\nown").RightAligned())
            .AddColumn(new TableColumn("\nconsortium").RightAligned())
            .AddColumn(new TableColumn("\npooled").RightAligned())
            .AddColumn(new TableColumn("Alerts\na day").RightAligned())
            .AddColumn(new TableColumn("Recall\nown").RightAligned())
            .AddColumn(new TableColumn("\nconsortium").RightAligned())
            .AddColumn(new TableColumn("\npooled").RightAligned())
            .AddColumn(new TableColumn("Sent +\nreceived").RightAligned());
        foreach (BankOutcome bank in report.Banks)
        {
            table.AddRow(
                Markup.Escape(bank.Bank),
                string.Create(CultureInfo.InvariantCulture, $"{bank.TestRows:N0} ({bank.TestLaundering:N0})"),
                Score(bank.OwnAveragePrecision),
                Better(bank.ConsortiumAveragePrecision, bank.OwnAveragePrecision),
                Score(bank.PooledAveragePrecision),
                bank.AlertsPerDay.ToString(CultureInfo.InvariantCulture),
                Score(bank.OwnRecall),
                Better(bank.ConsortiumRecall, bank.OwnRecall),
                Score(bank.PooledRecall),
                ByteSize.Of(bank.BytesSent + bank.BytesReceived));
        }

        return table;
    }

    private static Table PartyTable(TrainingReport report)
    {
        Table table = new Table().Border(TableBorder.Rounded)
            .AddColumn("Party").AddColumn("Could see").AddColumn("Could not see")
            .AddColumn(new TableColumn("Sent").RightAligned()).AddColumn(new TableColumn("Received").RightAligned());
        foreach (PartyView party in report.Parties)
        {
            table.AddRow(
                Markup.Escape(party.Count > 1 ? $"{party.Role} (each of {party.Count})" : party.Role), Markup.Escape(party.Saw),
                Markup.Escape(party.CouldNotSee),
                ByteSize.Of(party.BytesSent / party.Count), ByteSize.Of(party.BytesReceived / party.Count));
        }

        return table;
    }

    private static string Score(double? value) => value?.ToString("F3", CultureInfo.InvariantCulture) ?? "-";

    private static string Better(double? value, double? than) => value > than ? $"[green]{Score(value)}[/]" : Score(value);
}

using System.Collections.Immutable;
using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Learning.Payments;

namespace Consortium.Cli.Data;

/// <summary><c>data inspect</c>: what the reader understands of payment files, without a model and without a daemon.</summary>
internal static class InspectCommand
{
    private const int RowsShown = 5;

    private static readonly Argument<string> Path = new("FILE") { Description = "A file of payments, or a folder of them" };

    private static readonly Option<string?> Bank = new("--bank")
    {
        Description = "The bank as the files name it: rows of other banks are set aside",
        HelpName = "CODE",
    };

    public static Verb Create(Terminal terminal, TimeProvider clock) => Verb.Create(
        "inspect",
        "Say what the reader understands of payment files: rows, labels, accounts, times, and what it sets aside and why. "
        + "Exit code 0 where every row is read, 1 where rows are set aside or a file is rejected",
        ["data inspect payments.csv", "data inspect export.csv --mapping mapping.json",
            "data inspect consortium-home/bank-a/payments --bank 70 --zone Europe/Zurich --json"],
        [Path, Bank, BankOptions.Zone, BankOptions.Mapping, CommonOptions.Json],
        async (parsed, cancellationToken) =>
        {
            string path = parsed.GetRequiredValue(Path);
            (string folder, IReadOnlyList<string> names, IReadOnlyList<SkippedFile> skipped) = Find(path);
            var inspection = new Inspection(new PaymentReadOptions
            {
                OwnBank = parsed.GetValue(Bank) is { } bank ? new BankId(bank) : null,
                Zone = parsed.GetValue(BankOptions.Zone),
                Mapping = BankOptions.MappingOf(parsed),
                Latest = PaymentDates.LatestAt(clock),
            });
            await Task.Run(
                () =>
                {
                    foreach (string name in names)
                    {
                        inspection.Inspect(System.IO.Path.Combine(folder, name), cancellationToken);
                    }
                },
                cancellationToken);

            InspectedFile total = inspection.Total(path);
            bool holds = inspection.Files.All(file => file.IsWhole) && names.Count > 0;
            if (parsed.GetValue(CommonOptions.Json))
            {
                WriteJson(terminal, total, inspection.Files, skipped);
            }
            else
            {
                Write(terminal, inspection.Files, skipped);
            }

            return holds ? ExitCode.Done : ExitCode.DoesNotHold;
        });

    private static (string Folder, IReadOnlyList<string> Names, IReadOnlyList<SkippedFile> Skipped) Find(string path)
    {
        if (File.Exists(path))
        {
            return (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!, [System.IO.Path.GetFileName(path)], []);
        }

        if (!Directory.Exists(path))
        {
            throw new CommandException(ExitCode.BadInput, $"There is no file or folder {path}.");
        }

        PaymentFolder folder = PaymentFolder.Read(path);
        return (path, folder.Files, folder.Skipped);
    }

    /// <summary>The total's names at the top, and the same names again for each file.</summary>
    private static void WriteJson(
        Terminal terminal, InspectedFile total, IReadOnlyList<InspectedFile> files, IReadOnlyList<SkippedFile> skipped) =>
        terminal.WriteJson(new
        {
            total.File,
            total.Format,
            total.Rows,
            total.Laundering,
            total.Licit,
            total.Unlabelled,
            total.Blank,
            set_aside = total.SetAside,
            set_aside_rows = total.SetAsideRows,
            total.Digest,
            total.Accounts,
            total.Banks,
            total.Currencies,
            bank_names = total.BankNames,
            currency_names = total.CurrencyNames,
            total.First,
            total.Last,
            total.Warnings,
            total.Rejected,
            files,
            skipped,
        });

    private static void Write(Terminal terminal, IReadOnlyList<InspectedFile> files, IReadOnlyList<SkippedFile> skipped)
    {
        foreach (InspectedFile file in files)
        {
            terminal.Out.WriteLine(file.Format.Length == 0 ? file.File : $"{file.File} ({file.Format})");
            if (file.Format.Length > 0)
            {
                terminal.Out.WriteLine(
                    $"  {file.Rows:N0} rows: {file.Laundering:N0} laundering, {file.Licit:N0} licit, {file.Unlabelled:N0} "
                        + $"unlabelled; {file.Blank:N0} blank");
            }

            if (file.Rows > 0)
            {
                terminal.Out.WriteLine(
                    $"  {file.Accounts:N0} accounts of {file.Banks:N0} banks: {Names(file.BankNames, file.Banks)}");
                string currencies = file.Currencies == 1 ? "currency" : "currencies";
                terminal.Out.WriteLine($"  {file.Currencies} {currencies}: {Names(file.CurrencyNames, file.Currencies)}");
                terminal.Out.WriteLine($"  {file.First} to {file.Last}");
                terminal.Out.WriteLine($"  digest {file.Digest[..16]}");
            }

            WriteRows(terminal, file);
            foreach (string warning in file.Warnings)
            {
                terminal.Out.WriteLine($"  warning: {warning}");
            }

            if (file.Rejected is { } rejected)
            {
                terminal.Out.WriteLine($"  REJECTED: {rejected}");
            }
        }

        foreach (SkippedFile file in skipped)
        {
            terminal.Out.WriteLine($"{file.Name}\n  skipped: {file.Reason}");
        }

        if (files.Count == 0)
        {
            terminal.Out.WriteLine("No file of payments is there.");
        }
    }

    private static void WriteRows(Terminal terminal, InspectedFile file)
    {
        foreach (SetAsideRow row in file.SetAside.Take(RowsShown))
        {
            string place = row.Message is { } message ? $"message {message}, payment {row.Row}" : $"row {row.Row}";
            terminal.Out.WriteLine($"  set aside: {place}{(row.Column.Length == 0 ? "" : $", {row.Column}")}: {row.Reason}");
        }

        if (file.SetAsideRows > RowsShown)
        {
            terminal.Out.WriteLine($"  set aside: {file.SetAsideRows - RowsShown:N0} more rows; --json lists them");
        }
    }

    private static string Names(ImmutableArray<string> names, int all) =>
        string.Join(", ", names) + (all > names.Length ? " and others" : "");
}

using System.Collections.Immutable;
using Consortium.Learning.Payments;

namespace Consortium.Cli.Checkup;

/// <summary>A bank's payment files: readable, in the expected columns, of this bank, and labelled.</summary>
internal static class DataCheckup
{
    private const string Area = "data";
    private const int BanksNamed = 5;

    public static IReadOnlyList<Finding> Examine(Subject subject, CancellationToken cancellationToken)
    {
        string[] files = File.Exists(subject.Payments) ? [subject.Payments]
            : !Directory.Exists(subject.Payments) ? []
            : [.. Directory.EnumerateFiles(subject.Payments).Where(IsPayments).Order(StringComparer.Ordinal)];
        if (files.Length == 0)
        {
            return
            [
                Finding.Wrong(
                    subject.Name, Area, $"{subject.Payments} holds no .csv, .csv.gz or .parquet file.",
                    "Put the bank's payments there, in AMLworld's columns, or name them with --payments."),
            ];
        }

        var findings = ImmutableArray.CreateBuilder<Finding>();
        bool isLabelled = false;
        foreach (string file in files)
        {
            Finding finding = Examine(subject, file, ref isLabelled, cancellationToken);
            findings.Add(finding);
        }

        if (!isLabelled && findings.All(finding => finding.Outcome != Outcome.Wrong))
        {
            findings.Add(Finding.Wrong(
                subject.Name, Area, "No payment that this bank sends is labelled: there is nothing to learn from.",
                "Fill the column Is Laundering, 0 or 1, for payments that were looked into."));
        }

        return findings.ToImmutable();
    }

    private static bool IsPayments(string file) =>
        file.EndsWith(".csv", StringComparison.Ordinal)
            || file.EndsWith(".csv.gz", StringComparison.Ordinal) || file.EndsWith(".parquet", StringComparison.Ordinal);

    private static Finding Examine(Subject subject, string file, ref bool isLabelled, CancellationToken cancellationToken)
    {
        try
        {
            using PaymentReader reader = PaymentReader.Open(file, new PaymentReadOptions { MaxBadRows = long.MaxValue });
            var bank = new BankId(subject.Bank);
            long foreign = 0, sent = 0;
            var batch = new Payment[16_384];
            for (int count; (count = reader.Read(batch)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int self = reader.Accounts.IndexOf(bank);
                foreach (ref readonly Payment row in batch.AsSpan(0, count))
                {
                    int from = reader.Accounts.BankIndexOf(row.From);
                    sent += from == self ? 1 : 0;
                    foreign += from != self && reader.Accounts.BankIndexOf(row.To) != self ? 1 : 0;
                    isLabelled |= from == self && row.Label != Label.Unknown;
                }
            }

            return Judge(subject, file, reader, foreign, sent);
        }
        catch (PaymentFileException exception)
        {
            return Finding.Wrong(
                subject.Name, Area, exception.Message, $"Write {file} in AMLworld's columns: `simulate` makes an example.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Finding.Wrong(subject.Name, Area, exception.Message, $"Let the user that the daemon runs as read {file}.");
        }
    }

    private static Finding Judge(Subject subject, string file, PaymentReader reader, long foreign, long sent)
    {
        ReadReport report = reader.Report;
        if (report.Rows > 0 && reader.Accounts.IndexOf(new BankId(subject.Bank)) < 0)
        {
            string banks = string.Join(", ", reader.Accounts.Banks.Take(BanksNamed));
            return Finding.Wrong(
                subject.Name,
                Area,
                $"{file} names no bank '{subject.Bank}', but "
                    + $"{banks}{(reader.Accounts.Banks.Count > BanksNamed ? " and others" : string.Empty)}.",
                "Say how the files name this bank: --bank here, Consortium__Bank for the daemon.");
        }

        if (report.BadRows > 0)
        {
            return Finding.Wrong(
                subject.Name, Area, $"{file} has {report.BadRows:N0} bad rows; the first: {report.Problems[0]}",
                "Mend them, or let the daemon leave them out: Consortium__MaximumBadRows.");
        }

        return foreign > 0
            ? Finding.Wrong(
                subject.Name, Area, $"{file} has {foreign:N0} payments that '{subject.Bank}' neither sends nor receives.",
                "Give the daemon this bank's payments only.")
            : report.Rows == 0
            ? Finding.Wrong(
                subject.Name, Area, $"{file} has no rows.", "Write the bank's payments below the header, or take the file away.")
            : Finding.Good(
                subject.Name, Area,
                $"{file}: {report.Rows:N0} payments of '{subject.Bank}' ({sent:N0} sent, {report.LaunderingRows:N0} "
                    + $"labelled laundering), {report.Earliest:yyyy-MM-dd} to {report.Latest:yyyy-MM-dd}.");
    }
}

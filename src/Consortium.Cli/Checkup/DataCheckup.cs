using System.Collections.Immutable;
using Consortium.Hosting.Sqlite;
using Consortium.Hosting.Storage;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Outcomes;
using Consortium.Participant.Data;
using Consortium.Participant.Store;

namespace Consortium.Cli.Checkup;

/// <summary>A bank's payment files: readable, in the expected columns, of this bank, and labelled.</summary>
internal static class DataCheckup
{
    private const string Area = "data";
    private const int BanksNamed = 5;

    /// <summary>Files named that are not taken, or rows of which are not.</summary>
    private const int FilesNamed = 20;

    public static async Task<IReadOnlyList<Finding>> ExamineAsync(
        Subject subject, TimeProvider clock, CancellationToken cancellationToken) =>
        [.. Examine(subject, clock, cancellationToken), .. await ExamineJournalAsync(subject, cancellationToken)];

    private static ImmutableArray<Finding> Examine(Subject subject, TimeProvider clock, CancellationToken cancellationToken)
    {
        PaymentFolder? folder = Directory.Exists(subject.Payments) ? PaymentFolder.Read(subject.Payments) : null;
        string[] files = File.Exists(subject.Payments) ? [subject.Payments]
            : folder is null ? []
            : [.. folder.Files.Select(name => Path.Combine(subject.Payments, name))];
        if (files.Length == 0)
        {
            return
            [
                Finding.Wrong(
                    subject.Name, Area, $"{subject.Payments} holds no file of payments.",
                    "Put the bank's payments there, or name them with --payments."),
            ];
        }

        var findings = ImmutableArray.CreateBuilder<Finding>();
        findings.AddRange(
            (folder?.Skipped ?? []).Select(
                file => Finding.Note(subject.Name, Area, $"{file.Name} is not read: it is {file.Reason}.")));
        var seen = new Seen();
        foreach (string file in files)
        {
            findings.AddRange(Examine(subject, file, clock, seen, cancellationToken));
        }

        findings.AddRange(seen.Duplicates.Warnings().Concat(ChangedIdentifiers.Warnings(seen.Accounts)).Select(
            warning => Finding.Note(subject.Name, Area, warning)));
        if (!seen.IsLabelled && findings.All(finding => finding.Outcome != Outcome.Wrong))
        {
            findings.Add(Finding.Wrong(
                subject.Name, Area, "No payment that this bank sends is labelled: there is nothing to learn from.",
                "Fill the column Is Laundering, 0 or 1, for payments that were looked into, or add a file of outcomes."));
        }

        return findings.ToImmutable();
    }

    /// <summary>What the daemon noted of its files.</summary>
    private static async Task<IReadOnlyList<Finding>> ExamineJournalAsync(Subject subject, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<JournaledFile> files = await JournaledFile.ReadAsync(
                new FolderStorage(subject.Party.StateFolder), cancellationToken);
            return
            [
                .. files.Where(file => file.State != FileState.Taken || file.SetAside > 0 || file.Reason is not null)
                .TakeLast(FilesNamed).Select(Judge),
            ];
        }
        catch (StorageException exception)
        {
            return exception.Fault == StorageFault.Missing
                ? []
                : [Finding.Note(subject.Name, Area, $"The daemon's journal of files was not looked at: {exception.Message}")];
        }

        Finding Judge(JournaledFile file) => file.State switch
        {
            FileState.SetAside => Finding.Wrong(
                subject.Name, Area, $"The daemon set {file.Name} aside: {file.Reason}",
                $"Mend the file in its place, or run `data accept {file.Name} --data {subject.Party.StateFolder}` to take "
                    + $"it without its bad rows."),
            FileState.Waiting => Finding.Wrong(
                subject.Name, Area, $"The daemon waits for {file.Name} to be whole: {file.Reason}",
                "Finish the transfer, or transfer the file again."),
            FileState.Duplicate => Finding.Note(subject.Name, Area, $"{file.Name} was not read: {file.Reason}."),
            FileState.Replaced => Finding.Note(
                subject.Name, Area, $"{file.Name} was taken as batch {file.Batch}, and other content came under its name since."),
            _ => Finding.Note(
                subject.Name, Area,
                $"{file.Name} was taken as batch {file.Batch}, {file.SetAside:N0} rows set aside. {file.Reason}"),
        };
    }

    private static IReadOnlyList<Finding> Examine(
        Subject subject, string file, TimeProvider clock, Seen seen, CancellationToken cancellationToken)
    {
        try
        {
            if (OutcomeFile.Is(file))
            {
                OutcomeFile outcomes = OutcomeFile.Read(file, PaymentDates.LatestAt(clock));
                seen.IsLabelled |= outcomes.Report.Rows > outcomes.Report.UnlabelledRows;
                string name = Path.GetFileName(file);
                return
                [
                    outcomes.Report.SetAside == 0
                        ? Finding.Good(subject.Name, Area, $"{name}: {outcomes.Report.Rows:N0} outcomes of cases.")
                        : Finding.Note(
                            subject.Name, Area,
                            $"{name}: {outcomes.Report.SetAside:N0} outcomes are set aside. {outcomes.Report.Problems[0]}"),
                ];
            }

            using PaymentReader reader = PaymentReader.Open(file, new PaymentReadOptions
            {
                MaxBadRows = long.MaxValue,
                Zone = subject.Zone,
                Mapping = subject.Mapping,
                Latest = PaymentDates.LatestAt(clock),
            });
            var bank = new BankId(subject.Bank);
            long foreign = 0, sent = 0;
            var batch = new Payment[16_384];
            for (int count; (count = reader.Read(batch)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int self = reader.Accounts.IndexOf(bank);
                foreach (ref readonly Payment row in batch.AsSpan(0, count))
                {
                    seen.Duplicates.Add(row, reader.Accounts);
                    int from = reader.Accounts.BankIndexOf(row.From);
                    sent += from == self ? 1 : 0;
                    foreign += from != self && reader.Accounts.BankIndexOf(row.To) != self ? 1 : 0;
                    seen.IsLabelled |= from == self && row.Label != Label.Unknown;
                }
            }

            for (int account = 0; account < reader.Accounts.Count; account++)
            {
                var id = new AccountId(account);
                seen.Accounts.Intern(reader.Accounts.BankOf(id), reader.Accounts.NumberOf(id));
            }

            return
            [
                Judge(subject, file, reader, foreign, sent),
                .. reader.Report.Warnings.Select(warning => Finding.Note(subject.Name, Area, $"{file}: {warning}")),
            ];
        }
        catch (PaymentFileException exception)
        {
            return
            [
                Finding.Wrong(
                    subject.Name, Area, exception.Message, $"Write {file} in AMLworld's columns: `simulate` makes an example."),
            ];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [Finding.Wrong(subject.Name, Area, exception.Message, $"Let the user that the daemon runs as read {file}.")];
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
            RowProblem first = report.Problems.First(problem => problem.Fault == RowFault.Malformed);
            return Finding.Wrong(
                subject.Name, Area, $"{file} has {report.BadRows:N0} bad rows; the first: {first}",
                "Mend them, or let the daemon leave them out: Consortium__MaximumBadRows.");
        }

        if (report.ImpossibleDates > 0)
        {
            return Finding.Wrong(
                subject.Name,
                Area,
                $"{file} has {report.ImpossibleDates:N0} rows with a date that cannot be a payment's; the first: "
                    + $"{report.Problems.First(problem => problem.Fault == RowFault.ImpossibleDate)}",
                "Correct the dates, or this machine's clock. The daemon takes the other rows.");
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

    /// <summary>What the files have together.</summary>
    private sealed class Seen
    {
        public DuplicatePayments Duplicates { get; } = new();

        public AccountTable Accounts { get; } = new();

        public bool IsLabelled { get; set; }
    }
}

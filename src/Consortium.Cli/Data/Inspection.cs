using System.Collections.Immutable;
using System.Globalization;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Outcomes;

namespace Consortium.Cli.Data;

/// <summary>Reads files to their ends and notes what the reader makes of them. Keeps no payment.</summary>
internal sealed class Inspection(PaymentReadOptions options)
{
    private const int MostBankNames = 20;
    private const int BatchRows = 16_384;

    private readonly AccountTable _accounts = new();
    private readonly bool[] _currencies = new bool[Currencies.Count];
    private readonly PaymentDigest _digest = new();
    private readonly DuplicatePayments _duplicates = new();
    private readonly List<InspectedFile> _files = [];

    public IReadOnlyList<InspectedFile> Files => _files;

    public void Inspect(string path, CancellationToken cancellationToken)
    {
        string name = Path.GetFileName(path);
        if (TryOutcomes(path, name))
        {
            return;
        }

        var accounts = new AccountTable();
        bool[] currencies = new bool[Currencies.Count];
        var digest = new PaymentDigest();
        var duplicates = new DuplicatePayments();
        PaymentReader? reader = null;
        string? rejected = null;
        try
        {
            reader = PaymentReader.Open(path, options with { Accounts = accounts, MaxBadRows = long.MaxValue });
            var batch = new Payment[BatchRows];
            for (int count; (count = reader.Read(batch)) > 0;)
            {
                cancellationToken.ThrowIfCancellationRequested();
                foreach (ref readonly Payment payment in batch.AsSpan(0, count))
                {
                    digest.Add(payment, accounts);
                    duplicates.Add(payment, accounts);
                    _duplicates.Add(payment, accounts);
                    currencies[payment.PaymentCurrency.Code] = true;
                    currencies[payment.ReceivingCurrency.Code] = true;
                    Remember(accounts, payment.From);
                    Remember(accounts, payment.To);
                }
            }
        }
        catch (PaymentFileException error)
        {
            rejected = error.Reason;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            rejected = error.Message;
        }
        finally
        {
            reader?.Dispose();
        }

        for (int code = 0; code < currencies.Length; code++)
        {
            _currencies[code] |= currencies[code];
        }

        _digest.Add(digest);
        ReadReport report = reader?.Report ?? new ReadReport();
        _files.Add(Describe(
            name, report, accounts, currencies, digest, rejected,
            [.. WarningsOf(path, report, rejected), .. ChangedIdentifiers.Warnings(accounts), .. duplicates.Warnings()]));
    }

    /// <summary>A file of case outcomes has no payments: its rows are outcomes.</summary>
    private bool TryOutcomes(string path, string name)
    {
        try
        {
            if (!OutcomeFile.Is(path))
            {
                return false;
            }

            OutcomeFile outcomes = OutcomeFile.Read(path, options.Latest ?? DateTime.MaxValue);
            _files.Add(Describe(
                name, outcomes.Report, new AccountTable(), new bool[Currencies.Count], new PaymentDigest(), null,
                ["This is a file of case outcomes: its rows are outcomes, not payments."]));
            return true;
        }
        catch (Exception error) when (error is PaymentFileException or IOException or UnauthorizedAccessException)
        {
            return false; // what is wrong is said where payments are read
        }
    }

    /// <summary>All files as one.</summary>
    public InspectedFile Total(string name)
    {
        InspectedFile[] read = [.. _files];
        InspectedFile empty = Describe(name, new ReadReport(), _accounts, _currencies, _digest, null, []);
        return empty with
        {
            Format = string.Join("; ", read.Select(file => file.Format).Where(format => format.Length > 0).Distinct()),
            Rows = read.Sum(file => file.Rows),
            Laundering = read.Sum(file => file.Laundering),
            Licit = read.Sum(file => file.Licit),
            Unlabelled = read.Sum(file => file.Unlabelled),
            Blank = read.Sum(file => file.Blank),
            SetAside = [.. read.SelectMany(file => file.SetAside).Take(ReadReport.MaxProblemsKept)],
            SetAsideRows = read.Sum(file => file.SetAsideRows),
            First = read.Select(file => file.First).Min(StringComparer.Ordinal),
            Last = read.Select(file => file.Last).Max(StringComparer.Ordinal),
            Warnings =
            [
                .. read.SelectMany(file => file.Warnings).Concat(ChangedIdentifiers.Warnings(_accounts))
                    .Concat(_duplicates.Warnings()).Distinct(),
            ],
            Rejected = read.FirstOrDefault(file => file.Rejected is not null) is { } first
                ? (read.Length == 1 ? first.Rejected : $"{first.File}: {first.Rejected}")
                : null,
        };
    }

    private static InspectedFile Describe(
        string name, ReadReport report, AccountTable accounts, bool[] currencies, PaymentDigest digest, string? rejected,
        IEnumerable<string> warnings) => new()
        {
            File = name,
            Format = report.Format,
            Rows = report.Rows,
            Laundering = report.LaunderingRows,
            Licit = report.Rows - report.LaunderingRows - report.UnlabelledRows,
            Unlabelled = report.UnlabelledRows,
            Blank = report.BlankLines,
            SetAside =
            [
                .. report.Problems.Select(problem => new SetAsideRow(
                    problem.Line, problem.Column, problem.Reason, problem.Message == 0 ? null : problem.Message)),
            ],
            SetAsideRows = report.SetAside,
            Digest = digest.ToString(),
            Accounts = accounts.Count,
            Banks = accounts.Banks.Count,
            Currencies = currencies.Count(isMet => isMet),
            BankNames = [.. accounts.Banks.Select(bank => bank.Value).Take(MostBankNames)],
            CurrencyNames =
            [.. currencies.Index().Where(met => met.Item).Select(met => Currencies.NameOf(new Currency((byte)met.Index)))],
            First = report.Earliest?.ToString("s", CultureInfo.InvariantCulture),
            Last = report.Latest?.ToString("s", CultureInfo.InvariantCulture),
            Warnings = [.. warnings],
            Rejected = rejected,
        };

    private static IEnumerable<string> WarningsOf(string path, ReadReport report, string? rejected)
    {
        foreach (string warning in report.Warnings)
        {
            yield return warning;
        }

        if (report.SetAside > report.Problems.Count)
        {
            yield return $"Only the first {report.Problems.Count:N0} of {report.SetAside:N0} rows that are set aside are listed.";
        }

        if (rejected is null && report.Rows == 0)
        {
            yield return "The file has no payments.";
        }

        if (
            rejected is null && report.Rows > report.UnlabelledRows && (
                report.LaunderingRows == 0 || report.Rows == report.LaunderingRows + report.UnlabelledRows))
        {
            yield return report.LaunderingRows == 0
                ? "Every label is 0: nothing is labelled laundering."
                : "Every label is 1: nothing is labelled licit.";
        }

        if (rejected is null && UnfinishedFile.WhatIsUnfinished(path) is { } unfinished)
        {
            yield return $"The file may be unfinished: {unfinished}.";
        }
    }

    private void Remember(AccountTable accounts, AccountId account) =>
        _accounts.Intern(accounts.BankOf(account), accounts.NumberOf(account));
}

using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Hosting.Telemetry;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Mapping;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Data;

/// <summary>
/// A bank's payments in memory with their features, computed once for each row. They come in batches: the files that were there
/// at first are one, each later file is one more. Rows of earlier batches never change. Not thread-safe.
/// </summary>
public sealed class BankData
{
    private const int MostRemarks = 20;

    private readonly BankId _bank;
    private readonly long _maximumBadRows;
    private readonly AccountTable _accounts = new();
    private readonly FeatureMatrix _features = new(FeatureExtractor.Schema);
    private readonly List<Payment> _owned = [];
    private readonly List<int> _ends = [];

    /// <param name="bank">The bank as its files name it.</param>
    /// <param name="maximumBadRows">Malformed rows of a file that are left out; one more refuses the file.</param>
    /// <param name="lateWindow">How far back late payments are merged into the past; none are unless given.</param>
    public BankData(BankId bank, long maximumBadRows = 0, TimeSpan lateWindow = default)
    {
        _bank = bank;
        _maximumBadRows = maximumBadRows;
        History = new BankHistory(bank, _accounts, lateWindow);
    }

    /// <summary>The zone of the bank's days; null reads times that name a zone as UTC.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>Which column of CSV and Parquet files is what; null for AMLworld's columns.</summary>
    public PaymentMapping? Mapping { get; init; }

    /// <summary>Rows dated beyond it are set aside (<see cref="PaymentDates"/>).</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Batches added, numbered from 1.</summary>
    public int Batches => _ends.Count;

    /// <summary>Rows that the bank owns.</summary>
    public int Rows => _owned.Count;

    public AccountTable Accounts => _accounts;

    public FeatureMatrix Features => _features;

    internal BankHistory History { get; }

    /// <summary>Numbers of rows at the ends of the batches.</summary>
    internal IReadOnlyList<int> Ends => _ends;

    internal ReadOnlySpan<Payment> Owned => CollectionsMarshal.AsSpan(_owned);

    public Payment this[int row] => _owned[row];

    /// <summary>Reads files, of any order in time, as one batch.</summary>
    /// <exception cref="PaymentFileException">A file cannot be read; nothing was added.</exception>
    public BatchReport Add(IEnumerable<string> files) => Take(Read(files));

    /// <summary>Reads files and adds nothing yet. Either <see cref="Take"/> or <see cref="Discard"/> what is returned.</summary>
    /// <exception cref="PaymentFileException">A file cannot be read; nothing of any stays in memory.</exception>
    internal PendingBatch Read(IEnumerable<string> files, bool acceptsBadRows = false)
    {
        using Instruments.Work read = Instruments.Measure("read");
        int before = _accounts.Count;
        var rows = new List<Payment>();
        var remarks = ImmutableArray.CreateBuilder<string>();
        long setAside = 0;
        var options = new PaymentReadOptions
        {
            Accounts = _accounts,
            OwnBank = _bank,
            MaxBadRows = acceptsBadRows ? long.MaxValue : _maximumBadRows,
            Zone = Zone,
            Mapping = Mapping,
            Latest = PaymentDates.LatestAt(Clock),
        };
        try
        {
            foreach (string file in files)
            {
                rows.AddRange(PaymentReader.ReadAll(file, options, out ReadReport report).Payments);
                RequireSomeDates(Path.GetFileName(file), report);
                setAside += report.SetAside;
                remarks.AddRange(report.Warnings);
                remarks.AddRange(report.Problems.Select(problem => problem.ToString()));
            }
        }
        catch
        {
            _accounts.Truncate(before);
            throw;
        }

        return new PendingBatch(new PaymentSet([.. rows], _accounts), before, setAside, [.. remarks.Take(MostRemarks)]);
    }

    /// <summary>Forgets what was read.</summary>
    internal void Discard(PendingBatch pending) => _accounts.Truncate(pending.AccountsBefore);

    /// <summary>Adds what was read as the next batch.</summary>
    internal BatchReport Take(PendingBatch pending)
    {
        using Instruments.Work features = Instruments.Measure("features");
        int before = _owned.Count;
        List<Payment> fresh = History.Sift(
            pending.Set.Payments, out int late, out int tooLate, out int alreadyRead, out int otherLabels);
        int bank = _accounts.IndexOf(_bank);
        _features.Reserve(_features.RowCount + fresh.Count(payment => _accounts.BankIndexOf(payment.From) == bank));
        History.Take(fresh, (payment, row) =>
        {
            _features.AddRow(row);
            _owned.Add(payment);
        });
        _ends.Add(_owned.Count);
        return new BatchReport
        {
            Taken = fresh.Count,
            Owned = _owned.Count - before,
            Late = late,
            TooLate = tooLate,
            AlreadyRead = alreadyRead,
            OtherLabels = otherLabels,
            SetAside = pending.SetAside,
            Remarks = pending.Remarks,
        };
    }

    /// <summary>Takes up rows with features that an earlier run saved.</summary>
    internal void Restore(ReadOnlySpan<Payment> owned, IEnumerable<int> ends)
    {
        _owned.AddRange(owned);
        _ends.AddRange(ends);
    }

    /// <summary>The labelled rows of the first batches, of these days only; of all days when no window is given.</summary>
    public TrainingRows TrainingRows(int batches, DataWindow? window = null)
    {
        int end = _ends[batches - 1];
        var labels = new Label[end];
        for (int row = 0; row < end; row++)
        {
            labels[row] = window?.Contains(DateOnly.FromDateTime(_owned[row].Timestamp)) != false
                ? _owned[row].Label
                : Label.Unknown;
        }

        return Learning.Models.TrainingRows.OfHistory(_features.Slice(0, end), labels);
    }

    /// <summary>
    /// Digest of the labelled payments that this bank has of these days. Whoever has the payments can compute it; nobody else can
    /// use it.
    /// </summary>
    public Digest DigestOf(int batches, DataWindow window)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var writer = new CanonicalWriter();
        for (int row = 0; row < _ends[batches - 1]; row++)
        {
            Payment payment = _owned[row];
            if (payment.Label == Label.Unknown || !window.Contains(DateOnly.FromDateTime(payment.Timestamp)))
            {
                continue;
            }

            writer.Clear();
            writer.Int64(payment.Timestamp.Ticks);
            Write(writer, payment.From);
            Write(writer, payment.To);
            writer.Text(payment.AmountReceived.ToString(CultureInfo.InvariantCulture));
            writer.UInt8(payment.ReceivingCurrency.Code);
            writer.Text(payment.AmountPaid.ToString(CultureInfo.InvariantCulture));
            writer.UInt8(payment.PaymentCurrency.Code);
            writer.Int32((int)payment.PaymentFormat);
            writer.Int32((int)payment.Label);
            hash.AppendData(writer.Written);
        }

        return new Digest(hash.GetHashAndReset());
    }

    private void Write(CanonicalWriter writer, AccountId account)
    {
        writer.Text(_accounts.BankOf(account).Value);
        writer.Text(_accounts.NumberOf(account));
    }

    /// <summary>Rows of a batch that nobody has judged yet: those to score.</summary>
    public int[] Unlabelled(int batch)
    {
        int start = batch == 1 ? 0 : _ends[batch - 2];
        return [.. Enumerable.Range(start, _ends[batch - 1] - start).Where(row => _owned[row].Label == Label.Unknown)];
    }

    /// <summary>A file most of whose rows are in the future says more of the clock than of the rows.</summary>
    private static void RequireSomeDates(string file, ReadReport report)
    {
        if (report.ImpossibleDates > report.Rows)
        {
            throw new PaymentFileException(
                file,
                $"{report.ImpossibleDates:N0} of {report.Rows + report.SetAside:N0} rows have a date that cannot be a payment's; "
                    + "correct them, or this machine's clock.");
        }
    }
}

using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Hosting.Telemetry;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Mapping;
using Consortium.Learning.Payments.Outcomes;
using Consortium.Learning.Reasons;
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
    /// <param name="maximumBadRows">Malformed rows of a file that are left out; one more rejects the file.</param>
    /// <param name="lateWindow">How far back late payments are merged into the past; none are unless given.</param>
    public BankData(BankId bank, long maximumBadRows = 0, TimeSpan lateWindow = default)
    {
        _bank = bank;
        _maximumBadRows = maximumBadRows;
        History = new BankHistory(bank, _accounts, lateWindow, Late.Add);
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

    /// <summary>Late columns of the rows whose 24 hours have passed.</summary>
    internal LateRows Late { get; } = new();

    /// <summary>Outcomes of cases, which change labels.</summary>
    internal OutcomeBook Outcomes { get; } = new();

    /// <summary>Numbers of rows at the ends of the batches.</summary>
    internal IReadOnlyList<int> Ends => _ends;

    internal ReadOnlySpan<Payment> Owned => CollectionsMarshal.AsSpan(_owned);

    public Payment this[int row] => _owned[row];

    /// <summary>Whether a view shows a row: the late view does not before the row's 24 hours have passed.</summary>
    public bool IsSeen(FeatureView view, int row) => view == FeatureView.Now || Late.Has(row);

    /// <summary>The medians of all rows that a view shows. Of late rows a sample is copied, and no more.</summary>
    public TypicalValues TypicalOf(FeatureView view)
    {
        if (view == FeatureView.Now)
        {
            return TypicalValues.Of(_features);
        }

        int[] sample = TypicalValues.Sample(Late.Rows.Length);
        for (int i = 0; i < sample.Length; i++)
        {
            sample[i] = Late.Rows[sample[i]];
        }

        return TypicalValues.Of(Late.Select(_features, sample));
    }

    /// <summary>The given rows in a view that shows them.</summary>
    public FeatureMatrix FeaturesOf(FeatureView view, ReadOnlySpan<int> rows) =>
        view == FeatureView.Now ? _features.Select(rows) : Late.Select(_features, rows);

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
        EndBatch();
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

    /// <summary>Takes outcomes of cases as the next batch, which has no payments.</summary>
    public BatchReport TakeOutcomes(OutcomeFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        int batch = _ends.Count + 1;
        Dictionary<ulong, List<int>> alerts = RowsOf(file.All.Where(outcome => outcome.IsAlert).Select(outcome => outcome.Key));
        HashSet<ulong> references = [.. file.All.Where(outcome => !outcome.IsAlert).Select(outcome => outcome.Key)];
        foreach (Payment payment in _owned)
        {
            references.Remove(payment.Reference);
        }

        long unknown = 0, waiting = 0;
        foreach (CaseOutcome outcome in file.All)
        {
            if (!outcome.IsAlert)
            {
                waiting += references.Contains(outcome.Key) ? 1 : 0;
                Outcomes.Add(new OutcomeBook.Entry(outcome.Key, outcome.Decided.Ticks, batch, (sbyte)outcome.Label, 0));
                continue;
            }

            List<int> rows = alerts[outcome.Key];
            unknown += rows.Count == 0 ? 1 : 0;
            foreach (int row in rows)
            {
                Outcomes.Add(new OutcomeBook.Entry((ulong)row, outcome.Decided.Ticks, batch, (sbyte)outcome.Label, 1));
            }
        }

        EndBatch();
        return new BatchReport
        {
            Taken = file.All.Count,
            Owned = 0,
            Late = 0,
            TooLate = 0,
            AlreadyRead = 0,
            OtherLabels = 0,
            SetAside = file.Report.SetAside + unknown,
            Remarks = [.. Remarks(file, unknown, waiting).Take(MostRemarks)],
        };
    }

    private static IEnumerable<string> Remarks(OutcomeFile file, long unknown, long waiting)
    {
        if (unknown > 0)
        {
            yield return $"{unknown} outcomes are of alerts that no payment of this bank has.";
        }

        if (waiting > 0)
        {
            yield return $"{waiting} outcomes are of payments that this bank has not sent, or not yet read.";
        }

        foreach (RowProblem problem in file.Report.Problems)
        {
            yield return problem.ToString();
        }
    }

    /// <summary>Rows of the payments that alerts are about.</summary>
    private Dictionary<ulong, List<int>> RowsOf(IEnumerable<ulong> alerts)
    {
        var rows = alerts.Distinct().ToDictionary(alert => alert, _ => new List<int>());
        for (int row = 0; rows.Count > 0 && row < _owned.Count; row++)
        {
            if (rows.TryGetValue(AlertIdOf(row).Value, out List<int>? found))
            {
                found.Add(row);
            }
        }

        return rows;
    }

    /// <summary>A row's label as it is known now.</summary>
    public Label LabelOf(int row) => Outcomes.LabelOf(row, _owned[row], Batches);

    /// <summary>The identifier of an alert about a row.</summary>
    public AlertId AlertIdOf(int row) => AlertId.Of(_owned[row], _accounts);

    /// <summary>Takes up rows with features that an earlier run saved.</summary>
    internal void Restore(ReadOnlySpan<Payment> owned, IEnumerable<int> ends)
    {
        _owned.AddRange(owned);
        _ends.AddRange(ends);
    }

    /// <summary>The labelled rows of the first batches, of these days only; of all days when no window is given.</summary>
    /// <param name="view">What the model will look at; today's columns unless given.</param>
    /// <remarks>
    /// In the late view rows are left out whose 24 hours had not passed with those batches, or end after the days' last: no row
    /// looks at a payment of another day than those.
    /// </remarks>
    public TrainingRows TrainingRows(
        int batches, DataWindow? window = null, ClosedDays? closed = null, FeatureView? view = null)
    {
        closed ??= ClosedDays.None;
        bool isLate = view == FeatureView.Late;
        int end = isLate ? Late.EndOf(batches) : _ends[batches - 1];
        var labels = new Label[end];
        var senders = new int[end];
        for (int place = 0; place < end; place++)
        {
            int row = isLate ? Late.Rows[place] : place;
            senders[place] = _owned[row].From.Index;
            DateOnly day = DateOnly.FromDateTime(_owned[row].Timestamp);
            labels[place] = window?.Contains(day) != false && (!isLate || window?.Contains(day.AddDays(1)) != false)
                ? Outcomes.LabelOf(row, _owned[row], closed.BatchOf(day, batches))
                : Label.Unknown;
        }

        return Learning.Models.TrainingRows.OfHistory(
            isLate ? Late.First(_features, end) : _features.Slice(0, end), labels, senders);
    }

    /// <summary>
    /// Digest of the labelled payments that this bank has of these days. Whoever has the payments can compute it; nobody else can
    /// use it.
    /// </summary>
    /// <param name="batches">Whose payments count.</param>
    /// <param name="window">Which days.</param>
    /// <param name="closed">Days with the labels of an earlier batch.</param>
    /// <param name="labels">The batch whose labels other days have; the last of <paramref name="batches"/> unless given.</param>
    public Digest DigestOf(int batches, DataWindow window, ClosedDays? closed = null, int? labels = null)
    {
        closed ??= ClosedDays.None;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var writer = new CanonicalWriter();
        for (int row = 0; row < _ends[batches - 1]; row++)
        {
            Payment payment = _owned[row];
            DateOnly day = DateOnly.FromDateTime(payment.Timestamp);
            Label label = window.Contains(day)
                ? Outcomes.LabelOf(row, payment, closed.BatchOf(day, labels ?? batches))
                : Label.Unknown;
            if (label == Label.Unknown)
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
            writer.Int32((int)label);
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
        return
        [
            .. Enumerable.Range(start, _ends[batch - 1] - start)
                .Where(row => Outcomes.LabelOf(row, _owned[row], Batches) == Label.Unknown),
        ];
    }

    /// <summary>Rows whose 24 hours ended with a batch and that nobody has judged yet: those to score in the late view.</summary>
    public int[] UnlabelledLate(int batch) =>
    [
        .. Late.Rows[Late.EndOf(batch - 1)..Late.EndOf(batch)].ToArray()
            .Where(row => Outcomes.LabelOf(row, _owned[row], Batches) == Label.Unknown),
    ];

    private void EndBatch()
    {
        _ends.Add(_owned.Count);
        Late.EndBatch();
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

using System.Globalization;
using System.Security.Cryptography;
using Consortium.Hosting.Telemetry;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Data;

/// <summary>
/// A bank's payments in memory with their features, computed once for each row. They come in batches: the files that were there at
/// first are one, each later file is one more, and none goes back in time. Not thread-safe.
/// </summary>
public sealed class BankData(BankId bank, long maximumBadRows = 0)
{
    private readonly AccountTable _accounts = new();
    private readonly FeatureMatrix _features = new(FeatureExtractor.Schema);
    private readonly List<Payment> _owned = [];
    private readonly List<int> _ends = [];
    private FeatureExtractor? _extractor;

    /// <summary>Batches added, numbered from 1.</summary>
    public int Batches => _ends.Count;

    /// <summary>Rows that the bank owns.</summary>
    public int Rows => _owned.Count;

    public AccountTable Accounts => _accounts;

    public FeatureMatrix Features => _features;

    public Payment this[int row] => _owned[row];

    /// <summary>Reads files of any order in time, all of it later than the batches before.</summary>
    /// <exception cref="PaymentFileException">A file cannot be read; nothing was added.</exception>
    /// <exception cref="ArgumentException">A row is earlier than the batch before; nothing was added.</exception>
    public void Add(IEnumerable<string> files)
    {
        var rows = new List<Payment>();
        using (Instruments.Measure("read"))
        {
            foreach (string file in files)
            {
                var options = new PaymentReadOptions { Accounts = _accounts, OwnBank = bank, MaxBadRows = maximumBadRows };
                rows.AddRange(PaymentReader.ReadAll(file, options, out _).Payments);
            }
        }

        using Instruments.Work features = Instruments.Measure("features");
        _extractor ??= new FeatureExtractor(bank, _accounts);
        var set = new PaymentSet([.. rows], _accounts);
        int bankIndex = _accounts.IndexOf(bank);
        int owned = 0;
        foreach (ref readonly Payment payment in set.Payments)
        {
            owned += _accounts.BankIndexOf(payment.From) == bankIndex ? 1 : 0;
        }

        _features.Reserve(_features.RowCount + owned);
        float[] row = new float[FeatureExtractor.Schema.Count];
        foreach (ref readonly Payment payment in set.Payments)
        {
            if (_extractor.Add(payment, row))
            {
                _features.AddRow(row);
                _owned.Add(payment);
            }
        }

        _ends.Add(_owned.Count);
    }

    /// <summary>The labelled rows of the first batches, of these days only; of all days when no window is given.</summary>
    public TrainingRows TrainingRows(int batches, DataWindow? window = null)
    {
        (int start, int end) = Range(batches, window);
        var labels = new Label[end - start];
        for (int row = start; row < end; row++)
        {
            labels[row - start] = _owned[row].Label;
        }

        return Learning.Models.TrainingRows.OfHistory(_features.Slice(start, end - start), labels);
    }

    /// <summary>Digest of the labelled payments that this bank has of these days. Whoever has the payments can compute it; nobody else can use it.</summary>
    public Digest DigestOf(int batches, DataWindow window)
    {
        (int start, int end) = Range(batches, window);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var writer = new CanonicalWriter();
        for (int row = start; row < end; row++)
        {
            Payment payment = _owned[row];
            if (payment.Label == Label.Unknown)
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

    private (int Start, int End) Range(int batches, DataWindow? window)
    {
        int end = _ends[batches - 1];
        return window is not { } days ? (0, end) : (FirstOn(days.First, end), FirstOn(days.End, end));
    }

    /// <summary>The first row of a day or later; rows are in order of time.</summary>
    private int FirstOn(DateOnly day, int end)
    {
        DateTime from = day.ToDateTime(TimeOnly.MinValue);
        int low = 0;
        for (int high = end; low < high;)
        {
            int middle = (low + high) / 2;
            (low, high) = _owned[middle].Timestamp < from ? (middle + 1, high) : (low, middle);
        }

        return low;
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
}

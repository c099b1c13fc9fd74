using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Transactions;

namespace Consortium.Participant.Data;

/// <summary>
/// A bank's transactions in memory with their features, computed once for each row. They come in batches: the files that were there at
/// first are one, each later file is one more, and none goes back in time. Not thread-safe.
/// </summary>
internal sealed class BankData(BankId bank, long maximumBadRows = 0)
{
    private readonly AccountTable _accounts = new();
    private readonly FeatureMatrix _features = new(FeatureExtractor.Schema);
    private readonly List<Transaction> _owned = [];
    private readonly List<int> _ends = [];
    private FeatureExtractor? _extractor;

    /// <summary>Batches added, numbered from 1.</summary>
    public int Batches => _ends.Count;

    /// <summary>Rows that the bank owns.</summary>
    public int Rows => _owned.Count;

    public AccountTable Accounts => _accounts;

    public FeatureMatrix Features => _features;

    public Transaction this[int row] => _owned[row];

    /// <summary>Reads files of any order in time, all of it later than the batches before.</summary>
    /// <exception cref="TransactionFileException">A file cannot be read; nothing was added.</exception>
    /// <exception cref="ArgumentException">A row is earlier than the batch before; nothing was added.</exception>
    public void Add(IEnumerable<string> files)
    {
        var rows = new List<Transaction>();
        foreach (string file in files)
        {
            var options = new TransactionReadOptions { Accounts = _accounts, OwnBank = bank, MaxBadRows = maximumBadRows };
            rows.AddRange(TransactionReader.ReadAll(file, options, out _).Transactions);
        }

        _extractor ??= new FeatureExtractor(bank, _accounts);
        var set = new TransactionSet([.. rows], _accounts);
        float[] row = new float[FeatureExtractor.Schema.Count];
        foreach (ref readonly Transaction transaction in set.Transactions)
        {
            if (_extractor.Add(transaction, row))
            {
                _features.AddRow(row);
                _owned.Add(transaction);
            }
        }

        _ends.Add(_owned.Count);
    }

    /// <summary>
    /// The labelled rows of the first batches. The last fifth of them, by time, is for validation: a model is judged on days after those it
    /// learned from.
    /// </summary>
    public TrainingRows TrainingRows(int batches)
    {
        int[] labelled = [.. Enumerable.Range(0, _ends[batches - 1]).Where(row => _owned[row].Label != Label.Unknown)];
        int training = labelled.Length - (labelled.Length / 5);
        return new TrainingRows(
            _features.Select(labelled.AsSpan(0, training)), Labels(labelled.AsSpan(0, training)),
            _features.Select(labelled.AsSpan(training)), Labels(labelled.AsSpan(training)));
    }

    /// <summary>Rows of a batch that nobody has judged yet: those to score.</summary>
    public int[] Unlabelled(int batch)
    {
        int start = batch == 1 ? 0 : _ends[batch - 2];
        return [.. Enumerable.Range(start, _ends[batch - 1] - start).Where(row => _owned[row].Label == Label.Unknown)];
    }

    private Label[] Labels(ReadOnlySpan<int> rows)
    {
        var labels = new Label[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            labels[i] = _owned[rows[i]].Label;
        }

        return labels;
    }
}

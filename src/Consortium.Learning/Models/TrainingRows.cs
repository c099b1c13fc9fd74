using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Consortium.Learning.Features;
using Consortium.Learning.Payments;
using Consortium.Primitives;

namespace Consortium.Learning.Models;

/// <summary>
/// One bank's labelled rows, which never leave it: some to learn from, and some, of later days, to see when to stop.
/// </summary>
public sealed class TrainingRows
{
    /// <exception cref="ArgumentException">A row has no label, or the two parts have different schemas.</exception>
    public TrainingRows(
        FeatureMatrix training, ReadOnlySpan<Label> trainingLabels, FeatureMatrix validation,
        ReadOnlySpan<Label> validationLabels)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        if (!training.Schema.Digest.SequenceEqual(validation.Schema.Digest))
        {
            throw new ArgumentException("Training and validation rows have different feature schemas.", nameof(validation));
        }

        Training = training;
        Validation = validation;
        TrainingLabels = Known(training, trainingLabels, nameof(trainingLabels));
        ValidationLabels = Known(validation, validationLabels, nameof(validationLabels));
    }

    /// <summary>
    /// A bank's history: rows without a label are left out, and the last fifth of the others is for validation, for a model is
    /// judged on days after those it learned from.
    /// </summary>
    /// <param name="features">In order of time. Not copied where every row has a label.</param>
    /// <param name="labels">One for each row.</param>
    /// <param name="accounts">The sender of each row, by any number that is the bank's own; empty where nobody caps.</param>
    public static TrainingRows OfHistory(
        FeatureMatrix features, ReadOnlySpan<Label> labels, ReadOnlySpan<int> accounts = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (labels.Contains(Label.Unknown))
        {
            Label[] all = labels.ToArray();
            int[] known = [.. Enumerable.Range(0, all.Length).Where(row => all[row] != Label.Unknown)];
            features = features.Select(known);
            labels = Array.ConvertAll(known, row => all[row]);
            if (!accounts.IsEmpty)
            {
                int[] senders = accounts.ToArray();
                accounts = Array.ConvertAll(known, row => senders[row]);
            }
        }

        int training = labels.Length - (labels.Length / 5);
        return new TrainingRows(
            features.Slice(0, training), labels[..training], features.Slice(training, labels.Length - training),
            labels[training..])
        {
            TrainingAccounts = accounts.IsEmpty ? [] : [.. accounts[..training]],
        };
    }

    /// <summary>The sender of each training row; empty where it is not known, and no account can be capped.</summary>
    public ImmutableArray<int> TrainingAccounts { get; init; } = [];

    public FeatureMatrix Training { get; }

    public FeatureMatrix Validation { get; }

    /// <summary>1 where a row is laundering, else 0.</summary>
    public ImmutableArray<byte> TrainingLabels { get; }

    /// <summary>1 where a row is laundering, else 0.</summary>
    public ImmutableArray<byte> ValidationLabels { get; }

    /// <summary>
    /// The same rows with at most <paramref name="cap"/> training rows of an account: laundering ones first, then the others
    /// evenly over the account's time. Which of an account's rows stay depends on that account's rows alone, so an account
    /// moves no more than <paramref name="cap"/> rows.
    /// </summary>
    /// <param name="cap">0 keeps all.</param>
    /// <exception cref="ArgumentException">The rows' accounts are not known.</exception>
    public TrainingRows Capped(int cap)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cap);
        if (cap == 0)
        {
            return this;
        }

        if (TrainingAccounts.Length != Training.RowCount)
        {
            throw new ArgumentException(
                "The accounts of the training rows are not known, so they cannot be capped.", nameof(cap));
        }

        int[] kept =
        [
            .. Enumerable.Range(0, Training.RowCount).GroupBy(row => TrainingAccounts[row])
                .SelectMany(rows => Chosen([.. rows], cap)).Order(),
        ];
        return new TrainingRows(
            Training.Select(kept), Array.ConvertAll(kept, row => (Label)TrainingLabels[row]), Validation,
            MemoryMarshal.Cast<byte, Label>(ValidationLabels.AsSpan()))
        {
            TrainingAccounts = [.. kept.Select(row => TrainingAccounts[row])],
        };
    }

    private IEnumerable<int> Chosen(int[] rows, int cap)
    {
        if (rows.Length <= cap)
        {
            return rows;
        }

        int[] laundering = [.. rows.Where(row => TrainingLabels[row] != 0).Take(cap)];
        int[] others = [.. rows.Where(row => TrainingLabels[row] == 0)];
        int left = Math.Min(cap - laundering.Length, others.Length);
        return laundering.Concat(Enumerable.Range(0, left).Select(i => others[(int)((long)i * others.Length / left)]));
    }

    private static ImmutableArray<byte> Known(FeatureMatrix features, ReadOnlySpan<Label> labels, string parameter)
    {
        if (labels.Length != features.RowCount)
        {
            throw new ArgumentException($"There are {labels.Length} labels for {features.RowCount} rows.", parameter);
        }

        var known = new byte[labels.Length];
        for (int row = 0; row < known.Length; row++)
        {
            known[row] = labels[row] switch
            {
                Label.Laundering => 1,
                Label.Legitimate => 0,
                _ => throw new ArgumentException($"Row {row} has no label; a row without one can't be learned from.", parameter),
            };
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(known);
    }
}

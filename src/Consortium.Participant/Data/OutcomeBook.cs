using System.Runtime.InteropServices;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Outcomes;

namespace Consortium.Participant.Data;

/// <summary>
/// What became known of payments after they came: labels by batch, so that the labels of any earlier batch can be told. Of
/// several outcomes of a payment the one decided last counts. Not thread-safe.
/// </summary>
internal sealed class OutcomeBook
{
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<ulong, List<int>> _byReference = [];
    private readonly Dictionary<int, List<int>> _byRow = [];

    public int Count => _entries.Count;

    /// <summary>In the order they came.</summary>
    public ReadOnlySpan<Entry> Entries => CollectionsMarshal.AsSpan(_entries);

    public void Add(Entry entry)
    {
        List<int>? known = entry.IsRow != 0
            ? CollectionsMarshal.GetValueRefOrAddDefault(_byRow, (int)entry.Key, out _) ??= []
            : CollectionsMarshal.GetValueRefOrAddDefault(_byReference, entry.Key, out _) ??= [];
        known.Add(_entries.Count);
        _entries.Add(entry);
    }

    /// <summary>A row's label as it was known with a batch.</summary>
    public Label LabelOf(int row, in Payment payment, int batches)
    {
        if (_entries.Count == 0)
        {
            return payment.Label;
        }

        Entry last = default;
        if (_byRow.TryGetValue(row, out List<int>? ofRow))
        {
            last = Later(last, ofRow, batches);
        }

        if (payment.Reference != 0 && _byReference.TryGetValue(payment.Reference, out List<int>? ofReference))
        {
            last = Later(last, ofReference, batches);
        }

        return last.Batch == 0 ? payment.Label : (Label)last.Label;
    }

    private Entry Later(Entry last, List<int> entries, int batches)
    {
        foreach (int place in entries)
        {
            Entry entry = _entries[place];
            last = entry.Batch <= batches && (last.Batch == 0 || entry.Decided >= last.Decided) ? entry : last;
        }

        return last;
    }

    /// <summary>An outcome as it is kept.</summary>
    /// <param name="Key">The row, or the bank's own identifier.</param>
    /// <param name="Decided">In ticks.</param>
    /// <param name="Batch">With which batch it came.</param>
    /// <param name="Label">As <see cref="Learning.Payments.Label"/>.</param>
    /// <param name="IsRow">1 where the key is a row.</param>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    internal readonly record struct Entry(ulong Key, long Decided, int Batch, sbyte Label, byte IsRow);
}

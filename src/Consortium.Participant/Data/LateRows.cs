using System.Runtime.InteropServices;
using Consortium.Learning.Features;

namespace Consortium.Participant.Data;

/// <summary>
/// Late columns of a bank's payments, in the order in which their 24 hours ended, and with which batch each came. What came does
/// not change. Not thread-safe.
/// </summary>
internal sealed class LateRows
{
    private readonly FeatureMatrix _columns = new(FeatureExtractor.LateColumns);
    private readonly List<int> _rows = [];
    private readonly List<int> _ends = [];
    private readonly List<int> _places = [];
    private bool _isInOrder = true;

    public FeatureMatrix Columns => _columns;

    /// <summary>The row of the bank's data that each place is about.</summary>
    public ReadOnlySpan<int> Rows => CollectionsMarshal.AsSpan(_rows);

    public bool Has(int row) => PlaceOf(row) >= 0;

    /// <summary>Takes the late columns of a row; those that came first stay.</summary>
    public void Add(int row, ReadOnlySpan<float> columns)
    {
        if (!Has(row))
        {
            Note(row);
            _columns.AddRow(columns);
        }
    }

    public void EndBatch() => _ends.Add(_rows.Count);

    /// <summary>Places that were there at the end of a batch; none before the first.</summary>
    public int EndOf(int batch) => batch == 0 ? 0 : _ends[batch - 1];

    /// <summary>
    /// The first places' rows with the columns of both views, not copied where places are in the order of rows.
    /// </summary>
    /// <param name="now">Today's columns of all rows.</param>
    public FeatureMatrix First(FeatureMatrix now, int count) => FeatureMatrix.Beside(
        _isInOrder ? now.Slice(0, count) : now.Select(Rows[..count]), _columns.Slice(0, count), FeatureView.Late.Schema);

    /// <summary>Rows that have late columns, with the columns of both views.</summary>
    public FeatureMatrix Select(FeatureMatrix now, ReadOnlySpan<int> rows)
    {
        var places = new int[rows.Length];
        for (int i = 0; i < places.Length; i++)
        {
            places[i] = PlaceOf(rows[i]);
        }

        return FeatureMatrix.Beside(now.Select(rows), _columns.Select(places), FeatureView.Late.Schema);
    }

    /// <summary>Takes up what an earlier run saved; the columns are filled by the caller.</summary>
    /// <param name="rows">Rows of the bank's data.</param>
    /// <param name="ends">Ends of batches.</param>
    /// <returns>False where a row comes twice, or ends do not fit.</returns>
    public bool Restore(ReadOnlySpan<int> rows, ReadOnlySpan<int> ends)
    {
        foreach (int row in rows)
        {
            if (Has(row))
            {
                return false;
            }

            Note(row);
        }

        int last = _ends.Count == 0 ? 0 : _ends[^1];
        foreach (int end in ends)
        {
            if (end < last || end > _rows.Count)
            {
                return false;
            }

            _ends.Add(last = end);
        }

        return last == _rows.Count;
    }

    private int PlaceOf(int row) => row < _places.Count ? _places[row] : -1;

    private void Note(int row)
    {
        while (_places.Count <= row)
        {
            _places.Add(-1);
        }

        _isInOrder &= row == _rows.Count;
        _places[row] = _rows.Count;
        _rows.Add(row);
    }
}

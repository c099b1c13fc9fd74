using System.Buffers;

namespace Consortium.Learning.Features;

/// <summary>
/// Feature values of many rows, column by column as 32-bit floats; NaN is missing. Not thread-safe while rows are
/// added.
/// </summary>
public sealed class FeatureMatrix
{
    private const int InitialCapacity = 1024;

    private readonly float[][] _columns;
    private readonly int _start;
    private readonly bool _isPart;
    private int _capacity;

    /// <param name="schema">What the columns mean.</param>
    /// <param name="capacity">Rows to make room for now; more rows are welcome later.</param>
    public FeatureMatrix(FeatureSchema schema, int capacity = InitialCapacity)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        Schema = schema;
        _capacity = capacity;
        _columns = new float[schema.Count][];
        for (int i = 0; i < _columns.Length; i++)
        {
            _columns[i] = new float[capacity];
        }
    }

    private FeatureMatrix(FeatureMatrix whole, int start, int count)
        : this(whole.Schema, [.. whole._columns], whole._start + start, count)
    {
    }

    /// <param name="columns">Rows never change, so a part outlives the whole's growing out of its arrays.</param>
    private FeatureMatrix(FeatureSchema schema, float[][] columns, int start, int count)
    {
        Schema = schema;
        _columns = columns;
        _start = start;
        _isPart = true;
        _capacity = count;
        RowCount = count;
    }

    public FeatureSchema Schema { get; }

    public int RowCount { get; private set; }

    public int ColumnCount => _columns.Length;

    public float this[int row, int column] => Column(column)[row];

    /// <summary>One value per row. Invalid once another row is added.</summary>
    public ReadOnlySpan<float> Column(int column) => _columns[column].AsSpan(_start, RowCount);

    /// <summary>Adds one row of <see cref="ColumnCount"/> values.</summary>
    public void AddRow(ReadOnlySpan<float> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, _columns.Length);
        if (RowCount == _capacity)
        {
            Reserve(Math.Max(InitialCapacity, checked(_capacity * 2)));
        }

        int row = RowCount++;
        for (int i = 0; i < values.Length; i++)
        {
            _columns[i][row] = values[i];
        }
    }

    /// <summary>Adds many rows at once, column by column.</summary>
    /// <param name="count">How many rows.</param>
    /// <param name="fill">Writes a column's values for these rows; gets the column's place.</param>
    public void AddRows(int count, SpanAction<float, int> fill)
    {
        ArgumentNullException.ThrowIfNull(fill);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Reserve(checked(RowCount + count));
        for (int i = 0; i < _columns.Length; i++)
        {
            fill(_columns[i].AsSpan(RowCount, count), i);
        }

        RowCount += count;
    }

    /// <summary>Makes room for so many rows in all, where there is less.</summary>
    public void Reserve(int rows)
    {
        if (_isPart)
        {
            throw new InvalidOperationException("A part of another matrix takes no rows.");
        }

        if (rows > _capacity)
        {
            _capacity = rows;
            for (int i = 0; i < _columns.Length; i++)
            {
                Array.Resize(ref _columns[i], rows);
            }
        }
    }

    /// <summary>Copies one row of <see cref="ColumnCount"/> values into <paramref name="destination"/>.</summary>
    public void CopyRow(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, _columns.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)RowCount);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = _columns[i][_start + row];
        }
    }

    /// <summary>Rows that follow one another, not copied. Takes no further rows.</summary>
    public FeatureMatrix Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)start, (uint)RowCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(RowCount - start));
        return new FeatureMatrix(this, start, count);
    }

    /// <summary>The same rows with the first columns alone, not copied. Takes no further rows.</summary>
    /// <exception cref="ArgumentException">The schema's columns are not the first ones here.</exception>
    public FeatureMatrix Leading(FeatureSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (schema.Count > Schema.Count || !Schema.Features.AsSpan()[..schema.Count].SequenceEqual(schema.Features.AsSpan()))
        {
            throw new ArgumentException("The first columns are others.", nameof(schema));
        }

        return new FeatureMatrix(schema, _columns[..schema.Count], _start, RowCount);
    }

    /// <summary>
    /// The same rows with the columns of <paramref name="right"/> after those of <paramref name="left"/>, not copied where both
    /// start at the same place of their arrays. Takes no further rows.
    /// </summary>
    /// <param name="schema">What all columns mean.</param>
    /// <exception cref="ArgumentException">Rows or columns do not fit together.</exception>
    public static FeatureMatrix Beside(FeatureMatrix left, FeatureMatrix right, FeatureSchema schema)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        ArgumentNullException.ThrowIfNull(schema);
        if (left.RowCount != right.RowCount || left.ColumnCount + right.ColumnCount != schema.Count)
        {
            throw new ArgumentException(
                $"{left.RowCount} rows of {left.ColumnCount} columns and {right.RowCount} of {right.ColumnCount} are not the "
                    + $"rows of {schema.Count} columns.",
                nameof(right));
        }

        float[][] columns = left._start == right._start
            ? right._columns
            : [.. right._columns.Select(column => left.Padded(column.AsSpan(right._start, right.RowCount)))];
        return new FeatureMatrix(schema, [.. left._columns, .. columns], left._start, left.RowCount);
    }

    /// <summary>A matrix of the given rows in the given order.</summary>
    public FeatureMatrix Select(ReadOnlySpan<int> rows)
    {
        var selected = new FeatureMatrix(Schema, rows.Length) { RowCount = rows.Length };
        for (int i = 0; i < _columns.Length; i++)
        {
            ReadOnlySpan<float> from = Column(i);
            float[] to = selected._columns[i];
            for (int j = 0; j < rows.Length; j++)
            {
                to[j] = from[rows[j]];
            }
        }

        return selected;
    }

    /// <summary>Values at the place where this part's rows start.</summary>
    private float[] Padded(ReadOnlySpan<float> values)
    {
        var padded = new float[_start + values.Length];
        values.CopyTo(padded.AsSpan(_start));
        return padded;
    }
}

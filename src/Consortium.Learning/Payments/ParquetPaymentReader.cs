using Parquet;
using Parquet.Schema;

namespace Consortium.Learning.Payments;

/// <summary>Reads payments from a Parquet file, row group by row group.</summary>
/// <remarks>
/// Columns have the CSV's names and hold text or the natural type (timestamp, decimal or double, integer or boolean); a row reads as the same
/// CSV row would. A row group is held in memory whole, so its size is bounded.
/// </remarks>
internal sealed class ParquetPaymentReader : PaymentReader
{
    public const int MaxRowsPerGroup = 4_000_000;

    private readonly Stream _stream;
    private readonly ParquetReader _parquet;
    private readonly DataField[] _fields;
    private readonly PaymentColumns _columns;
    private readonly PaymentParser _parser;
    private readonly ParquetCells?[] _cells;
    private int _nextGroup;
    private int _groupRows;
    private int _row;
    private long _line;

    public ParquetPaymentReader(Stream content, string name, PaymentReadOptions options)
        : base(name, options)
    {
        _stream = content;
        _parquet = Guarded(() => ParquetReader.CreateAsync(content, null, true, CancellationToken.None).GetAwaiter().GetResult());
        _fields = Guarded(() => _parquet.Schema.GetDataFields());
        _columns = PaymentColumns.Find(name, [.. _fields.Select(field => field.Name)]);
        _cells = new ParquetCells?[_fields.Length];
        _parser = new PaymentParser(Accounts, OwnBank, _columns.HasLabels);
        Report.HasLabels = _columns.HasLabels;
    }

    public override int Read(Span<Payment> destination)
    {
        int filled = 0;
        while (filled < destination.Length && (_row < _groupRows || ReadGroup()))
        {
            _line++;
            if (_parser.TryParse(new Row(_cells, _columns, _row++), out destination[filled]))
            {
                Report.Count(destination[filled++], _line);
            }
            else
            {
                Reject(_parser.Problem(_line));
            }
        }

        return filled;
    }

    private protected override void Dispose(bool disposing)
    {
        _parquet.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _stream.Dispose();
    }

    /// <summary>Loads the next group that has rows; false after the last.</summary>
    private bool ReadGroup()
    {
        for (_groupRows = _row = 0; _groupRows == 0; _nextGroup++)
        {
            if (_nextGroup == _parquet.RowGroupCount)
            {
                return false;
            }

            _groupRows = Guarded(() => LoadGroup(_nextGroup));
        }

        return true;
    }

    private int LoadGroup(int number)
    {
        using ParquetRowGroupReader group = _parquet.OpenRowGroupReader(number);
        if (group.RowCount is < 0 or > MaxRowsPerGroup)
        {
            throw new PaymentFileException(
                File, $"row group {number} has {group.RowCount} rows, more than {MaxRowsPerGroup}; write the file in smaller row groups.");
        }

        for (PaymentColumn column = 0; (int)column < PaymentColumns.Count; column++)
        {
            int place = _columns.PlaceOf(column);
            if (place >= 0)
            {
                _cells[place] = ParquetCells.Read(group, _fields[place]) ?? throw new PaymentFileException(
                    File, $"column {Quote.Of(_fields[place].Name)} holds {_fields[place].ClrType.Name}, which no payment column can be.");
            }
        }

        return (int)group.RowCount;
    }

    /// <summary>The library meets damaged bytes with exceptions of many kinds; here they get one.</summary>
    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not (PaymentFileException or OutOfMemoryException))
        {
            throw new PaymentFileException(File, $"the Parquet data is damaged: {error.Message}", error);
        }
    }

    private readonly struct Row(ParquetCells?[] cells, PaymentColumns columns, int row) : IRowText
    {
        public ReadOnlySpan<char> this[PaymentColumn column] => cells[columns.PlaceOf(column)]![row];
    }
}

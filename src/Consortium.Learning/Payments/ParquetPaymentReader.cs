using System.Runtime.InteropServices;
using Consortium.Learning.Payments.Mapping;
using ParquetSharp;

namespace Consortium.Learning.Payments;

/// <summary>Reads payments from a Parquet file, row group by row group and some rows at a time.</summary>
/// <remarks>
/// Columns have the CSV's names and hold text or the natural type (timestamp, decimal or double, integer or boolean); a row reads
/// as the same CSV row would. Of a row group, a page of each column is in memory at once.
/// </remarks>
internal sealed class ParquetPaymentReader : PaymentReader
{
    private const int BatchRows = 4_096;
    private const int MostColumns = 10_000;

    private readonly Stream _stream;
    private readonly ParquetPages _pages;
    private readonly ParquetFileReader _parquet;
    private readonly PaymentColumns _columns;
    private readonly PaymentParser _parser;
    private readonly ParquetCells?[] _cells = new ParquetCells?[(int)PaymentColumn.Credit + 1];
    private readonly int _groups;
    private readonly bool _isImpala;
    private readonly MappedRow? _mapped;
    private RowGroupReader? _group;
    private int _nextGroup;
    private long _rowsLeft;
    private int _loaded;
    private int _row;
    private long _line;

    public ParquetPaymentReader(Stream content, string name, PaymentReadOptions options)
        : base(name, options)
    {
        _stream = content;
        _pages = Guarded(() => "its footer", () => new ParquetPages(content));
        _parquet = Guarded(() => "its footer", () => Open(content));
        string[] names;
        (names, _groups, _isImpala) = Guarded(() => "its footer", ReadSchema);
        if (options.Mapping is { } mapping)
        {
            _columns = Mapped(mapping, names);
            _mapped = new MappedRow(mapping, Report, options);
        }
        else
        {
            _columns = PaymentColumns.Find(name, names, options.Partitions);
            if (_columns.WarningOfUnread(names) is { } unread)
            {
                Report.WarnOfColumn(unread);
            }
        }

        _parser = ParserOf(_mapped?.HasLabels ?? _columns.HasLabels);
        Report.Format = _mapped is null ? "parquet" : "parquet, mapped";
        for (PaymentColumn column = 0; column <= PaymentColumn.Credit; column++)
        {
            int place = _columns.PlaceOf(column);
            if (place >= 0 && ParquetColumn.WarningOf(_parquet.FileMetaData.Schema.Column(place), column) is { } warning)
            {
                Report.WarnOfColumn(warning);
            }
        }
    }

    public override int Read(Span<Payment> destination)
    {
        int filled = 0;
        while (filled < destination.Length && (_row < _loaded || Load()))
        {
            _line++;
            var row = new Row(_cells, _row++);
            bool isMapped = _mapped is null || _mapped.TryFill(row);
            if (isMapped && (_mapped is null
                ? _parser.TryParse(row, out destination[filled])
                : _parser.TryParse(_mapped.Text, out destination[filled])))
            {
                if (_cells[(int)PaymentColumn.PaymentId] is { } ids)
                {
                    destination[filled] = destination[filled] with { Reference = PaymentReference.Of(ids[_row - 1]) };
                }

                Report.Count(destination[filled++], _line);
            }
            else if (IsBlank())
            {
                Report.BlankLines++;
            }
            else
            {
                Reject(isMapped
                    ? _parser.Problem(_line)
                    : new RowProblem(_line, _mapped!.BadElement, _mapped.Reason) { Fault = _mapped.Fault });
            }
        }

        return filled;
    }

    private protected override void Dispose(bool disposing)
    {
        CloseGroup();
        _parquet.Dispose();
        _stream.Dispose();
    }

    private static ParquetFileReader Open(Stream content)
    {
        using ReaderProperties properties = ReaderProperties.GetDefaultReaderProperties();
        properties.EnableBufferedStream();
        properties.EnablePageChecksumVerification();
        return new ParquetFileReader(content, properties, leaveOpen: true);
    }

    private (string[] Names, int Groups, bool IsImpala) ReadSchema()
    {
        FileMetaData metadata = _parquet.FileMetaData;
        if (metadata.NumColumns > MostColumns)
        {
            throw new PaymentFileException(File, $"the file has {metadata.NumColumns:N0} columns, more than {MostColumns:N0}.");
        }

        string[] names = [.. Enumerable.Range(0, metadata.NumColumns).Select(i => metadata.Schema.ColumnRoot(i).Name)];
        return (names, metadata.NumRowGroups,
            metadata.CreatedBy?.StartsWith("impala", StringComparison.OrdinalIgnoreCase) == true);
    }

    private PaymentColumns Mapped(PaymentMapping mapping, string[] names)
    {
        MappedColumns columns = MappedColumns.Find(mapping, File, names);
        return columns.PlaceOfTimeOfDay < 0
            ? PaymentColumns.At(names.Length, columns.PlaceOf)
            : throw new PaymentFileException(
                File, "the mapping's columns.time names two columns; of a Parquet file, write day and time into one column.");
    }

    private bool IsBlank()
    {
        foreach (ParquetCells? cells in _cells)
        {
            if (cells is not null && !cells[_row - 1].IsWhiteSpace())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Loads the next rows; false after the last.</summary>
    private bool Load()
    {
        while (_rowsLeft == 0)
        {
            CloseGroup();
            if (_nextGroup == _groups)
            {
                return false;
            }

            OpenGroup(_nextGroup++);
        }

        int rows = (int)Math.Min(_rowsLeft, BatchRows);
        for (PaymentColumn column = 0; column <= PaymentColumn.Credit; column++)
        {
            PaymentColumn number = column;
            if (_cells[(int)column] is { } cells)
            {
                Guarded(() => Describe(_columns.PlaceOf(number)), () =>
                {
                    cells.Load(rows);
                    return true;
                });
            }
        }

        _rowsLeft -= rows;
        (_loaded, _row) = (rows, 0);
        return true;
    }

    private void OpenGroup(int number)
    {
        _group = Guarded(() => $"row group {number + 1}", () => _parquet.RowGroup(number));
        _rowsLeft = Guarded(() => $"row group {number + 1}", () => _group.MetaData.NumRows);
        if (_rowsLeft < 0)
        {
            throw new PaymentFileException(File, $"row group {number + 1} has {_rowsLeft} rows: the Parquet data is damaged.");
        }

        BoundMemory();
        for (PaymentColumn column = 0; _rowsLeft > 0 && column <= PaymentColumn.Credit; column++)
        {
            int place = _columns.PlaceOf(column);
            PaymentColumn of = column;
            _cells[(int)column] = place < 0 ? null
                : Guarded(() => Describe(place), () => ParquetColumn.Open(_group, place, of, File, _isImpala, BatchRows));
        }
    }

    /// <summary>A page of each column is in memory at once, with its dictionary.</summary>
    private void BoundMemory()
    {
        long bytes = 0;
        for (PaymentColumn column = 0; _rowsLeft > 0 && column <= PaymentColumn.Credit; column++)
        {
            int place = _columns.PlaceOf(column);
            bytes += place < 0 ? 0 : Guarded(() => Describe(place), () => _pages.BytesOf(_nextGroup - 1, place));
        }

        if (bytes > ParquetPages.MostBytes)
        {
            throw new PaymentFileException(
                File,
                $"row group {_nextGroup} needs {bytes >> 20:N0} MiB for one page of each column, more than "
                    + $"{ParquetPages.MostBytes >> 20}: write pages and dictionaries of about 1 MiB, as is usual.");
        }
    }

    private void CloseGroup()
    {
        for (int i = 0; i < _cells.Length; i++)
        {
            _cells[i]?.Dispose();
            _cells[i] = null;
        }

        _group?.Dispose();
        _group = null;
    }

    /// <summary>
    /// The column with its type, encodings and compression, for a message. Only the name where even these cannot be read.
    /// </summary>
    private string Describe(int place)
    {
        string name = _parquet.FileMetaData.Schema.Column(place).Name;
        try
        {
            using ColumnChunkMetaData chunk = _group!.MetaData.GetColumnChunkMetaData(place);
            return $"column {Quote.Of(name)} ({chunk.Type}, encodings {string.Join(", ", chunk.Encodings.Distinct())}, "
                + $"compression {chunk.Compression})";
        }
        catch (Exception error) when (error is ParquetException or ExternalException or ArgumentException)
        {
            return $"column {Quote.Of(name)}";
        }
    }

    /// <summary>
    /// The library meets what it cannot read with exceptions of several kinds; here they get one, which says where it happened.
    /// </summary>
    private T Guarded<T>(Func<string> what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is not (PaymentFileException or OutOfMemoryException))
        {
            throw new PaymentFileException(File, $"{what()} cannot be read: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private readonly struct Row(ParquetCells?[] cells, int row) : IRowText
    {
        public ReadOnlySpan<char> this[PaymentColumn column] => cells[(int)column]![row];
    }
}

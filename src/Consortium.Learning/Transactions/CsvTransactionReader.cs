using Sylvan.Data.Csv;

namespace Consortium.Learning.Transactions;

/// <summary>Reads comma-separated transactions row by row.</summary>
/// <remarks>
/// A row of the wrong width or with a wrong field is a bad row. A quotation mark that breaks the rows' structure, or a row longer
/// than <see cref="MaxRowLength"/>, ends the read: what follows could not be told from what belongs to it.
/// </remarks>
internal sealed class CsvTransactionReader : TransactionReader
{
    public const int MaxRowLength = 1 << 16;

    private static readonly CsvDataReaderOptions CsvOptions = new()
    {
        HasHeaders = false,
        Delimiter = ',',
        ResultSetMode = ResultSetMode.SingleResult,
        BufferSize = MaxRowLength,
        MaxBufferSize = MaxRowLength,
        OwnsReader = true,
    };

    private readonly CsvDataReader _csv;
    private readonly TransactionColumns _columns;
    private readonly TransactionParser _parser;
    private long _line = 1;

    public CsvTransactionReader(Stream content, string name, TransactionReadOptions options)
        : base(name, options)
    {
        try
        {
            _csv = CsvDataReader.Create(FileBytes.TextOf(content), CsvOptions);
            _columns = ReadHeader();
        }
        catch (Exception error) when (error is CsvRecordTooLargeException or CsvFormatException or CsvInvalidCharacterException or InvalidDataException)
        {
            throw new TransactionFileException(name, $"no header could be read: {error.Message}", null, error);
        }

        _parser = new TransactionParser(Accounts, OwnBank, _columns.HasLabels);
        Report.HasLabels = _columns.HasLabels;
    }

    public override int Read(Span<Transaction> destination)
    {
        int filled = 0;
        while (filled < destination.Length && ReadRow())
        {
            long line = _line;
            int width = _csv.RowFieldCount;
            if (width == _columns.Width)
            {
                if (_parser.TryParse(new Row(_csv, _columns), out destination[filled]))
                {
                    Report.Count(destination[filled], line);
                    filled++;
                    continue;
                }

                SkipLinesWithin();
                Reject(_parser.Problem(line));
            }
            else if (width == 1 && _csv.GetFieldSpan(0).IsEmpty)
            {
                Report.BlankLines++;
            }
            else
            {
                SkipLinesWithin();
                Reject(new RowProblem(line, "", $"expected {_columns.Width} columns, found {width}."));
            }
        }

        return filled;
    }

    private protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _csv?.Dispose();
        }
    }

    private TransactionColumns ReadHeader()
    {
        if (!_csv.Read())
        {
            throw new TransactionFileException(File, $"the file is empty; expected the header {TransactionColumns.HeaderLine}.");
        }

        return TransactionColumns.Find(File, [.. Enumerable.Range(0, _csv.RowFieldCount).Select(_csv.GetString)]);
    }

    private bool ReadRow()
    {
        _line++;
        try
        {
            return _csv.Read();
        }
        catch (CsvRecordTooLargeException error)
        {
            throw Broken($"the row is longer than {MaxRowLength} characters, or a quotation mark is never closed", error);
        }
        catch (Exception error) when (error is CsvFormatException or CsvInvalidCharacterException)
        {
            throw Broken("quotation marks do not match", error);
        }
        catch (InvalidDataException error)
        {
            throw Broken("the compressed data is damaged or cut short", error);
        }
    }

    private TransactionFileException Broken(string reason, Exception error) =>
        new(File, $"line {_line}: {reason}; {Report.Rows} rows were read before it.", Report, error);

    /// <summary>Quoted fields may hold line ends, and only a bad row's do: keeps the line number true after it.</summary>
    private void SkipLinesWithin()
    {
        for (int i = 0; i < _csv.RowFieldCount; i++)
        {
            _line += _csv.GetFieldSpan(i).Count('\n');
        }
    }

    private readonly struct Row(CsvDataReader csv, TransactionColumns columns) : IRowText
    {
        public ReadOnlySpan<char> this[TransactionColumn column] => csv.GetFieldSpan(columns.PlaceOf(column));
    }
}

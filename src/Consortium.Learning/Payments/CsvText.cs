using Sylvan.Data.Csv;

namespace Consortium.Learning.Payments;

/// <summary>Rows of comma-separated text with true line numbers, no row longer than <see cref="MaxRowLength"/>.</summary>
internal sealed class CsvText : IDisposable
{
    public const int MaxRowLength = 1 << 16;

    private static readonly CsvDataReaderOptions Options = new()
    {
        HasHeaders = false,
        Delimiter = ',',
        ResultSetMode = ResultSetMode.SingleResult,
        BufferSize = MaxRowLength,
        MaxBufferSize = MaxRowLength,
        OwnsReader = true,
    };

    private readonly string _file;
    private readonly CsvDataReader _rows;
    private long _linesWithin;

    public CsvText(TextReader text, string file)
    {
        _file = file;
        try
        {
            _rows = CsvDataReader.Create(text, Options);
        }
        catch (Exception error) when (IsBroken(error))
        {
            text.Dispose();
            throw Broken(error);
        }
    }

    /// <summary>The current row's first line, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Number of fields in the current row.</summary>
    public int Width => _rows.RowFieldCount;

    public bool IsBlank => Width == 1 && _rows.GetFieldSpan(0).IsEmpty;

    public ReadOnlySpan<char> this[int field] => _rows.GetFieldSpan(field);

    /// <summary>Moves to the next row; false at the end.</summary>
    /// <exception cref="PaymentFileException">The structure is broken: what follows could not be told from what belongs to it.</exception>
    public bool Read()
    {
        Line += 1 + _linesWithin;
        _linesWithin = 0;
        try
        {
            return _rows.Read();
        }
        catch (Exception error) when (IsBroken(error))
        {
            throw Broken(error);
        }
    }

    /// <summary>Call on a bad row: only those can hold line ends, inside quotation marks, which count as lines too.</summary>
    public void CountLinesWithin()
    {
        for (int i = 0; i < Width; i++)
        {
            _linesWithin += this[i].Count('\n');
        }
    }

    public string[] Fields() => [.. Enumerable.Range(0, Width).Select(_rows.GetString)];

    public void Dispose() => _rows.Dispose();

    private static bool IsBroken(Exception error) =>
        error is CsvRecordTooLargeException or CsvFormatException or CsvInvalidCharacterException or InvalidDataException;

    private PaymentFileException Broken(Exception error) => new(
        _file,
        $"line {Math.Max(1, Line)}: " + error switch
        {
            CsvRecordTooLargeException => $"the row is longer than {MaxRowLength} characters, or a quotation mark is never closed.",
            InvalidDataException => "the compressed data is damaged or cut short.",
            _ => "quotation marks do not match.",
        },
        error);
}

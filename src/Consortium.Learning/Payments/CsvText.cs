using Sylvan.Data.Csv;

namespace Consortium.Learning.Payments;

/// <summary>Rows of comma-separated text with true line numbers, no row longer than <see cref="MaxRowLength"/>.</summary>
internal sealed class CsvText : IDisposable
{
    public const int MaxRowLength = 1 << 16;

    private readonly string _file;
    private readonly DecodingLoss _loss;
    private readonly CsvDataReader _rows;
    private long _linesWithin;

    public CsvText(TextContent text, string file)
    {
        _file = file;
        _loss = text.Decoding;
        Line = text.FirstLine - 1;
        try
        {
            _rows = CsvDataReader.Create(text.Reader, OptionsOf(text.Separator));
        }
        catch (Exception error) when (IsBroken(error))
        {
            text.Reader.Dispose();
            throw Broken(error);
        }
    }

    /// <summary>The current row's first line, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Number of fields in the current row.</summary>
    public int Width => _rows.RowFieldCount;

    /// <summary>Bytes met so far that are no text in the file's encoding.</summary>
    public long Undecoded => _loss.Count;

    /// <summary>
    /// Whether no field of the row holds anything: spreadsheets write such rows for cleared cells, old systems end a file with
    /// Ctrl-Z.
    /// </summary>
    public bool IsBlank
    {
        get
        {
            for (int i = 0; i < Width; i++)
            {
                if (this[i].ContainsAnyExcept(" \t\u00A0\u001A"))
                {
                    return false;
                }
            }

            return true;
        }
    }

    public ReadOnlySpan<char> this[int field] => _rows.GetFieldSpan(field);

    /// <summary>Moves to the next row; false at the end.</summary>
    /// <exception cref="PaymentFileException">
    /// The structure is broken: what follows could not be told from what belongs to it.
    /// </exception>
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
        error is CsvRecordTooLargeException or CsvFormatException or CsvInvalidCharacterException or InvalidDataException
            or EndOfStreamException;

    private static CsvDataReaderOptions OptionsOf(char separator) => new()
    {
        HasHeaders = false,
        Delimiter = separator,
        Comment = '\uFFFF', // the library leaves out rows that begin with its comment sign; no text has this one
        ResultSetMode = ResultSetMode.SingleResult,
        BufferSize = MaxRowLength,
        MaxBufferSize = MaxRowLength,
        OwnsReader = true,
    };

    private PaymentFileException Broken(Exception error) => error is InvalidDataException or EndOfStreamException
        ? FileBytes.NotUnpacked(_file, $"line {Math.Max(1, Line)}: ", error)
        : new PaymentFileException(
            _file,
            $"line {Math.Max(1, Line)}: " + (error is CsvRecordTooLargeException
                ? $"the row is longer than {MaxRowLength} characters, or a quotation mark is never closed."
                : "quotation marks do not match: a field with quotation marks has one around it, and writes its own twice."),
            error);
}

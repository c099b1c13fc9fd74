using Consortium.Learning.Payments.Outcomes;

namespace Consortium.Learning.Payments;

/// <summary>Reads separated text row by row.</summary>
/// <remarks>
/// A row of the wrong width or with a wrong field is a bad row. A quotation mark that breaks the rows' structure, or a row longer
/// than <see cref="CsvText.MaxRowLength"/>, ends the read.
/// </remarks>
internal sealed class CsvPaymentReader : PaymentReader
{
    private const int MostUndecodedOfHeader = 8;

    private readonly CsvText _text;
    private readonly string[] _header;
    private readonly PaymentParser _parser;
    private PaymentColumns _columns;
    private bool _hasFirstRow;

    public CsvPaymentReader(Stream content, string name, PaymentReadOptions options, string packing)
        : base(name, options)
    {
        TextContent text = TextContent.Open(content, name);
        _text = new CsvText(text, name);
        do
        {
            if (!_text.Read())
            {
                throw new PaymentFileException(name, "the file holds no text; expected at least a header line.");
            }
        }
        while (_text.IsBlank);

        _header = _text.Fields();
        RequirePayments();
        string[] names = ColumnNames.WithoutTable(_header);
        _columns = PaymentColumns.Find(name, names, options.Partitions);
        _parser = ParserOf(_columns.HasLabels, text.Separator == ';');
        Report.Format = $"csv{packing}{text.Format}";
        if (_columns.WarningOfUnread(names) is { } unread)
        {
            Report.WarnOfColumn(unread);
        }
    }

    public override int Read(Span<Payment> destination)
    {
        int filled = 0;
        while (filled < destination.Length && _text.Read())
        {
            if (_text.Width != _columns.Width
                ? TryOtherWidth(out destination[filled])
                : TryRow(_columns, out destination[filled]))
            {
                if (_columns.PlaceOf(PaymentColumn.PaymentId) is >= 0 and int place)
                {
                    destination[filled] = destination[filled] with { Reference = PaymentReference.Of(_text[place]) };
                }

                Report.Count(destination[filled++], _text.Line);
            }
        }

        CheckDecimalSign(_parser);
        Report.Undecoded = _text.Undecoded;
        return filled;
    }

    private protected override void Dispose(bool disposing) => _text.Dispose();

    /// <summary>AMLworld's other two files are told apart by their first lines.</summary>
    private void RequirePayments()
    {
        if (_header.Any(name => name.AsSpan().ContainsAny("\u0085\u2028\u2029")))
        {
            throw new PaymentFileException(
                File,
                "lines end with a sign that other systems do not take for a line's end (U+0085, U+2028 or U+2029): write LF or "
                    + "CR LF.");
        }

        if (_header.Any(name => name.Contains('\0', StringComparison.Ordinal))
            || _header.Sum(name => name.AsSpan().Count('\uFFFD')) > MostUndecodedOfHeader)
        {
            throw new PaymentFileException(
                File,
                "the first line is not text in UTF-8 or UTF-16: this is a file of another kind or encoding; export CSV in UTF-8, "
                    + "or Parquet.");
        }

        if (OutcomeFile.AreColumns(_header))
        {
            throw new PaymentFileException(
                File, "this is a file of case outcomes, not of payments: the daemon takes it from its folder as labels.");
        }

        if (_header[0].StartsWith(PatternFile.Begin, StringComparison.Ordinal))
        {
            throw new PaymentFileException(
                File,
                "this is a patterns file (*_Patterns.txt): it lists a data set's laundering attempts, not its payments. Give the "
                    + "payments' file (*_Trans.csv); commands that use attempts take this one by --patterns.");
        }

        if (_header.Length > 2 && _header[0] == "Bank Name" && _header[1] == "Bank ID")
        {
            throw new PaymentFileException(
                File,
                "this is an accounts file (*_accounts.csv): it lists accounts and their holders, not payments. Give the "
                    + "payments' file (*_Trans.csv).");
        }
    }

    private bool TryRow(PaymentColumns columns, out Payment payment)
    {
        if (_parser.TryParse(new Row(_text, columns), out payment))
        {
            _hasFirstRow = true;
            return true;
        }

        if (_text.IsBlank)
        {
            Report.BlankLines++;
        }
        else if (JoinedHeader.Is(_text, _header, File))
        {
            Report.RepeatedHeaders++;
        }
        else
        {
            _text.CountLinesWithin();
            Reject(_parser.Problem(_text.Line));
        }

        return false;
    }

    /// <summary>A row with more or fewer cells than the header: blank, of a known habit of some tool, or bad.</summary>
    private bool TryOtherWidth(out Payment payment)
    {
        payment = default;
        if (_text.IsBlank)
        {
            Report.BlankLines++;
            return false;
        }

        if (_text.Width == _columns.Width + 1)
        {
            if (!_hasFirstRow && PaymentTimes.LooksLikeTime(new string(_text[_columns.PlaceOf(PaymentColumn.Timestamp) + 1])))
            {
                _columns = _columns.Shifted();
                Report.WarnOfColumn(
                    "Rows have a cell in front that the header does not name, as R writes row names; it is left out.");
                return TryRow(_columns, out payment);
            }

            if (_text[_columns.Width].IsEmpty && _parser.TryParse(new Row(_text, _columns), out payment))
            {
                return true;
            }
        }

        if (_text.Width == _columns.Width - 1 && _columns.HasLabelsLast && !PaymentFields.TryLabel(_text[_text.Width - 1], out _)
            && _parser.TryParse(new ShortRow(_text, _columns), out payment))
        {
            Report.ShortRows++;
            return true;
        }

        if (JoinedHeader.Is(_text, _header, File))
        {
            Report.RepeatedHeaders++;
            return false;
        }

        _text.CountLinesWithin();
        Reject(new RowProblem(
            _text.Line, "",
            $"expected {_columns.Width} columns, found {_text.Width}" + (HasReturnWithin()
                ? ": a carriage return alone stands within the row; end all lines alike, with LF or with CR LF."
                : ".")));
        return false;
    }

    /// <summary>As where files with different line ends were joined: two rows look like one.</summary>
    private bool HasReturnWithin()
    {
        for (int i = 0; i < _text.Width; i++)
        {
            if (_text[i].Contains('\r'))
            {
                return true;
            }
        }

        return false;
    }

    private readonly struct Row(CsvText text, PaymentColumns columns) : IRowText
    {
        public ReadOnlySpan<char> this[PaymentColumn column] => text[columns.PlaceOf(column)];
    }

    /// <summary>A row whose last cell, the label's, is not there.</summary>
    private readonly struct ShortRow(CsvText text, PaymentColumns columns) : IRowText
    {
        public ReadOnlySpan<char> this[PaymentColumn column] =>
            column == PaymentColumn.IsLaundering ? [] : text[columns.PlaceOf(column)];
    }
}

namespace Consortium.Learning.Payments.Mapping;

/// <summary>Reads separated text whose columns a mapping names.</summary>
internal sealed class MappedCsvReader : PaymentReader
{
    private readonly CsvText _text;
    private readonly MappedColumns _columns;
    private readonly MappedRow _row;
    private readonly PaymentParser _parser;
    private readonly char[] _time = new char[256];
    private readonly bool _isPointCertain;
    private readonly string[] _header;
    private readonly bool _hasHeader;
    private bool _hasRow;

    public MappedCsvReader(
        Stream content, string name, PaymentReadOptions options, string packing, PaymentMapping mapping)
        : base(name, options)
    {
        TextContent text = TextContent.Open(content, name, mapping.Separator, mapping.Encoding);
        _text = new CsvText(text, name);
        do
        {
            if (!_text.Read())
            {
                throw new PaymentFileException(name, "the file holds no text; expected payments.");
            }
        }
        while (_text.IsBlank);

        _header = _text.Fields();
        _columns = MappedColumns.Find(mapping, name, _header);
        _row = new MappedRow(mapping, Report, options);
        _parser = ParserOf(_row.HasLabels);
        _isPointCertain = mapping.DecimalSign is not null;
        _hasHeader = mapping.HasHeader;
        _hasRow = !_hasHeader;
        Report.Format = $"csv{packing}{text.Format}, mapped";
    }

    public override int Read(Span<Payment> destination)
    {
        int filled = 0;
        while (filled < destination.Length && Next())
        {
            if (_text.IsBlank)
            {
                Report.BlankLines++;
            }
            else if (_text.Width != _columns.Width)
            {
                if (IsHeaderAgain())
                {
                    continue;
                }

                _text.CountLinesWithin();
                Reject(new RowProblem(_text.Line, "", $"expected {_columns.Width} columns, found {_text.Width}."));
            }
            else if (TryRow(out destination[filled]))
            {
                Report.Count(destination[filled++], _text.Line);
            }
        }

        if (!_isPointCertain)
        {
            CheckDecimalSign(_parser);
        }

        Report.Undecoded = _text.Undecoded;
        return filled;
    }

    private protected override void Dispose(bool disposing) => _text.Dispose();

    private bool Next()
    {
        bool hasRow = _hasRow;
        _hasRow = false;
        return hasRow || _text.Read();
    }

    private bool TryRow(out Payment payment)
    {
        var cells = new Cells(this);
        payment = default;
        if (!_row.TryFill(cells))
        {
            if (IsHeaderAgain())
            {
                return false;
            }

            _text.CountLinesWithin();
            Reject(new RowProblem(_text.Line, _row.BadElement, _row.Reason) { Fault = _row.Fault });
            return false;
        }

        if (!_parser.TryParse(_row.Text, out payment))
        {
            if (IsHeaderAgain())
            {
                return false;
            }

            _text.CountLinesWithin();
            Reject(_parser.Problem(_text.Line));
            return false;
        }

        int id = _columns.PlaceOf(PaymentColumn.PaymentId);
        payment = id < 0 ? payment : payment with { Reference = PaymentReference.Of(_text[id]) };
        return true;
    }

    private bool IsHeaderAgain()
    {
        bool isHeader = _hasHeader && JoinedHeader.Is(_text, _header, File);
        Report.RepeatedHeaders += isHeader ? 1 : 0;
        return isHeader;
    }

    private ReadOnlySpan<char> Time()
    {
        ReadOnlySpan<char> day = _text[_columns.PlaceOf(PaymentColumn.Timestamp)].Trim();
        ReadOnlySpan<char> ofDay = _text[_columns.PlaceOfTimeOfDay].Trim();
        if (day.Length + ofDay.Length >= _time.Length)
        {
            return day;
        }

        day.CopyTo(_time);
        _time[day.Length] = ' ';
        ofDay.CopyTo(_time.AsSpan(day.Length + 1));
        return _time.AsSpan(0, day.Length + 1 + ofDay.Length).TrimEnd();
    }

    private readonly struct Cells(MappedCsvReader reader) : IRowText
    {
        public ReadOnlySpan<char> this[PaymentColumn column] =>
            column == PaymentColumn.Timestamp && reader._columns.PlaceOfTimeOfDay >= 0
                ? reader.Time()
                : reader._text[reader._columns.PlaceOf(column)];
    }
}

namespace Consortium.Learning.Payments;

/// <summary>Reads comma-separated payments row by row.</summary>
/// <remarks>
/// A row of the wrong width or with a wrong field is a bad row. A quotation mark that breaks the rows' structure, or a row longer
/// than <see cref="CsvText.MaxRowLength"/>, ends the read.
/// </remarks>
internal sealed class CsvPaymentReader : PaymentReader
{
    private readonly CsvText _text;
    private readonly PaymentColumns _columns;
    private readonly PaymentParser _parser;

    public CsvPaymentReader(Stream content, string name, PaymentReadOptions options)
        : base(name, options)
    {
        _text = new CsvText(FileBytes.TextOf(content), name);
        if (!_text.Read())
        {
            throw new PaymentFileException(name, "the file holds no text; expected at least a header line.");
        }

        _columns = PaymentColumns.Find(name, _text.Fields());
        _parser = new PaymentParser(Accounts, OwnBank, _columns.HasLabels);
        Report.HasLabels = _columns.HasLabels;
    }

    public override int Read(Span<Payment> destination)
    {
        int filled = 0;
        while (filled < destination.Length && _text.Read())
        {
            if (_text.Width != _columns.Width)
            {
                RejectWidth();
            }
            else if (_parser.TryParse(new Row(_text, _columns), out destination[filled]))
            {
                Report.Count(destination[filled++], _text.Line);
            }
            else
            {
                _text.CountLinesWithin();
                Reject(_parser.Problem(_text.Line));
            }
        }

        return filled;
    }

    private protected override void Dispose(bool disposing) => _text.Dispose();

    private void RejectWidth()
    {
        if (_text.IsBlank)
        {
            Report.BlankLines++;
            return;
        }

        _text.CountLinesWithin();
        Reject(new RowProblem(_text.Line, "", $"expected {_columns.Width} columns, found {_text.Width}."));
    }

    private readonly struct Row(CsvText text, PaymentColumns columns) : IRowText
    {
        public ReadOnlySpan<char> this[PaymentColumn column] => text[columns.PlaceOf(column)];
    }
}

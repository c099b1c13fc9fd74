namespace Consortium.Learning.Transactions;

/// <summary>Reads comma-separated transactions row by row.</summary>
/// <remarks>
/// A row of the wrong width or with a wrong field is a bad row. A quotation mark that breaks the rows' structure, or a row longer
/// than <see cref="CsvText.MaxRowLength"/>, ends the read.
/// </remarks>
internal sealed class CsvTransactionReader : TransactionReader
{
    private readonly CsvText _text;
    private readonly TransactionColumns _columns;
    private readonly TransactionParser _parser;

    public CsvTransactionReader(Stream content, string name, TransactionReadOptions options)
        : base(name, options)
    {
        _text = new CsvText(FileBytes.TextOf(content), name);
        if (!_text.Read())
        {
            throw new TransactionFileException(name, "the file holds no text; expected at least a header line.");
        }

        _columns = TransactionColumns.Find(name, _text.Fields());
        _parser = new TransactionParser(Accounts, OwnBank, _columns.HasLabels);
        Report.HasLabels = _columns.HasLabels;
    }

    public override int Read(Span<Transaction> destination)
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

    private readonly struct Row(CsvText text, TransactionColumns columns) : IRowText
    {
        public ReadOnlySpan<char> this[TransactionColumn column] => text[columns.PlaceOf(column)];
    }
}

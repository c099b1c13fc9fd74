namespace Consortium.Learning.Payments.Swift;

/// <summary>Reads payments from SWIFT FIN messages: MT103, and statements (MT940).</summary>
internal sealed class FinPaymentReader : PaymentReader
{
    private const string InterimReport = "942";

    private readonly FinText _text;
    private readonly DecodingLoss _loss;
    private readonly PaymentParser _parser;
    private readonly TransferRow _transfer;
    private readonly StatementRow _statement;
    private readonly SortedSet<string> _types = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _others = new(StringComparer.Ordinal);
    private readonly string _packing;
    private string? _entry;
    private string _type = "";
    private bool _isEnded;
    private long _payment;
    private int _messages;

    public FinPaymentReader(Stream content, string name, PaymentReadOptions options, string packing)
        : base(name, options)
    {
        TextContent text = TextContent.Open(content, name);
        _loss = text.Decoding;
        _text = new FinText(text.Reader, name);
        _packing = packing;
        _transfer = new TransferRow(Report, options.OwnBank);
        _statement = new StatementRow(Report, options.OwnBank);
        _parser = ParserOf(hasLabels: false);
        Report.Format = "swift" + packing;
    }

    public override int Read(Span<Payment> destination)
    {
        int filled = 0;
        while (filled < destination.Length && !_isEnded)
        {
            if (Step(out destination[filled]))
            {
                Report.Count(destination[filled++], _payment);
            }
        }

        Report.Undecoded = _loss.Count;
        return filled;
    }

    private protected override void Dispose(bool disposing) => _text.Dispose();

    /// <summary>Whether a payment is complete and was read.</summary>
    private bool Step(out Payment payment)
    {
        payment = default;
        switch (_text.Read())
        {
            case FinToken.MessageBegin:
                BeginMessage();
                return false;
            case FinToken.Field:
                return Take(_text.Tag, _text.Value, out payment);
            case FinToken.MessageEnd:
                return EndMessage(out payment);
            default:
                RequireMessages();
                _isEnded = true;
                return false;
        }
    }

    private void BeginMessage()
    {
        _messages++;
        _type = _text.Header.Type;
        _entry = null;
        _transfer.Clear();
        _statement.Clear();
    }

    private bool Take(string tag, string value, out Payment payment)
    {
        payment = default;
        _type = _type.Length > 0 ? _type : tag is "32A" ? "103" : tag is "25" or "60F" or "60M" ? "940" : "";
        _type = _type == "940" && tag is "34F" or "13D" ? InterimReport : _type; // these two no statement has
        if (_type == "103" || _type.Length == 0)
        {
            _transfer.Add(tag, value);
        }

        if (_type == "103")
        {
            return false;
        }

        _statement.Add(tag, value);
        string? entry = _entry;
        if (_type != "940" || (entry is null && tag != "61"))
        {
            return false;
        }

        _entry = tag == "61" ? value : null;
        return entry is not null && TryEntry(entry, tag == "86" ? value : "", out payment);
    }

    private bool EndMessage(out Payment payment)
    {
        payment = default;
        switch (_type)
        {
            case "103":
                _types.Add("MT103");
                Describe();
                _payment++;
                return _transfer.TryFill(_text.Header) ? TryParse(_transfer, _transfer.Id, out payment) : Reject(_transfer);
            case "940":
                _types.Add("MT940");
                Describe();
                string? entry = _entry;
                _entry = null;
                return entry is not null && TryEntry(entry, "", out payment);
            default:
                string kind = _type.Length == 0 ? "of no type" : "MT" + _type;
                _others.Add(kind);
                Reject(new RowProblem(_payment + 1, "block 2", $"message {_messages} is {kind}, {WayOn(_type)}.")
                {
                    Fault = RowFault.NoPayment,
                    Message = _messages,
                });
                return false;
        }
    }

    /// <summary>Why messages of a type are not read, and what to give instead.</summary>
    private static string WayOn(string type) => type switch
    {
        InterimReport => "an interim report, whose entries come again in the day's statement: give the MT940 or camt.053",
        "950" => "a statement that names no other accounts: have the bank send MT940 with field 86, or camt.053",
        "900" or "910" => "an advice whose payment comes again in the statement: give the MT940 or camt.053",
        _ => "which is not read",
    };

    private bool TryEntry(string entry, string information, out Payment payment)
    {
        payment = default;
        _payment++;
        return _statement.TryFill(_text.Header, entry, information)
            ? TryParse(_statement, _statement.Id, out payment)
            : Reject(_statement);
    }

    private bool TryParse(FinRow row, string id, out Payment payment)
    {
        if (_parser.TryParse(row.Text, out payment))
        {
            payment = payment with { Reference = PaymentReference.Of(id) };
            return true;
        }

        RowProblem problem = _parser.Problem(_payment);
        Reject(problem with { Message = _messages, Reason = $"{problem.Reason} (line {_text.Line})" });
        return false;
    }

    private bool Reject(FinRow row)
    {
        Reject(new RowProblem(_payment, row.BadElement, $"{row.Reason} (line {_text.Line})")
        {
            Fault = row.Fault,
            Message = _messages,
        });
        return false;
    }

    private void Describe() => Report.Format = $"{string.Join(", ", _types)}{_packing}";

    /// <summary>A file without a message that is read is not one of payments.</summary>
    private void RequireMessages()
    {
        if (_types.Count == 0)
        {
            string found = _others.Count > 0 ? "but " + string.Join(", ", _others.Take(10)) : "nor any other";
            found += _others is { Count: 1, Min: ['M', 'T', .. string type] } ? ", " + WayOn(type) : "";
            throw new PaymentFileException(File, $"the file holds no MT103 or MT940, {found}.");
        }
    }
}

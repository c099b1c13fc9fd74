using System.Text;

namespace Consortium.Learning.Payments.Iso20022;

/// <summary>Reads payments from ISO 20022 messages, element by element.</summary>
/// <remarks>
/// A file holds one message or several, bare or in envelopes with business application headers. Namespaces name the version;
/// elements are found by their names, so every version that has them is read. Memory does not grow with the file.
/// </remarks>
internal sealed partial class IsoPaymentReader : PaymentReader
{
    private readonly XmlScanner _xml;
    private readonly IsoFields _fields = new();
    private readonly IsoRow _row;
    private readonly PaymentParser _parser;
    private readonly IsoElement[] _path = new IsoElement[XmlScanner.MaxDepth + 1];
    private readonly byte[] _leaf = new byte[IsoFields.LongestText];
    private readonly string _packing;
    private IsoElement? _element;
    private IsoElement? _capture;
    private int _leafLength;
    private int _depth;
    private int _skipped;
    private long _payment;
    private int _ofEntry;
    private bool _isHeld;

    public IsoPaymentReader(Stream content, string name, PaymentReadOptions options, string packing)
        : base(name, options)
    {
        (Stream utf8, string encoding) = XmlContent.Open(content, name);
        _xml = new XmlScanner(utf8, name);
        _packing = packing + encoding;
        _row = new IsoRow(_fields, Report, options.OwnBank);
        _parser = ParserOf(hasLabels: false);
        Report.Format = "xml" + _packing;
    }

    public override int Read(Span<Payment> destination)
    {
        int filled = 0;
        while (filled < destination.Length)
        {
            switch (_xml.Read())
            {
                case XmlToken.Start:
                    Begin();
                    break;
                case XmlToken.Text when _capture is not null:
                    Capture();
                    break;
                case XmlToken.End when End(out destination[filled]):
                    Report.Count(destination[filled++], _payment);
                    break;
                case XmlToken.Finished:
                    RequireMessages();
                    return filled;
            }
        }

        return filled;
    }

    private protected override void Dispose(bool disposing) => _xml.Dispose();

    private void Begin()
    {
        if (_skipped > 0)
        {
            _skipped++;
            return;
        }

        if (_element is null)
        {
            BeginOutside();
            return;
        }

        IsoElement? next = IsOfMessage() ? _element.Find(_xml.LocalName) : null;
        if (next is null)
        {
            _skipped = 1;
            _capture = null;
            return;
        }

        Descend(next);
        if (next.Currency != IsoField.None)
        {
            _fields.Set(next.Currency, _xml.Attribute("Ccy"u8), mayRepeat: false);
        }
    }

    private void Descend(IsoElement next)
    {
        _path[_depth++] = _element!;
        _element = next;
        _capture = next.Field == IsoField.None ? null : next;
        _leafLength = 0;
        if (next.IsScope)
        {
            _fields.Enter();
            _ofEntry = next.IsEntry ? 0 : _ofEntry;
            if (next.IsPayment && _isHeld)
            {
                RejectHeld();
            }
        }
    }

    private void Capture()
    {
        ReadOnlySpan<byte> text = _xml.Text;
        if (text.Length > _leaf.Length - _leafLength)
        {
            throw _xml.Wrong($"{_capture!.Name} is longer than {_leaf.Length} bytes.");
        }

        text.CopyTo(_leaf.AsSpan(_leafLength));
        _leafLength += text.Length;
    }

    /// <summary>Whether a payment is complete and was read.</summary>
    private bool End(out Payment payment)
    {
        payment = default;
        if (_skipped > 0)
        {
            _skipped--;
            return false;
        }

        if (_element is null)
        {
            EndOutside();
            return false;
        }

        IsoElement ended = _element;
        if (_capture == ended)
        {
            _fields.Set(ended.Field, _leaf.AsSpan(0, _leafLength), ended.MayRepeat);
        }

        _capture = null;
        bool isRead = false;
        if (ended.IsPayment || (ended.IsEntry && _ofEntry == 0))
        {
            isRead = TryPayment(ended, out payment);
        }
        else if (ended.IsEntry && _isHeld)
        {
            _isHeld = false;
            isRead = TryParse(out payment);
        }

        if (ended.IsScope)
        {
            _fields.Leave();
        }

        if (_depth == 0)
        {
            EndMessage();
            return isRead;
        }

        _element = _path[--_depth];
        return isRead;
    }

    private bool TryPayment(IsoElement ended, out Payment payment)
    {
        payment = default;
        _payment++;
        _ofMessage++;
        _ofEntry += ended.IsPayment ? 1 : 0;
        if (_row.TryFill(_message!))
        {
            if (!_row.UsesEntryAmount || ended.IsEntry)
            {
                return TryParse(out payment);
            }

            _isHeld = true; // the entry's amount is this payment's where no other follows within the entry
            if (_ofEntry > 1)
            {
                RejectHeld();
            }

            return false;
        }

        if (_row.IsMissing && _version > _message!.NewestVersion)
        {
            throw _xml.Wrong(
                $"the message is {_message.Name} of version {_version:D2}, newer than those known ({_message.NewestVersion:D2}), "
                    + $"and {_row.BadElement} is not where it was: {_row.Reason}");
        }

        Reject(new RowProblem(_payment, _row.BadElement, _row.Reason) { Fault = _row.Fault, Message = _messages });
        return false;
    }

    private bool TryParse(out Payment payment)
    {
        if (_parser.TryParse(_row.Text, out payment))
        {
            payment = payment with { Reference = PaymentReference.Of(_row.Id) };
            return true;
        }

        Reject(_parser.Problem(_payment) with { Column = IsoNames.Of(_parser.BadColumn), Message = _messages });
        return false;
    }

    private void RejectHeld()
    {
        _isHeld = false;
        Reject(new RowProblem(_payment, "TxDtls/Amt", "the entry has several payments, and this one has no amount of its own.")
        {
            Message = _messages,
        });
    }
}

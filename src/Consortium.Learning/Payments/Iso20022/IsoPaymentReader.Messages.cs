using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Consortium.Learning.Payments.Iso20022;

/// <summary>Where messages begin and end, and of which kind and version they are.</summary>
internal sealed partial class IsoPaymentReader
{
    private const int MostDeclarations = 256;
    private const int LongestNamespace = 256;
    private const string Prefixed = "xmlns:";
    private const string Kinds = "pacs.008, pacs.009, pain.001, camt.053 and camt.054 are read";

    private readonly List<(int Depth, string Prefix, string Namespace)> _declarations = [];
    private readonly SortedSet<string> _kinds = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _others = new(StringComparer.Ordinal);
    private IsoMessage? _message;
    private string _first = "";
    private string _namespace = "";
    private byte[] _prefix = [];
    private byte[] _namespaceUtf8 = [];
    private bool _isInDocument;
    private int _version;
    private int _messages;
    private long _ofMessage;

    /// <summary>An element outside a message: an envelope's, the document's, or the message's own.</summary>
    private void BeginOutside()
    {
        ReadOnlySpan<byte> name = _xml.LocalName;
        _first = _first.Length == 0 ? Encoding.UTF8.GetString(name) : _first;
        if (_isInDocument)
        {
            BeginMessage(Encoding.UTF8.GetString(name));
            return;
        }

        Declare();
        if (!name.SequenceEqual("Document"u8))
        {
            return;
        }

        _prefix = _xml.Prefix.ToArray();
        string prefix = Encoding.UTF8.GetString(_prefix);
        _namespace = _declarations.FindLast(declared => declared.Prefix == prefix).Namespace ?? "";
        _namespaceUtf8 = Encoding.UTF8.GetBytes(_namespace);
        _isInDocument = true;
    }

    private void EndOutside()
    {
        _declarations.RemoveAll(declared => declared.Depth > _xml.Depth);
        _isInDocument = false;
    }

    private void BeginMessage(string root)
    {
        _messages++;
        _fields.Clear();
        _ofMessage = 0;
        Match named = Name().Match(_namespace);
        IsoElement? element = null;
        foreach (IsoMessage message in IsoMessage.All)
        {
            if (message.Roots.FirstOrDefault(known => known.Name == root) is { } found)
            {
                (_message, element) = (message, found);
            }
        }

        string kind = named.Success ? named.Value : root;
        _version = named.Success ? int.Parse(named.Groups["version"].ValueSpan, CultureInfo.InvariantCulture) : 0;
        if (element is null || (named.Success && named.Groups["kind"].Value != _message!.Name))
        {
            _skipped = 1;
            _others.Add(Quote.Of(kind));
            Reject(new RowProblem(_payment + 1, root, $"message {_messages} is {kind}, {Explain(named.Groups["kind"].Value)}.")
            {
                Fault = RowFault.NoPayment,
                Message = _messages,
            });
            return;
        }

        if (!named.Success)
        {
            Report.WarnOfColumn($"Message {_messages} names no version in its namespace; it is read by its elements.");
        }

        if (_kinds.Count < 16)
        {
            _kinds.Add(named.Success ? named.Value : _message!.Name);
            Report.Format = $"{string.Join(", ", _kinds)}{_packing}";
        }

        _element = element;
        _depth = 0;
        _capture = null;
    }

    private void EndMessage()
    {
        ReadOnlySpan<char> count = _fields[IsoField.PaymentCount];
        if (!count.IsEmpty && long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out long expected)
            && expected != _ofMessage)
        {
            Report.WarnOfColumn($"Message {_messages} says that it has {expected} payments (NbOfTxs); {_ofMessage} are there.");
        }

        _element = null;
    }

    /// <summary>A file without a message is not one of payments, whatever XML it is.</summary>
    private void RequireMessages()
    {
        if (_kinds.Count > 0)
        {
            return;
        }

        throw _others.Count > 0
            ? new PaymentFileException(
                File, $"the file holds no message that is read, but {string.Join(", ", _others)}: {Kinds}.")
            : new PaymentFileException(
                File, $"this is XML without an ISO 20022 Document (its first element is {Quote.Of(_first)}): {Kinds}.");
    }

    private static string Explain(string kind) => kind switch
    {
        "pacs.004" => "a return, which takes an earlier payment back",
        "pacs.002" or "pain.002" => "a report of a payment's status",
        "pacs.003" or "pain.008" => "a direct debit, which is not read: give the statement (camt.053)",
        "camt.052" => "a report within the day: give the day's statement (camt.053)",
        _ => "which is not read",
    };

    /// <summary>Notes the namespaces that an element declares.</summary>
    private void Declare()
    {
        for (int i = 0; i < _xml.AttributeCount; i++)
        {
            (string name, string value) = _xml.AttributeAt(i);
            if ((name == "xmlns" || name.StartsWith(Prefixed, StringComparison.Ordinal)) && value.Length <= LongestNamespace)
            {
                if (_declarations.Count == MostDeclarations)
                {
                    throw _xml.Wrong($"more than {MostDeclarations} namespaces are declared.");
                }

                _declarations.Add((_xml.Depth, name == "xmlns" ? "" : name[Prefixed.Length..], value));
            }
        }
    }

    /// <summary>Whether an element is in the document's namespace.</summary>
    private bool IsOfMessage()
    {
        if (!_xml.Prefix.SequenceEqual(_prefix))
        {
            return false;
        }

        return _xml.AttributeCount == 0 || _prefix.Length > 0 || _xml.Attribute("xmlns"u8) is not { IsEmpty: false } own
            || own.SequenceEqual(_namespaceUtf8);
    }

    [GeneratedRegex(@"(?<kind>[a-z]{4}\.\d{3})\.\d{3}\.(?<version>\d{2})", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}

using System.Text;

namespace Consortium.Learning.Payments.Swift;

/// <summary>Reads SWIFT FIN messages field by field from text. Not thread-safe.</summary>
/// <remarks>
/// Messages follow one another with their blocks, parted by <c>-}</c>, <c>$</c>, or the characters 1 and 3; statements also come
/// without blocks, each ended by <c>-</c>. Lines and fields are bounded, so memory does not grow with the file.
/// </remarks>
internal sealed class FinText : IDisposable
{
    public const int LongestLine = 4096;
    public const int LongestField = 16_384;

    private readonly TextReader _text;
    private readonly string _file;
    private readonly StringBuilder _value = new();
    private readonly StringBuilder _line = new();
    private string _tag = "";
    private string? _waiting;
    private bool _isOpen;
    private bool _isEnded;

    public FinText(TextReader text, string file)
    {
        _text = text;
        _file = file;
    }

    /// <summary>The line where the current field or message begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The current message's blocks 1 to 3; without them where the file has none.</summary>
    public FinHeader Header { get; private set; } = FinHeader.None;

    /// <summary>The field's tag, such as <c>32A</c>.</summary>
    public string Tag { get; private set; } = "";

    /// <summary>The field's lines, parted by line feeds.</summary>
    public string Value { get; private set; } = "";

    /// <summary>Whether bytes begin as FIN messages do.</summary>
    public static bool Is(ReadOnlySpan<byte> start)
    {
        start = start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? start[3..] : start;
        start = start.TrimStart((ReadOnlySpan<byte>)[1, (byte)' ', (byte)'\r', (byte)'\n', (byte)'\t']);
        return start.StartsWith("{1:"u8) || start.StartsWith("{4:"u8) || start.StartsWith(":20:"u8);
    }

    /// <exception cref="PaymentFileException">A line or field is too long, or the text ends within a message.</exception>
    public FinToken Read()
    {
        if (_isEnded)
        {
            _isEnded = false;
            _isOpen = false;
            return FinToken.MessageEnd;
        }

        while (true)
        {
            string? line = _waiting ?? NextLine();
            _waiting = null;
            if (line is null)
            {
                return AtEnd();
            }

            if (!_isOpen)
            {
                if (TryBegin(line))
                {
                    return FinToken.MessageBegin;
                }

                continue;
            }

            if (line.IndexOf("-}", StringComparison.Ordinal) is > 0 and int closing)
            {
                _waiting = line[closing..];
                line = line[..closing];
            }

            bool isEnd = line is "-" or "-}" || line.StartsWith("-}", StringComparison.Ordinal)
                || line.StartsWith("{1:", StringComparison.Ordinal);
            if (isEnd || StartsField(line))
            {
                _waiting = !isEnd ? _waiting
                    : line.IndexOf("{1:", StringComparison.Ordinal) is >= 0 and int next ? line[next..]
                    : null;
                bool hasField = TakeField();
                if (!isEnd)
                {
                    BeginField(line);
                }

                _isEnded = isEnd;
                if (hasField)
                {
                    return FinToken.Field;
                }

                if (isEnd)
                {
                    return Read();
                }
            }
            else
            {
                Continue(line);
            }
        }
    }

    public void Dispose() => _text.Dispose();

    public PaymentFileException Wrong(string reason) => new(_file, $"line {Line}: {reason}");

    private FinToken AtEnd()
    {
        if (!_isOpen)
        {
            return FinToken.Finished;
        }

        if (Header.HasBlocks)
        {
            throw new PaymentFileException(
                _file, $"line {Line}: the file ends within a message: its transfer has not finished, or it was cut short.")
            {
                IsIncomplete = true,
            };
        }

        _isEnded = true; // statements without blocks may lack the last dash
        return TakeField() ? FinToken.Field : Read();
    }

    private bool TryBegin(string line)
    {
        if (line.StartsWith('{'))
        {
            int text = line.IndexOf("{4:", StringComparison.Ordinal);
            Header = FinHeader.Read(text < 0 ? line : line[..text], Header);
            _isOpen = text >= 0 && !Header.IsAcknowledgement;
            _waiting = text >= 0 && text + 3 < line.Length && _isOpen ? line[(text + 3)..] : null;
            if (Header.IsAcknowledgement)
            {
                Header = Header.Acknowledge(line);
                int next = line.IndexOf("{1:", 1, StringComparison.Ordinal);
                _waiting = next > 0 ? line[next..] : null;
            }

            return _isOpen;
        }

        if (!StartsField(line))
        {
            return false;
        }

        Header = FinHeader.None;
        _isOpen = true;
        _waiting = line;
        return true;
    }

    private static bool StartsField(string line) =>
        line.Length > 3 && line[0] == ':' && char.IsAsciiDigit(line[1]) && line.IndexOf(':', 1) is 3 or 4;

    private void BeginField(string line)
    {
        int end = line.IndexOf(':', 1);
        _tag = line[1..end];
        _value.Append(line, end + 1, line.Length - end - 1);
    }

    private void Continue(string line)
    {
        if (_tag.Length == 0)
        {
            return;
        }

        if (_value.Length + line.Length >= LongestField)
        {
            throw Wrong($"field {_tag} is longer than {LongestField} characters.");
        }

        _value.Append('\n').Append(line);
    }

    private bool TakeField()
    {
        (Tag, Value) = (_tag, _value.ToString());
        _tag = "";
        _value.Clear();
        return Tag.Length > 0;
    }

    /// <summary>The next line without the characters that part messages; null at the end.</summary>
    private string? NextLine()
    {
        _line.Clear();
        while (true)
        {
            int character = _text.Read();
            if (character < 0 && _line.Length == 0)
            {
                return null;
            }

            if (character is < 0 or '\n')
            {
                Line++;
                return _line.ToString().TrimEnd();
            }

            if (character is '\u0001' or '\u0003' or '\uFEFF' || (character == '$' && IsBetween()))
            {
                continue;
            }

            if (_line.Length == LongestLine)
            {
                Line++;
                throw Wrong($"a line is longer than {LongestLine} characters.");
            }

            _line.Append((char)character);
        }
    }

    /// <summary>Whether what stands in the line so far ends a message.</summary>
    private bool IsBetween() => _line.Length == 0 || _line[^1] == '}';
}

using System.Text;

namespace Consortium.Learning.Payments.Iso20022;

/// <summary>Tags, text, and what is passed over.</summary>
internal sealed partial class XmlScanner
{
    private void ReadStart()
    {
        while (!TryStart())
        {
            if (!Fill())
            {
                throw CutShort();
            }
        }
    }

    /// <summary>False where the tag's end is not in the buffer yet.</summary>
    private bool TryStart()
    {
        _attributeCount = 0;
        int at = _at + 1;
        if (!TryName(ref at, out _nameStart, out _nameLength))
        {
            return false;
        }

        while (true)
        {
            bool hasBlank = SkipBlanks(ref at);
            if (at == _end)
            {
                return false;
            }

            byte sign = _buffer[at];
            if (sign == '>')
            {
                Push();
                _at = at + 1;
                return true;
            }

            if (sign == '/')
            {
                if (at + 1 == _end)
                {
                    return false;
                }

                if (_buffer[at + 1] != '>')
                {
                    throw Wrong("expected '/>'.");
                }

                Push();
                _isEmpty = true;
                _at = at + 2;
                return true;
            }

            if (!hasBlank)
            {
                throw Wrong("expected a blank, '>' or '/>' in a tag.");
            }

            if (!TryAttribute(ref at))
            {
                return false;
            }
        }
    }

    private bool TryAttribute(ref int at)
    {
        if (!TryName(ref at, out int nameStart, out int nameLength))
        {
            return false;
        }

        SkipBlanks(ref at);
        if (at == _end)
        {
            return false;
        }

        if (_buffer[at++] != '=')
        {
            throw Wrong("expected '=' behind an attribute's name.");
        }

        SkipBlanks(ref at);
        if (at == _end)
        {
            return false;
        }

        byte quote = _buffer[at++];
        if (quote is not ((byte)'"' or (byte)'\''))
        {
            throw Wrong("expected a quotation mark before an attribute's value.");
        }

        int length = _buffer.AsSpan(at, _end - at).IndexOf(quote);
        if (length < 0)
        {
            return false;
        }

        CheckValue(_buffer.AsSpan(at, length));
        if (_attributeCount == MaxAttributes)
        {
            throw Wrong($"an element has more than {MaxAttributes} attributes.");
        }

        if (Has(_buffer.AsSpan(nameStart, nameLength)))
        {
            throw Wrong("an attribute stands twice in a tag.");
        }

        _attributes[_attributeCount++] = new XmlAttribute(nameStart, nameLength, at, length);
        at += length + 1;
        return true;
    }

    private bool Has(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _attributeCount; i++)
        {
            if (_buffer.AsSpan(_attributes[i].NameStart, _attributes[i].NameLength).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>An attribute's value has no markup, and references that are known.</summary>
    private void CheckValue(ReadOnlySpan<byte> value)
    {
        for (int at; (at = value.IndexOfAny(TextEnds)) >= 0;)
        {
            byte sign = value[at];
            value = value[at..];
            int length = 1;
            if (sign == '&')
            {
                length = value[..Math.Min(value.Length, 16)].IndexOf((byte)';') + 1;
                Decode(length > 0 ? value[1..(length - 1)] : []);
            }
            else if (sign == '<' || (sign is not ((byte)']' or (byte)'\r') && !IsCharacter(value)))
            {
                throw Wrong("an attribute's value has a sign that XML does not allow there.");
            }

            value = value[length..];
        }
    }

    private void Push()
    {
        if (Depth == MaxDepth)
        {
            throw Wrong($"elements are nested more than {MaxDepth} deep.");
        }

        int start = _nameEnds[Depth];
        if (start + _nameLength > _names.Length)
        {
            throw Wrong("the names of nested elements are too long.");
        }

        _buffer.AsSpan(_nameStart, _nameLength).CopyTo(_names.AsSpan(start));
        _nameEnds[++Depth] = start + _nameLength;
    }

    private void ReadEnd()
    {
        int length;
        while ((length = _buffer.AsSpan(_at, _end - _at).IndexOf((byte)'>')) < 0)
        {
            if (!Fill())
            {
                throw CutShort();
            }
        }

        int start = _nameEnds[Math.Max(0, Depth - 1)];
        ReadOnlySpan<byte> name = _names.AsSpan(start, _nameEnds[Depth] - start);
        if (Depth == 0 || !_buffer.AsSpan(_at + 2, length - 2).TrimEnd(Blanks).SequenceEqual(name))
        {
            throw Wrong($"an end tag does not match '{Encoding.UTF8.GetString(name)}'.");
        }

        _at += length + 1;
        Depth--;
    }

    private XmlToken ReadText()
    {
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_at, _end - _at);
        int length = rest.IndexOfAny(TextEnds);
        if (length != 0)
        {
            return Take(_buffer, _at, length < 0 ? rest.Length : length, length < 0 ? rest.Length : length);
        }

        byte sign = rest[0];
        switch (sign)
        {
            case (byte)'&':
                return ReadReference();
            case (byte)'\r': // XML reads a carriage return as a line end, with the line feed behind it as one
                if (rest.Length == 1)
                {
                    Fill();
                }

                bool isPair = _at + 1 < _end && _buffer[_at + 1] == '\n';
                _decoded[0] = (byte)'\n';
                return Take(_decoded, 0, 1, isPair ? 2 : 1);
            case (byte)']':
                while (_end - _at < 3 && Fill())
                {
                }

                if (_buffer.AsSpan(_at, _end - _at).StartsWith("]]>"u8))
                {
                    throw Wrong("']]>' stands in text.");
                }

                return Take(_buffer, _at, 1, 1);
            default:
                while (sign == 0xEF && _end - _at < 3 && Fill())
                {
                }

                return IsCharacter(_buffer.AsSpan(_at, _end - _at))
                    ? Take(_buffer, _at, Math.Min(3, _end - _at), Math.Min(3, _end - _at))
                    : throw Wrong("the text has a sign that XML does not allow.");
        }
    }

    private XmlToken ReadReference()
    {
        const int longest = 12;
        int length;
        while ((length = _buffer.AsSpan(_at, Math.Min(longest, _end - _at)).IndexOf((byte)';')) < 0)
        {
            if (_end - _at >= longest)
            {
                throw Wrong("'&' begins no reference: write '&amp;'.");
            }

            if (!Fill())
            {
                throw CutShort();
            }
        }

        int size = Decode(_buffer.AsSpan(_at + 1, length - 1));
        return Take(_decoded, 0, size, length + 1);
    }

    /// <summary>Decodes a reference without its signs into <see cref="_decoded"/>; returns the length.</summary>
    private int Decode(ReadOnlySpan<byte> name)
    {
        int code = name switch
        {
            [(byte)'a', (byte)'m', (byte)'p'] => '&',
            [(byte)'l', (byte)'t'] => '<',
            [(byte)'g', (byte)'t'] => '>',
            [(byte)'q', (byte)'u', (byte)'o', (byte)'t'] => '"',
            [(byte)'a', (byte)'p', (byte)'o', (byte)'s'] => '\'',
            [(byte)'#', (byte)'x', .. var hex] => Number(hex, 16),
            [(byte)'#', .. var digits] => Number(digits, 10),
            _ => throw Wrong(
                $"the entity '&{Encoding.UTF8.GetString(name)};' is not one of XML's five; definitions of entities are not "
                    + "read."),
        };
        bool isAllowed = code is '\t' or '\n' or '\r' or (>= 0x20 and < 0xD800) or (>= 0xE000 and < 0xFFFE)
            or (>= 0x10000 and <= 0x10FFFF);
        return isAllowed ? new Rune(code).EncodeToUtf8(_decoded) : throw Wrong("a reference is to no character of XML.");
    }

    private static int Number(ReadOnlySpan<byte> digits, int radix)
    {
        int value = digits.IsEmpty ? -1 : 0;
        foreach (byte digit in digits)
        {
            int one = digit is >= (byte)'0' and <= (byte)'9' ? digit - '0'
                : radix == 16 && (digit | 0x20) is >= 'a' and <= 'f' ? (digit | 0x20) - 'a' + 10 : -1;
            if (one < 0 || value > 0x10FFFF)
            {
                return -1;
            }

            value = (value * radix) + one;
        }

        return value;
    }

    /// <summary>Passes over a comment; of CDATA, true with the text. A document type is rejected.</summary>
    private bool ReadDeclaration()
    {
        Require(4);
        if (_buffer.AsSpan(_at).StartsWith("<!--"u8))
        {
            Skip(4, "--"u8);
            Require(1);
            return _buffer[_at++] == '>' ? false : throw Wrong("a comment holds '--'.");
        }

        Require(9);
        if (!_buffer.AsSpan(_at).StartsWith("<![CDATA["u8) || Depth == 0)
        {
            throw Wrong("the XML has a document type definition (<!DOCTYPE ...>), which is not read: send it without.");
        }

        _at += 9;
        int length;
        while ((length = _buffer.AsSpan(_at, _end - _at).IndexOf("]]>"u8)) < 0)
        {
            if (!Fill())
            {
                throw CutShort();
            }
        }

        ReadOnlySpan<byte> text = _buffer.AsSpan(_at, length);
        for (int at; (at = text.IndexOfAny(TextEnds)) >= 0; text = text[(at + 1)..])
        {
            if (text[at] is not ((byte)'<' or (byte)'&' or (byte)']' or (byte)'\r') && !IsCharacter(text[at..]))
            {
                throw Wrong("the text has a sign that XML does not allow.");
            }
        }

        Take(_buffer, _at, length, length + 3);
        return true;
    }

    private XmlToken Take(byte[] bytes, int start, int length, int used)
    {
        _text = (bytes, start, length);
        _at += used;
        return XmlToken.Text;
    }

    /// <summary>Passes over <paramref name="start"/> bytes and everything up to and with <paramref name="end"/>.</summary>
    private void Skip(int start, ReadOnlySpan<byte> end)
    {
        Require(start);
        _at += start;
        int found;
        while ((found = _buffer.AsSpan(_at, _end - _at).IndexOf(end)) < 0)
        {
            CheckSkipped(Math.Max(0, _end - _at - end.Length));
            _at = Math.Max(_at, _end - end.Length);
            if (!Fill())
            {
                throw CutShort();
            }
        }

        CheckSkipped(found);
        _at += found + end.Length;
    }

    private void CheckSkipped(int length)
    {
        if (_buffer.AsSpan(_at, length).ContainsAny(Forbidden))
        {
            throw Wrong("a comment or instruction has a sign that XML does not allow.");
        }
    }

    private bool TryName(ref int at, out int start, out int length)
    {
        start = at;
        length = _buffer.AsSpan(at, _end - at).IndexOfAnyExcept(NameBytes);
        if (length == 0 || (length > 0 && _buffer[at] is (byte)'-' or (byte)'.' or (>= (byte)'0' and <= (byte)'9')))
        {
            throw Wrong("expected a name.");
        }

        at += Math.Max(0, length);
        return length > 0;
    }

    private bool SkipBlanks(ref int at)
    {
        int start = at;
        while (at < _end && _buffer[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }

        return at > start;
    }

    /// <summary>
    /// Whether text that begins with a control character, or with the byte 0xEF, begins with one that XML allows.
    /// </summary>
    private static bool IsCharacter(ReadOnlySpan<byte> text) =>
        text[0] == 0xEF && !(text.Length > 2 && text[1] == 0xBF && text[2] >= 0xBE);
}

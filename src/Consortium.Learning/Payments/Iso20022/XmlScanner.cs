using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Consortium.Learning.Payments.Iso20022;

/// <summary>Reads XML 1.0 from UTF-8, forwards, in bounded memory. Not thread-safe.</summary>
/// <remarks>
/// It reads elements, attributes, text, CDATA, character references and the five predefined entities, and passes over comments
/// and processing instructions. Document type definitions are rejected, so there are no other entities, and nothing is fetched.
/// Tags, depth and attributes are bounded. Several documents may follow one another. The framework's reader holds a tag of any
/// length in memory, takes one document, and makes strings; tests hold this one against it: what that rejects, this rejects.
/// </remarks>
internal sealed partial class XmlScanner : IDisposable
{
    public const int MaxDepth = 128;
    public const int MaxMarkup = 1 << 16;
    public const int MaxAttributes = 64;

    private const int BufferLength = 4 * MaxMarkup;

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Where(b => b >= 0x80 || char.IsAsciiLetterOrDigit((char)b) || "_-.:".Contains((char)b))
            .Select(b => (byte)b)]);

    /// <summary>What ends a run of plain text: markup, references, and bytes that may begin what XML does not allow.</summary>
    private static readonly SearchValues<byte> TextEnds = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(b => b is not ('\t' or '\n')).Select(b => (byte)b), (byte)'<', (byte)'&', (byte)']',
            0xEF]);

    private static readonly SearchValues<byte> Forbidden = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(b => b is not ('\t' or '\n' or '\r')).Select(b => (byte)b)]);

    private readonly Stream _stream;
    private readonly string _file;
    private readonly byte[] _buffer = new byte[BufferLength];
    private readonly byte[] _names = new byte[MaxMarkup * 2];
    private readonly int[] _nameEnds = new int[MaxDepth + 1];
    private readonly XmlAttribute[] _attributes = new XmlAttribute[MaxAttributes];
    private readonly byte[] _decoded = new byte[4];
    private int _attributeCount;
    private int _at;
    private int _end;
    private int _filled;
    private bool _isEnded;
    private bool _isEmpty;
    private long _linesBefore;
    private int _nameStart;
    private int _nameLength;
    private (byte[] Bytes, int Start, int Length) _text;

    /// <param name="utf8">UTF-8, with or without a mark. Taken over.</param>
    /// <param name="file">The file's name, for messages.</param>
    public XmlScanner(Stream utf8, string file)
    {
        _stream = utf8;
        _file = file;
    }

    private static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    /// <summary>Open elements, the one that just began or ended not counted once it ended.</summary>
    public int Depth { get; private set; }

    /// <summary>The line where the scanner stands, from 1.</summary>
    public long Line => _linesBefore + 1 + _buffer.AsSpan(0, _at).Count((byte)'\n');

    /// <summary>Name of the element that just began, without its prefix. Valid until the next read.</summary>
    public ReadOnlySpan<byte> LocalName
    {
        get
        {
            ReadOnlySpan<byte> name = _buffer.AsSpan(_nameStart, _nameLength);
            return name[(name.IndexOf((byte)':') + 1)..];
        }
    }

    /// <summary>Prefix of the element that just began; nothing where it has none.</summary>
    public ReadOnlySpan<byte> Prefix
    {
        get
        {
            ReadOnlySpan<byte> name = _buffer.AsSpan(_nameStart, _nameLength);
            return name[..Math.Max(0, name.IndexOf((byte)':'))];
        }
    }

    /// <summary>The text just met. Valid until the next read.</summary>
    public ReadOnlySpan<byte> Text => _text.Bytes.AsSpan(_text.Start, _text.Length);

    /// <summary>Attributes of the element that just began.</summary>
    public int AttributeCount => _attributeCount;

    /// <summary>The raw value of an attribute of the element that just began; nothing where it has none of that name.</summary>
    public ReadOnlySpan<byte> Attribute(ReadOnlySpan<byte> name)
    {
        for (int i = 0; i < _attributeCount; i++)
        {
            XmlAttribute attribute = _attributes[i];
            if (_buffer.AsSpan(attribute.NameStart, attribute.NameLength).SequenceEqual(name))
            {
                return _buffer.AsSpan(attribute.ValueStart, attribute.ValueLength);
            }
        }

        return [];
    }

    /// <summary>Name and raw value of an attribute of the element that just began.</summary>
    public (string Name, string Value) AttributeAt(int index)
    {
        XmlAttribute attribute = _attributes[index];
        return (Encoding.UTF8.GetString(_buffer.AsSpan(attribute.NameStart, attribute.NameLength)),
            Encoding.UTF8.GetString(_buffer.AsSpan(attribute.ValueStart, attribute.ValueLength)));
    }

    /// <exception cref="PaymentFileException">The text is not XML, or not of the kind that is read; names the line.</exception>
    public XmlToken Read()
    {
        if (_isEmpty)
        {
            _isEmpty = false;
            Depth--;
            return XmlToken.End;
        }

        _attributeCount = 0;
        while (true)
        {
            if (_at == _end && !Fill())
            {
                return Depth == 0 ? XmlToken.Finished : throw CutShort();
            }

            if (_buffer[_at] != '<')
            {
                if (Depth > 0)
                {
                    return ReadText();
                }

                SkipBetweenDocuments();
                continue;
            }

            Require(2);
            switch (_buffer[_at + 1])
            {
                case (byte)'/':
                    ReadEnd();
                    return XmlToken.End;
                case (byte)'?':
                    Skip(2, "?>"u8);
                    continue;
                case (byte)'!':
                    if (ReadDeclaration())
                    {
                        return XmlToken.Text;
                    }

                    continue;
                default:
                    ReadStart();
                    return XmlToken.Start;
            }
        }
    }

    public PaymentFileException Wrong(string reason) => new(_file, $"line {Line}: {reason}");

    public void Dispose() => _stream.Dispose();

    private PaymentFileException CutShort() =>
        new(_file, $"line {Line}: the XML ends within an element: its transfer has not finished, or it was cut short.")
        {
            IsIncomplete = true,
        };

    /// <summary>Has at least so many bytes of the current markup in the buffer.</summary>
    private void Require(int count)
    {
        while (_end - _at < count)
        {
            if (!Fill())
            {
                throw CutShort();
            }
        }
    }

    /// <summary>Reads more behind what is not used yet; false at the stream's end.</summary>
    private bool Fill()
    {
        if (_isEnded)
        {
            return false;
        }

        if (_at > 0)
        {
            _linesBefore += _buffer.AsSpan(0, _at).Count((byte)'\n');
            _buffer.AsSpan(_at, _filled - _at).CopyTo(_buffer);
            _end -= _at;
            _filled -= _at;
            _at = 0;
        }

        if (_filled >= MaxMarkup)
        {
            throw Wrong($"a tag or reference is longer than {MaxMarkup} bytes.");
        }

        int before = _end;
        while (_end == before && !_isEnded)
        {
            int count = ReadStream();
            _filled += count;
            _isEnded = count == 0;
            CheckEncoding();
        }

        return _end > before;
    }

    private int ReadStream()
    {
        try
        {
            return _stream.Read(_buffer, _filled, BufferLength - _filled);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw FileBytes.NotUnpacked(_file, $"line {Line}: ", error);
        }
    }

    /// <summary>Holds new bytes to UTF-8, and leaves a character that is not whole for the next ones.</summary>
    private void CheckEncoding()
    {
        int until = _filled;
        for (int back = 1; !_isEnded && back <= Math.Min(3, _filled - _end); back++)
        {
            byte value = _buffer[_filled - back];
            if ((value & 0xC0) == 0x80)
            {
                continue;
            }

            int length = value < 0x80 ? 1 : value >= 0xF0 ? 4 : value >= 0xE0 ? 3 : 2;
            until = length > back ? _filled - back : _filled;
            break;
        }

        if (!Utf8.IsValid(_buffer.AsSpan(_end, until - _end)))
        {
            throw Wrong("bytes near here are not text in UTF-8: write UTF-8, or name the encoding in the XML declaration.");
        }

        _end = until;
    }

    /// <summary>Between documents stand only blanks, and a mark where files were joined.</summary>
    private void SkipBetweenDocuments()
    {
        if (_buffer[_at] == 0xEF)
        {
            Require(3);
            if (_buffer.AsSpan(_at).StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            {
                _at += 3;
                return;
            }
        }

        int blanks = _buffer.AsSpan(_at, _end - _at).IndexOfAnyExcept(Blanks);
        if (blanks == 0)
        {
            throw Wrong("text stands outside the XML's elements.");
        }

        _at = blanks < 0 ? _end : _at + blanks;
    }

    private readonly record struct XmlAttribute(int NameStart, int NameLength, int ValueStart, int ValueLength);
}

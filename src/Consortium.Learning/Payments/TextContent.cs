using System.Text;

namespace Consortium.Learning.Payments;

/// <summary>Text of a data file: how it is encoded, what separates its fields, and where its rows begin.</summary>
/// <param name="Reader">Stands at the first row.</param>
/// <param name="Separator">Between fields.</param>
/// <param name="FirstLine">Number of the first row's line; 2 where a line says what the separator is.</param>
/// <param name="Format">For people: encoding and separator where they are not the usual ones.</param>
/// <param name="Decoding">Counts what is not text in the encoding.</param>
internal sealed record TextContent(TextReader Reader, char Separator, int FirstLine, string Format, DecodingLoss Decoding)
{
    private const int SniffLength = 1 << 16;
    private const string Separators = ",;\t|\u0001";

    /// <param name="content">Bytes.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="separator">Null where the first line shows it.</param>
    /// <param name="encodingName">Null where the first bytes show it.</param>
    /// <exception cref="PaymentFileException">The bytes are not text, or in an encoding that is not read.</exception>
    public static TextContent Open(Stream content, string name, char? separator = null, string? encodingName = null)
    {
        PrefixStream stream;
        try
        {
            stream = new PrefixStream(content, SniffLength);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            throw FileBytes.NotUnpacked(name, "line 1: ", error);
        }

        (string ofEncoding, Encoding encoding) = encodingName is null
            ? EncodingOf(stream.Prefix, name)
            : ($", {encodingName}", EncodingNamed(encodingName)!);
        var loss = new DecodingLoss();
        var decoding = (Encoding)encoding.Clone();
        decoding.DecoderFallback = loss;
        string start = encoding.GetString(stream.Prefix).TrimStart('\uFEFF');
        int firstLine = 1;
        char between = separator ?? SeparatorOf(HeaderOf(start));
        var reader = new StreamReader(stream, decoding, detectEncodingFromByteOrderMarks: false, SniffLength);
        if (start.StartsWith("sep=", StringComparison.OrdinalIgnoreCase)
            && start.Length > 4
            && start.AsSpan(5).TrimStart("\r\n") is var rest
            && rest.Length < start.Length - 5)
        {
            between = separator ?? start[4];
            reader.ReadLine();
            firstLine = 2;
        }

        string format = between switch
        {
            ',' => "",
            ';' => ", semicolon-separated",
            '\t' => ", tab-separated",
            _ => $", separated by {Quote.Of([between])}",
        };
        return new TextContent(reader, between, firstLine, format + ofEncoding, loss);
    }

    /// <summary>An encoding that files may be in; null for others.</summary>
    public static Encoding? EncodingNamed(string name) => name.ToUpperInvariant() switch
    {
        "UTF-8" => Encoding.UTF8,
        "UTF-16" => Encoding.Unicode,
        "ISO-8859-1" => Encoding.Latin1,
        "ISO-8859-15" => CodePagesEncodingProvider.Instance.GetEncoding(28605),
        "WINDOWS-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252),
        _ => null,
    };

    private static (string Name, Encoding Encoding) EncodingOf(ReadOnlySpan<byte> start, string name) => start switch
    {
        [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] => throw new PaymentFileException(
            name, "this is UTF-32 text, which is not read; write UTF-8."),
        [0xFF, 0xFE, ..] => (", UTF-16", Encoding.Unicode),
        [0xFE, 0xFF, ..] => (", UTF-16", Encoding.BigEndianUnicode),
        [0, not 0, 0, ..] or [not 0, 0, not 0, 0, ..] => throw new PaymentFileException(
            name, "this looks like UTF-16 text without a byte order mark; write UTF-8, or UTF-16 with a mark."),
        _ => ("", Encoding.UTF8),
    };

    /// <summary>The first line with anything but separators on it.</summary>
    private static ReadOnlySpan<char> HeaderOf(ReadOnlySpan<char> start)
    {
        foreach (ReadOnlySpan<char> line in start.EnumerateLines())
        {
            if (line.ContainsAnyExcept(" ,;\t|\u0001\""))
            {
                return line;
            }
        }

        return start;
    }

    /// <summary>The candidate that stands most often outside quotation marks; a comma when none does.</summary>
    private static char SeparatorOf(ReadOnlySpan<char> header)
    {
        Span<int> counts = stackalloc int[Separators.Length];
        bool isQuoted = false;
        foreach (char character in header)
        {
            isQuoted ^= character == '"';
            int candidate = isQuoted ? -1 : Separators.IndexOf(character);
            if (candidate >= 0)
            {
                counts[candidate]++;
            }
        }

        int best = 0;
        for (int i = 1; i < counts.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        return Separators[best];
    }
}

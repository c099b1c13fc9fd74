using System.Text;

namespace Consortium.Learning.Payments.Iso20022;

/// <summary>XML in the encodings that banks write, as UTF-8.</summary>
internal static class XmlContent
{
    private const int Prolog = 256;

    /// <summary>Whether bytes begin as XML does, in UTF-8, UTF-16 or an encoding that has ASCII in it.</summary>
    public static bool Is(ReadOnlySpan<byte> start) => start switch
    {
        [0xEF, 0xBB, 0xBF, .. var rest] => IsMarkup(rest),
        [0xFF, 0xFE, (byte)'<', 0, ..] or [0xFE, 0xFF, 0, (byte)'<', ..] => true,
        _ => IsMarkup(start),
    };

    /// <summary>The content as UTF-8, by its mark or its declaration.</summary>
    /// <exception cref="PaymentFileException">It is in an encoding that is not read.</exception>
    public static (Stream Utf8, string Format) Open(Stream content, string name)
    {
        PrefixStream stream;
        try
        {
            stream = new PrefixStream(content, Prolog);
        }
        catch (Exception error) when (error is EndOfStreamException or InvalidDataException)
        {
            throw FileBytes.NotUnpacked(name, "line 1: ", error);
        }

        switch (stream.Prefix)
        {
            case [0xFF, 0xFE, ..]:
                return (Transcoded(stream, Encoding.Unicode), ", UTF-16");
            case [0xFE, 0xFF, ..]:
                return (Transcoded(stream, Encoding.BigEndianUnicode), ", UTF-16");
        }

        string declared = DeclaredIn(Encoding.Latin1.GetString(stream.Prefix));
        return declared.ToUpperInvariant() switch
        {
            "" or "UTF-8" or "UTF8" or "US-ASCII" or "ASCII" => (stream, ""),
            "ISO-8859-1" or "LATIN1" => (Transcoded(stream, Encoding.Latin1), ", ISO-8859-1"),
            "ISO-8859-15" => (Transcoded(stream, OfPages(28605)), ", ISO-8859-15"),
            "WINDOWS-1252" or "CP1252" => (Transcoded(stream, OfPages(1252)), ", Windows-1252"),
            _ => throw new PaymentFileException(
                name, $"the XML is declared to be in {Quote.Of(declared)}, which is not read: write UTF-8."),
        };
    }

    private static Encoding OfPages(int page) => CodePagesEncodingProvider.Instance.GetEncoding(page)!;

    private static Stream Transcoded(Stream stream, Encoding from) =>
        Encoding.CreateTranscodingStream(stream, from, new UTF8Encoding(false));

    private static string DeclaredIn(string start)
    {
        int end = start.IndexOf("?>", StringComparison.Ordinal);
        int at = start.IndexOf("encoding", StringComparison.Ordinal);
        if (!start.TrimStart('\u00EF', '\u00BB', '\u00BF').StartsWith("<?xml", StringComparison.Ordinal) || at < 0 || at > end)
        {
            return "";
        }

        string[] parts = start[at..end].Split('"', '\'');
        return parts.Length > 1 ? parts[1].Trim() : "";
    }

    private static bool IsMarkup(ReadOnlySpan<byte> start)
    {
        start = start.TrimStart(" \t\r\n"u8);
        return start.Length > 1 && start[0] == '<' && (start[1] is (byte)'?' or (byte)'!' or (byte)'_' or >= 0x80
            || char.IsAsciiLetter((char)start[1]));
    }
}

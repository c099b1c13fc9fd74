using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Consortium.Cli.Reporting;

/// <summary>
/// A piece of a page, written as an interpolated string: its literals are markup, and all that is put into them is encoded, so
/// that no
/// bank's name or file's path can become markup. Fit for text and for attributes in double quotes.
/// </summary>
[InterpolatedStringHandler]
internal readonly struct Html
{
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _text;

    public Html(int literalLength, int formattedCount) => _text = new StringBuilder(literalLength + (16 * formattedCount));

    public static Html Nothing => $"";

    public void AppendLiteral(string markup) => _text.Append(markup);

    public void AppendFormatted(Html piece) => _text.Append(piece._text);

    public void AppendFormatted(IEnumerable<Html> pieces)
    {
        foreach (Html piece in pieces)
        {
            _text.Append(piece._text);
        }
    }

    public void AppendFormatted(string? text) => _text.Append(Encoder.Encode(text ?? string.Empty));

    public void AppendFormatted<T>(T value, string? format = null)
        where T : IFormattable => AppendFormatted(value.ToString(format, CultureInfo.InvariantCulture));

    public override string ToString() => _text.ToString();
}

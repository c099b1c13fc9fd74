using System.Buffers;
using System.Globalization;

namespace Consortium.Learning.Payments;

/// <summary>
/// Parses the text of single fields. Each method returns false and changes nothing when the text is not what it should be.
/// </summary>
internal static class PaymentFields
{
    /// <summary>Longest bank identifier, account number or name taken from a file.</summary>
    public const int MaxTextLength = 64;

    private const int MaxAmountLength = 40;
    private const int MaxFastDigits = 18;
    private const int MaxScale = 28;

    private static readonly SearchValues<char> IdentifierCharacters = SearchValues.Create(
        string.Concat(Enumerable.Range('!', '~' - '!' + 1).Select(c => (char)c).Where(c => c is not (',' or '"'))));

    /// <summary><c>yyyy/MM/dd HH:mm</c>, or with <c>:ss</c>.</summary>
    public static bool TryTimestamp(ReadOnlySpan<char> text, out DateTime timestamp)
    {
        timestamp = default;
        if (text.Length is not (16 or 19) || text[4] != '/' || text[7] != '/' || text[10] != ' ' || text[13] != ':')
        {
            return false;
        }

        int second = 0;
        if (text.Length == 19 && (text[16] != ':' || (second = TwoDigits(text, 17)) < 0))
        {
            return false;
        }

        int century = TwoDigits(text, 0), year = TwoDigits(text, 2), month = TwoDigits(text, 5), day = TwoDigits(text, 8);
        int hour = TwoDigits(text, 11), minute = TwoDigits(text, 14);
        if ((century | year | month | day | hour | minute) < 0
            || (year += century * 100) < 1 || month is < 1 or > 12 || day < 1 || hour > 23 || minute > 59 || second > 59
            || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        timestamp = new DateTime(year, month, day, hour, minute, second);
        return true;
    }

    /// <summary>A decimal number, exactly as written; may be negative, which the caller judges.</summary>
    public static bool TryAmount(ReadOnlySpan<char> text, out decimal amount) =>
        TryPlainAmount(text, out amount) || TryLongAmount(text, out amount);

    /// <summary>At most 18 digits with a point or none, as most amounts are.</summary>
    public static bool TryPlainAmount(ReadOnlySpan<char> text, out decimal amount)
    {
        amount = 0;
        ulong digits = 0;
        int point = -1;
        if (text.Length is > 0 and <= MaxFastDigits + 1)
        {
            int i = 0;
            for (; i < text.Length; i++)
            {
                uint digit = (uint)(text[i] - '0');
                if (digit <= 9)
                {
                    digits = digits * 10 + digit;
                }
                else if (text[i] == '.' && point < 0 && text.Length > 1)
                {
                    point = i;
                }
                else
                {
                    break;
                }
            }

            if (i == text.Length && (point >= 0 || i <= MaxFastDigits))
            {
                int scale = point < 0 ? 0 : text.Length - 1 - point;
                amount = new decimal((int)digits, (int)(digits >> 32), 0, false, (byte)scale);
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A bank identifier or account number: printable ASCII without blank, comma or quotation mark, and no apostrophe first.
    /// </summary>
    public static bool IsIdentifier(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxTextLength && text[0] != '\'' && !text.ContainsAnyExcept(IdentifierCharacters);

    /// <summary>
    /// Whether a number that was an identifier has been through arithmetic: <c>4.00000E+15</c>, as spreadsheets show long
    /// numbers, <c>4.0E15</c>, as Java writes them, or <c>12345.0</c>, as data frames write whole numbers beside missing ones.
    /// </summary>
    /// <remarks>Not <c>8000E15</c>: account numbers in hexadecimal digits look like that.</remarks>
    public static bool IsRoundedNumber(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        if (end < 1)
        {
            return false;
        }

        int sign = text[end] is '.' or ',' ? end : -1;
        ReadOnlySpan<char> rest = sign < 0 ? text[end..] : text[(sign + 1)..];
        int exponent = rest.IndexOfAny('E', 'e');
        if (exponent < 0)
        {
            return sign > 0 && text[sign] == '.' && rest.Length > 0 && !rest.ContainsAnyExcept('0');
        }

        ReadOnlySpan<char> size = rest[(exponent + 1)..];
        bool hasPlus = !size.IsEmpty && size[0] == '+';
        return (hasPlus || sign > 0) && !rest[..exponent].ContainsAnyExceptInRange('0', '9')
            && size.Length > (hasPlus ? 1 : 0) && !size[(hasPlus ? 1 : 0)..].ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>
    /// Whether an amount as <c>1.23E+05</c> says fewer digits than it has before its decimal point, as spreadsheets round.
    /// </summary>
    public static bool MayBeRounded(ReadOnlySpan<char> amount)
    {
        ReadOnlySpan<char> mantissa = amount[..^4];
        int point = mantissa.IndexOfAny('.', ',');
        return int.TryParse(amount[^2..], NumberStyles.None, CultureInfo.InvariantCulture, out int exponent)
            && exponent > (point < 0 ? 0 : mantissa.Length - 1 - point);
    }

    /// <summary>
    /// The identifier itself where a spreadsheet keeps text from becoming a number: <c>'000812</c>, <c>'000812'</c> or
    /// <c>="000812"</c>.
    /// </summary>
    public static ReadOnlySpan<char> WithoutTextMark(ReadOnlySpan<char> text) => text switch
    {
        ['\'', .. { Length: > 0 } quoted, '\''] => quoted,
        ['\'', .. { Length: > 0 } marked] => marked,
        ['=', '"', .. { Length: > 0 } formula, '"'] => formula,
        _ => text,
    };

    /// <summary>
    /// An identifier without what is around it, and an IBAN without the blanks that people put between its groups.
    /// </summary>
    public static ReadOnlySpan<char> BareIdentifier(ReadOnlySpan<char> text)
    {
        text = WithoutTextMark(text.Trim());
        if (!text.Contains(' ') || !Iban.Resembles(text))
        {
            return text;
        }

        Span<char> plain = stackalloc char[Iban.LongestText];
        int length = Iban.Read(text, plain, out _);
        return length == 0 ? text : plain[..length].ToString();
    }

    /// <summary>
    /// Whether a text says that there is no value, as data frames and databases write it, or a spreadsheet's error: taken for
    /// identifiers, these would make one account of all that have none.
    /// </summary>
    public static bool IsNoValue(ReadOnlySpan<char> text) =>
        (text[0] | 0x20) is 'n' or 'u' or 'm' or '#' or '<' or '(' or '|' or '-' or '.' or '?' or '*' or '/'
        && (text[0] == '#' ? IsError(text) : IsNull(text, stackalloc char[12]));

    private static bool IsError(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExcept('#') || text[^1] is '!' or '?' || text.Equals("#N/A", StringComparison.OrdinalIgnoreCase)
        || text.Equals("#NA", StringComparison.OrdinalIgnoreCase);

    private static bool IsNull(ReadOnlySpan<char> text, Span<char> lower) =>
        text.Length <= lower.Length
        && lower[..text.ToLowerInvariant(lower)] is "nan" or "-nan" or "null" or "none" or "na" or "n/a" or "<na>" or "(null)"
            or "\\n" or "nil" or "<null>" or "nat" or "n.a." or "unknown" or "undefined" or "missing"
            || !text.ContainsAnyExcept("-.?*/");

    /// <summary>
    /// <c>0</c>, <c>1</c>, or nothing for a payment whose label is not known; and what other tools write for these.
    /// </summary>
    public static bool TryLabel(ReadOnlySpan<char> text, out Label label)
    {
        label = text switch { "0" => Label.Legitimate, "1" => Label.Laundering, _ => Label.Unknown };
        return label != Label.Unknown || text.IsEmpty || TryOtherLabel(text.Trim(), out label);
    }

    private static bool TryOtherLabel(ReadOnlySpan<char> text, out Label label)
    {
        label = Label.Unknown;
        if (text.IsEmpty)
        {
            return true;
        }

        Span<char> lower = stackalloc char[8];
        int length = text.Length > lower.Length ? -1 : text.ToLowerInvariant(lower);
        if (length < 0)
        {
            return false;
        }

        switch (lower[..length])
        {
            case "0" or "0.0" or "false" or "f" or "no" or "n":
                label = Label.Legitimate;
                return true;
            case "1" or "1.0" or "true" or "t" or "yes" or "y":
                label = Label.Laundering;
                return true;
            case ['0' or '1', '.' or ',', .. var zeros] when !zeros.ContainsAnyExcept('0'):
                label = lower[0] == '0' ? Label.Legitimate : Label.Laundering;
                return true;
            default:
                return text is "." || IsNoValue(text);
        }
    }

    /// <summary>Any form of number that decimal holds without rounding; never one it would round.</summary>
    private static bool TryLongAmount(ReadOnlySpan<char> text, out decimal amount)
    {
        amount = 0;
        if (text.Length > MaxAmountLength)
        {
            return false;
        }

        int exponentAt = text.IndexOfAny('e', 'E');
        ReadOnlySpan<char> mantissa = exponentAt < 0 ? text : text[..exponentAt];
        int exponent = 0;
        if (exponentAt >= 0
            && !int.TryParse(text[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return false;
        }

        int point = mantissa.IndexOf('.');
        int decimals = (point < 0 ? 0 : mantissa.Length - 1 - point) - exponent;
        int digits = mantissa.Length - (point < 0 ? 0 : 1);
        return decimals <= MaxScale && digits <= MaxScale
            && decimal.TryParse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out amount);
    }

    private static int TwoDigits(ReadOnlySpan<char> text, int at)
    {
        uint tens = (uint)(text[at] - '0'), ones = (uint)(text[at + 1] - '0');
        return tens <= 9 && ones <= 9 ? (int)(tens * 10 + ones) : -1;
    }
}

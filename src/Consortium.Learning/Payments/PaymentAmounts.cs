using System.Globalization;

namespace Consortium.Learning.Payments;

/// <summary>
/// Reads amounts with grouped digits or a decimal comma, where only one reading is possible within the file. Not thread-safe.
/// </summary>
/// <remarks>
/// A file has one decimal sign: the first amount that shows it decides. An amount that contradicts it is rejected, and so is one
/// such as <c>1,234</c>, which is a thousand or little more than one.
/// </remarks>
internal sealed class PaymentAmounts(bool hasSemicolons)
{
    private const int LongestText = 40;
    private const string Export = "export amounts with a decimal point and without grouped digits";

    private char _decimalSign;
    private string? _undecided;

    /// <summary>Whether the file's decimal sign is a point beyond doubt.</summary>
    public bool HasPoint => _decimalSign == '.';

    /// <summary>Amounts such as <c>1.234</c> so far, where no amount has shown what the point is.</summary>
    public long Undecided { get; private set; }

    /// <summary>
    /// Such an amount where a later one shows that the point groups thousands: it was read a thousand times too small.
    /// </summary>
    public string? Misread { get; private set; }

    /// <summary>Call for an amount that was read with a decimal point, or none, by the exact reading.</summary>
    /// <returns>Null when that reading stands; else why it does not.</returns>
    public string? Confirm(ReadOnlySpan<char> text)
    {
        int point = text.IndexOf('.');
        if (point < 0 || text.ContainsAny('e', 'E'))
        {
            return null;
        }

        bool couldGroup = IsGroupOf(text, point);
        if (_decimalSign == ',' || (couldGroup && hasSemicolons && _decimalSign == '\0'))
        {
            return $"is the point in it a decimal sign? Other amounts of the file or its semicolons suggest a comma; {Export}";
        }

        if (!couldGroup)
        {
            (_decimalSign, Undecided) = ('.', 0);
        }
        else if (_decimalSign == '\0')
        {
            Undecided++;
            _undecided ??= text.ToString();
        }

        return null;
    }

    /// <summary>Reads what the exact reading does not.</summary>
    /// <returns>Null when it is read; else why not.</returns>
    public string? Read(ReadOnlySpan<char> text, out decimal amount)
    {
        amount = 0;
        const string expected =
            $"expected a decimal number of at most 28 digits, without currency, sign of debit or credit, or brackets; {Export}";
        if (text.IsEmpty
            || text.Length > LongestText
            || text.IndexOfAnyExcept("0123456789.,' \u00A0\u202F\u2019+-eE") >= 0
            || !char.IsAsciiDigit(text[^1]))
        {
            return expected;
        }

        int comma = text.LastIndexOf(','), point = text.LastIndexOf('.');
        bool hasManyCommas = text.Count(',') > 1, hasManyPoints = text.Count('.') > 1;
        char sign = comma < 0 ? (point >= 0 && !hasManyPoints ? '.' : '\0')
            : point > comma ? '.'
            : point >= 0 ? ','
            : hasManyCommas ? '\0'
            : IsGroupOf(text, comma) && _decimalSign != ',' ? (_decimalSign == '.' ? '\0' : '?')
            : ',';
        if (sign == '?')
        {
            return $"the comma is a decimal sign or groups thousands; {Export}";
        }

        if ((hasManyPoints && hasManyCommas) || (sign != '\0' && _decimalSign != '\0' && sign != _decimalSign))
        {
            return $"other amounts of the file have another decimal sign; {Export}";
        }

        Span<char> plain = stackalloc char[LongestText];
        if (!TryUngroup(text, sign, plain, out int length) || !PaymentFields.TryAmount(plain[..length], out amount))
        {
            return expected;
        }

        _decimalSign = sign == '\0' ? _decimalSign : sign;
        Misread = _decimalSign == ',' && Undecided > 0 ? _undecided : null;
        Undecided = _decimalSign == '.' ? 0 : Undecided;
        return null;
    }

    /// <summary>
    /// Whether the sign has one to three digits, the first not zero, before it and three behind it, and nothing else.
    /// </summary>
    private static bool IsGroupOf(ReadOnlySpan<char> text, int sign) =>
        sign is >= 1 and <= 3 && text.Length == sign + 4 && text[0] != '0'
        && !text[..sign].ContainsAnyExceptInRange('0', '9') && !text[(sign + 1)..].ContainsAnyExceptInRange('0', '9');

    /// <summary>
    /// Whether commas stand before the last three digits and before each two in front of these: 12,34,567 is 1,234,567.
    /// </summary>
    private static bool IsIndian(ReadOnlySpan<char> whole)
    {
        int last = whole.LastIndexOf(',');
        return last > 3 && whole.Length == last + 4 && whole[last - 3] == ',';
    }

    /// <summary>Leaves digits and a point: every grouping sign must be the same one and have three digits behind it,
    /// or as in India.</summary>
    private static bool TryUngroup(ReadOnlySpan<char> text, char decimalSign, Span<char> plain, out int length)
    {
        length = 0;
        int end = decimalSign == '\0' ? text.Length : text.LastIndexOf(decimalSign);
        char group = '\0';
        int run = 0, groups = 0;
        bool isIndian = IsIndian(text[..end]);
        for (int i = 0; i < end; i++)
        {
            char character = text[i];
            if (char.IsAsciiDigit(character) || (i == 0 && character is '+' or '-'))
            {
                plain[length++] = character;
                run += char.IsAsciiDigit(character) ? 1 : 0;
                continue;
            }

            bool fits = groups == 0 ? run >= 1 && run <= (isIndian ? 2 : 3) : run == (isIndian ? 2 : 3) && character == group;
            if (!fits || character is 'e' or 'E')
            {
                return false;
            }

            group = character;
            groups++;
            run = 0;
        }

        if (groups > 0 && run != 3)
        {
            return false;
        }

        if (decimalSign != '\0')
        {
            plain[length++] = '.';
            ReadOnlySpan<char> decimals = text[(end + 1)..];
            if (decimals.ContainsAnyExceptInRange('0', '9'))
            {
                return false;
            }

            decimals.CopyTo(plain[length..]);
            length += decimals.Length;
        }

        return length > 0;
    }
}

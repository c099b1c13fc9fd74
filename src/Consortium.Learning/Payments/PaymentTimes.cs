using System.Globalization;

namespace Consortium.Learning.Payments;

/// <summary>Times in the forms that say without doubt which part is the year, the month and the day.</summary>
/// <remarks>
/// Year first, with <c>/</c>, <c>-</c> or <c>.</c>, a blank or <c>T</c> before the time (DB2: <c>-</c>), seconds and fractions
/// (which are cut off) or none, and a zone: <c>Z</c>, <c>UTC</c> or an offset, which Java's name of a zone may follow. Digits
/// alone as <c>yyyyMMddHHmmss</c>. Days with the month's English name, as SAS and SQL Server write them. AM and PM where the hour
/// is of a half day.
/// </remarks>
internal static class PaymentTimes
{
    private const int LongestText = 48;

    private static readonly string[] NamedMonths =
    [
        "ddMMMyyyy:HH:mm:ss", "ddMMMyyyy:HH:mm", "d-MMM-yyyy H:mm:ss", "d-MMM-yyyy H:mm", "d MMM yyyy H:mm:ss", "d MMM yyyy H:mm",
        "MMM d yyyy h:mmtt", "MMM d yyyy h:mm:sstt", "MMM d yyyy H:mm", "MMM d yyyy H:mm:ss", "MMM d, yyyy H:mm:ss",
        "MMM d, yyyy h:mm:ss tt", "MMM d yyyy h:mm:ss:ffftt", "d-MMM-yyyy h:mm:ss tt",
    ];

    private static readonly string[] NamedDays = ["ddMMMyyyy", "d-MMM-yyyy", "d MMM yyyy", "MMM d, yyyy", "MMM d yyyy"];

    /// <summary>Reads a time as it is written.</summary>
    /// <param name="text">Without blanks around it.</param>
    /// <param name="time">To the second, as the text's own clock shows it.</param>
    /// <param name="offset">The zone's, where the text names one.</param>
    /// <param name="hasTime">False where the text is a day alone.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTime time, out TimeSpan? offset, out bool hasTime)
    {
        time = default;
        offset = null;
        hasTime = true;
        if (text.Length is < 6 or > LongestText)
        {
            return false;
        }

        if (!text.ContainsAnyExceptInRange('0', '9'))
        {
            hasTime = text.Length > 8;
            return text.Length is 8 or 12 or 14 && IsFourDigitYear(text) && !CouldHaveTwoDigitYear(text)
                && TryCompose(Number(text[..4]), Number(text[4..6]), Number(text[6..8]), text[8..], out time);
        }

        return text[4] is '/' or '-' or '.' ? TryYearFirst(text, out time, out offset, out hasTime)
            : text.Length > 8 && text[8] is 'T' && IsFourDigitYear(text) ? TryBasic(text, out time, out offset)
            : TryNamedMonth(text, out time, out hasTime);
    }

    /// <summary>Whether a text that stands in a header is a payment's time.</summary>
    public static bool LooksLikeTime(string text) => TryParse(text.AsSpan().Trim(), out _, out _, out _);

    /// <summary>Why a text is not read as a time, and what to do.</summary>
    public static string Explain(ReadOnlySpan<char> text)
    {
        const string expected = "expected a time as yyyy/MM/dd HH:mm or yyyy-MM-ddTHH:mm:ss";
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
        {
            return number is > 20_000 and < 80_000
                ? $"{expected}, not a spreadsheet's day number: format the column as yyyy-mm-dd hh:mm:ss before the export"
                : $"{expected}, not a number, whose unit and zone nobody can tell: export the column as text, or say in a "
                    + "mapping what it is (timeFormat)";
        }

        int blank = text.IndexOfAny(" ,T\u202F");
        ReadOnlySpan<char> day = blank < 0 ? text : text[..blank];
        bool isDayOrMonthFirst = text.Length > 7
            && char.IsAsciiDigit(text[0])
            && text[1..Math.Min(3, text.Length)].ContainsAny('/', '.', '-')
            && !day.ContainsAnyInRange('A', 'Z') && !day.ContainsAnyInRange('a', 'z');
        return isDayOrMonthFirst
            ? $"{expected}; which is the day and which the month here cannot be told: export the column with the year first, or "
                + "say in a mapping which is which (timeFormat)"
            : $"{expected}, of a day and a time that exist; a mapping can name another form (timeFormat)";
    }

    private static bool IsFourDigitYear(ReadOnlySpan<char> text) => text[..2] is "19" or "20" or "99";

    /// <summary>
    /// Whether twelve digits are a time as <c>yyMMddHHmmss</c> as well as one as <c>yyyyMMddHHmm</c>: 200901010005 is in 2009 or
    /// 2020.
    /// </summary>
    private static bool CouldHaveTwoDigitYear(ReadOnlySpan<char> text) => text.Length == 12
        && TryCompose(2000 + Number(text[..2]), Number(text[2..4]), Number(text[4..6]), text[6..], out _);

    private static bool TryYearFirst(ReadOnlySpan<char> text, out DateTime time, out TimeSpan? offset, out bool hasTime)
    {
        time = default;
        offset = null;
        hasTime = true;
        char sign = text[4];
        int year = Number(text[..4]);
        ReadOnlySpan<char> rest = text[5..];
        int month = Leading(ref rest);
        if (year < 0 || month < 0 || rest.IsEmpty || rest[0] != sign)
        {
            return false;
        }

        rest = rest[1..];
        int day = Leading(ref rest);
        if (rest.IsEmpty)
        {
            hasTime = false;
            return TryCompose(year, month, day, "", out time);
        }

        bool isDb2 = sign == '-' && rest[0] == '-';
        if (rest[0] is not ('T' or 't' or ' ') && !isDb2)
        {
            return false;
        }

        rest = rest[1..].TrimStart(' ');
        int hour = Leading(ref rest);
        if (hour < 0 || rest.IsEmpty || !(rest[0] == ':' || (rest[0] == '.' && isDb2)))
        {
            return false;
        }

        char between = rest[0];
        rest = rest[1..];
        int minute = LeadingTwo(ref rest), second = 0;
        if (minute >= 0 && !rest.IsEmpty && rest[0] == between)
        {
            rest = rest[1..];
            second = LeadingTwo(ref rest);
            SkipFraction(ref rest);
        }

        return TryHalfDay(ref rest, ref hour) && TryZone(rest, out offset)
            && TryCompose(year, month, day, hour, minute, second, out time);
    }

    /// <summary>ISO 8601 without signs: <c>20220901T002300Z</c>.</summary>
    private static bool TryBasic(ReadOnlySpan<char> text, out DateTime time, out TimeSpan? offset)
    {
        offset = null;
        time = default;
        ReadOnlySpan<char> clock = text[9..];
        int digits = clock.IndexOfAnyExceptInRange('0', '9') is >= 0 and int end ? end : clock.Length;
        ReadOnlySpan<char> rest = clock[digits..];
        SkipFraction(ref rest);
        return digits is 4 or 6 && TryZone(rest, out offset)
            && TryCompose(Number(text[..4]), Number(text[4..6]), Number(text[6..8]), clock[..digits], out time);
    }

    /// <summary>Takes AM or PM off the text, where it is there; false where the hour is not of a half day.</summary>
    private static bool TryHalfDay(ref ReadOnlySpan<char> text, ref int hour)
    {
        ReadOnlySpan<char> word = text.TrimStart(" \u00A0\u202F");
        bool isMorning = word.StartsWith("AM", StringComparison.OrdinalIgnoreCase);
        if (!isMorning && !word.StartsWith("PM", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        text = word[2..];
        if (hour is < 1 or > 12)
        {
            return false;
        }

        hour = (hour % 12) + (isMorning ? 0 : 12);
        return true;
    }

    private static bool TryNamedMonth(ReadOnlySpan<char> text, out DateTime time, out bool hasTime)
    {
        time = default;
        hasTime = true;
        if (!text.ContainsAnyInRange('A', 'z'))
        {
            return false;
        }

        Span<char> single = stackalloc char[LongestText];
        int length = 0;
        foreach (char character in text) // SQL Server pads days with a blank
        {
            if (character != ' ' || single[Math.Max(0, length - 1)] != ' ')
            {
                single[length++] = character;
            }
        }

        ReadOnlySpan<char> spaced = single[..length];
        if (spaced.LastIndexOf('.') is > 0 and int point && spaced.Count(':') >= 2
            && !spaced[(point + 1)..].ContainsAnyExceptInRange('0', '9'))
        {
            spaced = spaced[..point]; // SAS writes fractions of a second
        }

        hasTime = !DateTime.TryParseExact(spaced, NamedDays, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
        return !hasTime || DateTime.TryParseExact(
            spaced, NamedMonths, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    private static bool TryZone(ReadOnlySpan<char> text, out TimeSpan? offset)
    {
        offset = null;
        text = text.Trim(' ');
        if (text is [_, .., ']'] && text.IndexOf('[') is > 0 and int name)
        {
            text = text[..name]; // the offset says which hour it is; Java puts the zone's name behind it
        }

        if (text.IsEmpty)
        {
            return true;
        }

        if (text is "Z" or "z" or "UTC" or "GMT")
        {
            offset = TimeSpan.Zero;
            return true;
        }

        if (text[0] is not ('+' or '-') || text.Length is not (3 or 5 or 6) || (text.Length == 6 && text[3] != ':'))
        {
            return false;
        }

        int hours = Number(text[1..3]), minutes = text.Length == 3 ? 0 : Number(text[^2..]);
        if (hours is < 0 or > 14 || minutes is < 0 or > 59)
        {
            return false;
        }

        var size = new TimeSpan(hours, minutes, 0);
        offset = text[0] == '-' ? -size : size;
        return true;
    }

    private static void SkipFraction(ref ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty && text[0] is '.' or ',')
        {
            int end = text[1..].IndexOfAnyExceptInRange('0', '9');
            text = end < 0 ? [] : text[(end + 1)..];
        }
    }

    private static bool TryCompose(int year, int month, int day, ReadOnlySpan<char> clock, out DateTime time) => TryCompose(
        year, month, day, clock.Length >= 2 ? Number(clock[..2]) : 0, clock.Length >= 4 ? Number(clock[2..4]) : 0,
        clock.Length >= 6 ? Number(clock[4..6]) : 0, out time);

    private static bool TryCompose(int year, int month, int day, int hour, int minute, int second, out DateTime time)
    {
        bool isTime = year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            && hour is >= 0 and <= 23 && minute is >= 0 and <= 59 && second is >= 0 and <= 59;
        time = isTime ? new DateTime(year, month, day, hour, minute, second) : default;
        return isTime;
    }

    /// <summary>One or two digits, which are taken off the text; -1 for anything else.</summary>
    private static int Leading(ref ReadOnlySpan<char> text)
    {
        int digits = text.Length > 0 && char.IsAsciiDigit(text[0]) ? (text.Length > 1 && char.IsAsciiDigit(text[1]) ? 2 : 1) : 0;
        int value = digits == 0 ? -1 : Number(text[..digits]);
        text = text[digits..];
        return value;
    }

    private static int LeadingTwo(ref ReadOnlySpan<char> text)
    {
        int value = text.Length >= 2 ? Number(text[..2]) : -1;
        text = text[(value < 0 ? 0 : 2)..];
        return value;
    }

    private static int Number(ReadOnlySpan<char> digits)
    {
        int value = 0;
        foreach (char digit in digits)
        {
            if (!char.IsAsciiDigit(digit))
            {
                return -1;
            }

            value = (value * 10) + digit - '0';
        }

        return value;
    }
}

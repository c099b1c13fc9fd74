using System.Globalization;

namespace Consortium.Learning.Payments.Mapping;

/// <summary>One row of a file with a mapping as the text of a row's columns. Not thread-safe.</summary>
internal sealed class MappedRow : MessageRow
{
    public const string Unix = "unix";
    public const string UnixMilliseconds = "unixMilliseconds";

    private const int LongestText = 128;

    private readonly PaymentMapping _mapping;
    private readonly TimeZoneInfo? _own;
    private readonly PaymentColumn[] _ofCells;
    private readonly KeyValuePair<PaymentColumn, string>[] _ofParties;

    public MappedRow(PaymentMapping mapping, ReadReport report, PaymentReadOptions options)
        : base(report, options.OwnBank)
    {
        _mapping = mapping;
        _own = options.Zone;
        foreach ((PaymentColumn column, string text) in mapping.Constants)
        {
            if (column < PaymentColumn.PaymentId && !TryColumn(column, text))
            {
                throw new PaymentFileException(
                    "mapping.json", $"constants.{MappingFields.NameOf(column, mapping.IsStatement)}: {Reason}");
            }
        }

        _ofCells = [.. mapping.Columns.Keys.Where(column => column < PaymentColumn.PaymentId)];
        _ofParties =
        [
            .. mapping.Constants.Where(
                one => one.Key is >= PaymentColumn.FromBank and <= PaymentColumn.ToAccount),
        ];
    }

    public bool HasLabels =>
        _mapping.Columns.ContainsKey(PaymentColumn.IsLaundering) || _mapping.Constants.ContainsKey(PaymentColumn.IsLaundering);

    /// <summary>Fills the columns from a row's cells.</summary>
    public bool TryFill<TRow>(TRow cells)
        where TRow : struct, IRowText, allows ref struct
    {
        Begin();
        bool isDebit = true;
        if (_mapping.IsStatement && !TryDirection(cells, out isDebit))
        {
            return false;
        }

        foreach (PaymentColumn column in _ofCells)
        {
            if (!TryColumn(SideOf(column, isDebit), cells[column].Trim()))
            {
                return false;
            }
        }

        if (!_mapping.IsStatement)
        {
            return true;
        }

        foreach ((PaymentColumn column, string text) in _ofParties)
        {
            if (!TryColumn(SideOf(column, isDebit), text))
            {
                return false;
            }
        }

        PaymentColumn own = SideOf(PaymentColumn.FromBank, isDebit), other = SideOf(PaymentColumn.ToBank, isDebit);
        return TryOwnStatement(own, other, MappingFields.NameOf(PaymentColumn.Direction));
    }

    /// <summary>A mapping names the own account as the sender's; of a payment into it, it is the receiver's.</summary>
    private static PaymentColumn SideOf(PaymentColumn column, bool isDebit) => column switch
    {
        _ when isDebit => column,
        PaymentColumn.FromBank => PaymentColumn.ToBank,
        PaymentColumn.FromAccount => PaymentColumn.ToAccount,
        PaymentColumn.ToBank => PaymentColumn.FromBank,
        PaymentColumn.ToAccount => PaymentColumn.FromAccount,
        _ => column,
    };

    private bool TryDirection<TRow>(TRow cells, out bool isDebit)
        where TRow : struct, IRowText, allows ref struct
    {
        isDebit = true;
        if (_mapping.Columns.ContainsKey(PaymentColumn.Debit))
        {
            return TryDebitOrCredit(cells[PaymentColumn.Debit].Trim(), cells[PaymentColumn.Credit].Trim(), out isDebit);
        }

        if (_mapping.NegativeIsDebit is { } negativeIsDebit)
        {
            ReadOnlySpan<char> amount = cells[PaymentColumn.AmountPaid].Trim();
            isDebit = IsNegative(amount) == negativeIsDebit;
            return !IsZero(amount) || Bad(
                MappingFields.NameOf(PaymentColumn.AmountPaid),
                $"expected a signed amount that says the direction, found {Quote.Of(amount)}.");
        }

        ReadOnlySpan<char> word = cells[PaymentColumn.Direction].Trim();
        return _mapping.Directions.TryGetValue(word.ToString(), out isDebit) || Bad(
            MappingFields.NameOf(PaymentColumn.Direction),
            $"expected one of the mapping's words ({string.Join(", ", _mapping.Directions.Keys.Order().Take(10))}), found "
                + $"{Quote.Of(word)}.");
    }

    /// <summary>One of the two columns has an amount; a bank may write debits as negative amounts.</summary>
    private bool TryDebitOrCredit(ReadOnlySpan<char> debit, ReadOnlySpan<char> credit, out bool isDebit)
    {
        isDebit = !IsZero(debit);
        ReadOnlySpan<char> amount = isDebit ? debit : credit;
        if (isDebit != IsZero(credit) || (!isDebit && IsNegative(credit)))
        {
            return Bad(
                MappingFields.NameOf(PaymentColumn.Debit),
                "expected an amount in one of the columns for debit and credit, "
                    + $"found {Quote.Of(debit)} and {Quote.Of(credit)}.");
        }

        amount = isDebit ? WithoutMinus(amount) : amount;
        return TryAmount(PaymentColumn.AmountPaid, amount) && TryAmount(PaymentColumn.AmountReceived, amount);
    }

    /// <summary>Whether an amount is nothing, or zero in whatever form.</summary>
    private static bool IsZero(ReadOnlySpan<char> text) => !text.ContainsAnyInRange('1', '9')
        && (text.IsEmpty || PaymentFields.IsNoValue(text) || !text.ContainsAnyExcept("0.,+-' \u00A0\u202F\u2212"));

    private static bool IsNegative(ReadOnlySpan<char> text) =>
        !text.IsEmpty && (text[0] is '-' or '\u2212' || text[^1] is '-' or '\u2212');

    private static ReadOnlySpan<char> WithoutMinus(ReadOnlySpan<char> text) =>
        !IsNegative(text) ? text : text[0] is '-' or '\u2212' ? text[1..].TrimStart() : text[..^1].TrimEnd();

    private bool TryColumn(PaymentColumn column, ReadOnlySpan<char> text)
    {
        if (text.Length > LongestText)
        {
            return Bad(PaymentColumns.NameOf(column), $"expected at most {LongestText} characters, found {Quote.Of(text)}.");
        }

        return column switch
        {
            PaymentColumn.Timestamp => TryTime(text),
            PaymentColumn.AmountPaid or PaymentColumn.AmountReceived => TryAmount(column, text),
            PaymentColumn.PaymentFormat => TryFormat(text),
            PaymentColumn.IsLaundering => TryLabel(text),
            _ => TryPut(column, text),
        };
    }

    private bool TryTime(ReadOnlySpan<char> text)
    {
        if (_mapping.TimeFormat is not { } format)
        {
            return _mapping.Zone is null
                || !PaymentTimes.TryParse(text, out DateTime certain, out TimeSpan? offset, out bool hasTime)
                || offset is not null || !hasTime
                ? TryPut(PaymentColumn.Timestamp, text)
                : PutTime(certain, null);
        }

        if (format is Unix or UnixMilliseconds)
        {
            long unit = format == Unix ? TimeSpan.TicksPerSecond : TimeSpan.TicksPerMillisecond;
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long count)
                && count >= 0 && count < DateTime.MaxValue.Ticks / 2 / unit
                ? PutTime(DateTime.UnixEpoch.AddTicks(count * unit), TimeSpan.Zero)
                : WrongTime(format, text);
        }

        if (HasZone(format))
        {
            return DateTimeOffset.TryParseExact(
                text, format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset zoned)
                ? PutTime(zoned.DateTime, zoned.Offset)
                : WrongTime(format, text);
        }

        if (!DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime time))
        {
            return WrongTime(format, text);
        }

        bool isDay = !format.Contains('H', StringComparison.Ordinal) && !format.Contains('h', StringComparison.Ordinal);
        return isDay
            ? TryPut(PaymentColumn.Timestamp, time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))
            : PutTime(time, null);
    }

    private static bool HasZone(string format) => format.AsSpan().ContainsAny('z', 'K');

    private bool WrongTime(string format, ReadOnlySpan<char> text) =>
        Bad(PaymentColumns.NameOf(PaymentColumn.Timestamp), $"expected a time as {format}, found {Quote.Of(text)}.");

    /// <summary>A time without a zone is in the mapping's; with that, the bank's own clock can be told.</summary>
    private bool PutTime(DateTime time, TimeSpan? offset)
    {
        offset ??= _mapping.Zone is { } zone && _own is not null ? zone.GetUtcOffset(time) : null;
        if (offset is { } known && _own is null && _mapping.Zone is { } clock)
        {
            time = TimeZoneInfo.ConvertTime(new DateTimeOffset(time, known), clock).DateTime;
            offset = null;
        }

        Span<char> text = stackalloc char[32];
        time.TryFormat(text, out int length, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
        if (offset is { } east)
        {
            text[length++] = east < TimeSpan.Zero ? '-' : '+';
            east.Duration().TryFormat(text[length..], out int more, @"hh\:mm", CultureInfo.InvariantCulture);
            length += more;
        }

        return TryPut(PaymentColumn.Timestamp, text[..length]);
    }

    private bool TryAmount(PaymentColumn column, ReadOnlySpan<char> text)
    {
        text = _mapping.NegativeIsDebit is null ? text : WithoutMinus(text);
        if (_mapping.DecimalSign is not { } sign)
        {
            return TryPut(column, text);
        }

        Span<char> plain = stackalloc char[LongestText];
        int length = 0, run = 0;
        bool isGrouped = false, hasSign = false;
        foreach (char character in text)
        {
            bool isGroup = character == _mapping.GroupSign && character != sign;
            if (char.IsAsciiDigit(character) || (length == 0 && character is '+' or '-'))
            {
                plain[length++] = character;
                run += char.IsAsciiDigit(character) ? 1 : 0;
                continue;
            }

            // Groups have three digits, in Indian amounts two but for the last.
            bool isWhole = !isGrouped ? run is >= 1 and <= 3 : isGroup ? run is 2 or 3 : run == 3;
            if (hasSign || (!isGroup && character != sign) || ((isGroup || isGrouped) && !isWhole))
            {
                return WrongAmount(column, text, sign);
            }

            if (!isGroup)
            {
                plain[length++] = '.';
            }

            (isGrouped, hasSign, run) = (isGroup, !isGroup, 0);
        }

        if (isGrouped && run != 3)
        {
            return WrongAmount(column, text, sign);
        }

        return TryPut(column, plain[..length].TrimStart('+'));
    }

    private bool WrongAmount(PaymentColumn column, ReadOnlySpan<char> text, char sign)
    {
        string groups = _mapping.GroupSign is { } group ? $" and '{group}' between groups of three" : "";
        return Bad(
            PaymentColumns.NameOf(column), $"expected digits with '{sign}' as the decimal sign{groups}, found {Quote.Of(text)}.");
    }

    private bool TryFormat(ReadOnlySpan<char> text)
    {
        if (_mapping.Formats.Count == 0)
        {
            return TryPut(PaymentColumn.PaymentFormat, text);
        }

        string word = text.ToString();
        return _mapping.Formats.TryGetValue(word, out PaymentFormat format) || _mapping.Formats.TryGetValue("*", out format)
            ? TryPut(PaymentColumn.PaymentFormat, PaymentFormats.NameOf(format))
            : TryPut(PaymentColumn.PaymentFormat, text);
    }

    private bool TryLabel(ReadOnlySpan<char> text)
    {
        if (_mapping.Labels.Count == 0)
        {
            return TryPut(PaymentColumn.IsLaundering, text);
        }

        if (!_mapping.Labels.TryGetValue(text.ToString(), out Label label) && !text.IsEmpty)
        {
            return Bad(
                PaymentColumns.NameOf(PaymentColumn.IsLaundering),
                $"expected one of the mapping's labels ({string.Join(", ", _mapping.Labels.Keys.Order().Take(10))}), found "
                    + $"{Quote.Of(text)}.");
        }

        return TryPut(
            PaymentColumn.IsLaundering,
            text.IsEmpty && !_mapping.Labels.ContainsKey("") ? ""
                : label switch { Label.Laundering => "1", Label.Legitimate => "0", _ => "" });
    }
}

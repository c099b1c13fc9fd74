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

    public MappedRow(PaymentMapping mapping, ReadReport report, PaymentReadOptions options)
        : base(report, null)
    {
        _mapping = mapping;
        _own = options.Zone;
        foreach ((PaymentColumn column, string text) in mapping.Constants)
        {
            if (column < PaymentColumn.PaymentId && !TryColumn(column, text))
            {
                throw new PaymentFileException("mapping.json", $"constants.{MappingFields.NameOf(column)}: {Reason}");
            }
        }
    }

    public bool HasLabels =>
        _mapping.Columns.ContainsKey(PaymentColumn.IsLaundering) || _mapping.Constants.ContainsKey(PaymentColumn.IsLaundering);

    /// <summary>Fills the columns from a row's cells.</summary>
    public bool TryFill<TRow>(TRow cells)
        where TRow : struct, IRowText, allows ref struct
    {
        Begin();
        foreach (PaymentColumn column in _mapping.Columns.Keys)
        {
            if (column < PaymentColumn.PaymentId && !TryColumn(column, cells[column].Trim()))
            {
                return false;
            }
        }

        return true;
    }

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
        if (_mapping.DecimalSign is not { } sign)
        {
            return TryPut(column, text);
        }

        Span<char> plain = stackalloc char[LongestText];
        int length = 0;
        foreach (char character in text)
        {
            if (character == _mapping.GroupSign && character != sign)
            {
                continue;
            }

            if (character == sign)
            {
                plain[length++] = '.';
            }
            else if (char.IsAsciiDigit(character) || (length == 0 && character is '+' or '-'))
            {
                plain[length++] = character;
            }
            else
            {
                string groups = _mapping.GroupSign is { } group ? $" and '{group}' between groups" : "";
                return Bad(
                    PaymentColumns.NameOf(column),
                    $"expected digits with '{sign}' as the decimal sign{groups}, found {Quote.Of(text)}.");
            }
        }

        return TryPut(column, plain[..length].TrimStart('+'));
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

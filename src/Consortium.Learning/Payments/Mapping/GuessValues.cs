using System.Globalization;

namespace Consortium.Learning.Payments.Mapping;

/// <summary>What the values of a column suggest.</summary>
internal static class GuessValues
{
    private static readonly string[] Clocks = ["", " HH:mm", " HH:mm:ss", " H:mm", " h:mm tt", " HH:mm:ss.fff"];

    private static readonly string[] Days =
    [
        "dd.MM.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "dd-MM-yyyy", "MM-dd-yyyy", "d.M.yyyy", "d/M/yyyy", "M/d/yyyy", "yyyy.MM.dd",
        "dd.MM.yy", "dd/MM/yy", "MM/dd/yy", "ddMMyyyy",
    ];

    private static readonly (string Word, Label Label)[] LabelWords =
    [
        ("not ", Label.Legitimate), ("non", Label.Legitimate), ("false", Label.Legitimate), ("clear", Label.Legitimate),
        ("legit", Label.Legitimate), ("licit", Label.Legitimate), ("close", Label.Legitimate), ("ok", Label.Legitimate),
        ("clean", Label.Legitimate), ("normal", Label.Legitimate), ("no", Label.Legitimate),
        ("sar", Label.Laundering), ("str", Label.Laundering), ("confirm", Label.Laundering), ("suspicious", Label.Laundering),
        ("launder", Label.Laundering), ("fraud", Label.Laundering), ("true", Label.Laundering), ("report", Label.Laundering),
        ("illicit", Label.Laundering), ("yes", Label.Laundering), ("open", Label.Unknown), ("pending", Label.Unknown),
        ("unknown", Label.Unknown), ("review", Label.Unknown),
    ];

    private static readonly (string Word, PaymentFormat Format)[] FormatWords =
    [
        ("sepa", PaymentFormat.Ach), ("ach", PaymentFormat.Ach), ("direct debit", PaymentFormat.Ach), ("giro", PaymentFormat.Ach),
        ("wire", PaymentFormat.Wire), ("swift", PaymentFormat.Wire), ("rtgs", PaymentFormat.Wire),
        ("transfer", PaymentFormat.Wire),
        ("card", PaymentFormat.CreditCard), ("pos", PaymentFormat.CreditCard), ("cash", PaymentFormat.Cash),
        ("atm", PaymentFormat.Cash), ("cheque", PaymentFormat.Cheque), ("check", PaymentFormat.Cheque),
        ("bitcoin", PaymentFormat.Bitcoin), ("crypto", PaymentFormat.Bitcoin), ("btc", PaymentFormat.Bitcoin),
    ];

    /// <summary>The formats that every value has; nothing where the certain forms read them all, which is then said.</summary>
    public static string[] TimeFormats(IReadOnlyList<string> values, out bool isCertain)
    {
        isCertain = values.All(value => PaymentTimes.TryParse(value, out _, out _, out _));
        if (isCertain)
        {
            return [];
        }

        if (values.All(value => value.Length is 9 or 10 && long.TryParse(value, NumberStyles.None, null, out _)))
        {
            return [MappedRow.Unix];
        }

        if (values.All(value => value.Length is 12 or 13 && long.TryParse(value, NumberStyles.None, null, out _)))
        {
            return [MappedRow.UnixMilliseconds];
        }

        return
        [
            .. Days.SelectMany(day => Clocks.Select(clock => day + clock)).Where(format => values.All(value =>
                DateTime.TryParseExact(value, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))),
        ];
    }

    /// <summary>The decimal and the grouping sign of amounts; <c>\0</c> where no value shows one.</summary>
    public static (char Decimal, char Group, bool IsCertain) Signs(IReadOnlyList<string> values)
    {
        bool Fits(char sign, char group) => values.All(value =>
        {
            string[] parts = value.TrimStart('-', '+').Split(sign);
            string[] groups = group == '\0' ? [parts[0]] : parts[0].Split(group);
            return parts.Length <= 2 && parts.Skip(1).Concat(groups).All(part => part.Length > 0 && part.All(char.IsAsciiDigit))
                && groups.Skip(1).All(three => three.Length == 3);
        });

        (char, char)[] fitting =
        [
            .. ((char, char)[])[('.', '\0'), (',', '\0'), ('.', ','), (',', '.'), ('.', '\''), (',', ' '), (',', '\u00A0'),
                ('.', ' ')],
        ];
        fitting = [.. fitting.Where(signs => Fits(signs.Item1, signs.Item2))];
        bool hasSign = values.Any(value => value.ContainsAny('.', ','));
        char[] decimals = [.. fitting.Select(signs => signs.Item1).Distinct()];
        return fitting.Length == 0 ? ('\0', '\0', false)
            : !hasSign ? ('\0', '\0', true)
            : (fitting[0].Item1, fitting[0].Item2, decimals.Length == 1);
    }

    /// <summary>What a label's word may mean; null where it is not known.</summary>
    public static Label? LabelOf(string word) => PaymentFields.TryLabel(word, out Label certain)
        ? certain
        : LabelWords.Cast<(string Word, Label Label)?>().FirstOrDefault(
            known => word.StartsWith(known!.Value.Word, StringComparison.OrdinalIgnoreCase))?.Label;

    /// <summary>What a word for a payment's format may mean; null where it is not known.</summary>
    public static PaymentFormat? FormatOf(string word) =>
        PaymentFormats.Parse(word) is not PaymentFormat.Other and var certain ? certain
        : FormatWords.Cast<(string Word, PaymentFormat Format)?>().FirstOrDefault(
            known => word.Contains(known!.Value.Word, StringComparison.OrdinalIgnoreCase))?.Format;
}

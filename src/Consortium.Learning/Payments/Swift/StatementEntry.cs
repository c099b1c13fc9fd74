using System.Globalization;
using System.Text.RegularExpressions;

namespace Consortium.Learning.Payments.Swift;

/// <summary>Field 61 of a statement.</summary>
/// <param name="Day">The day of the entry, or the value date where it names none.</param>
/// <param name="IsDebit">Whether the account pays.</param>
/// <param name="IsReversal">Whether it takes an earlier entry back.</param>
/// <param name="FundsCode">The third letter of the currency; <c>\0</c> where it is not there.</param>
/// <param name="Amount">With a decimal comma.</param>
/// <param name="Type">Such as <c>NTRF</c>.</param>
/// <param name="Reference">The bank's where it is there, else the account owner's.</param>
internal readonly partial record struct StatementEntry(
    DateTime Day, bool IsDebit, bool IsReversal, char FundsCode, string Amount, string Type, string Reference)
{
    public static bool TryRead(string text, out StatementEntry entry)
    {
        entry = default;
        Match match = Form().Match(text.Split('\n', 2)[0]);
        if (!match.Success
            || !DateTime.TryParseExact(
                "20" + match.Groups["value"].Value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None,
                out DateTime value))
        {
            return false;
        }

        DateTime day = value;
        if (match.Groups["entry"].Value is { Length: 4 } entered)
        {
            int month = int.Parse(entered.AsSpan(0, 2), CultureInfo.InvariantCulture);
            int days = int.Parse(entered.AsSpan(2), CultureInfo.InvariantCulture);
            int year = value.Year + (month == 12 && value.Month == 1 ? -1 : month == 1 && value.Month == 12 ? 1 : 0);
            if (month is < 1 or > 12 || days < 1 || days > DateTime.DaysInMonth(year, month))
            {
                return false;
            }

            day = new DateTime(year, month, days);
        }

        string mark = match.Groups["mark"].Value, funds = match.Groups["funds"].Value;
        string[] references = text.Split('\n', 2)[0][match.Length..].Split("//", 2);
        string reference = references[^1].Trim().Length > 0 ? references[^1] : references[0];
        entry = new StatementEntry(
            day, mark[^1] == 'D', mark.Length == 2 && mark[0] == 'R', funds.Length == 0 ? '\0' : funds[0],
            match.Groups["amount"].Value, match.Groups["type"].Value, reference.Trim());
        return true;
    }

    [GeneratedRegex(
        @"^(?<value>\d{6})(?<entry>\d{4})?(?<mark>[RE]?[CD])(?<funds>[A-Z])?(?<amount>\d[\d,]{0,14})(?<type>[A-Z][A-Z0-9]{3})",
        RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

using System.Globalization;

namespace Consortium.Learning.Payments.Swift;

/// <summary>One payment of FIN messages as the text of a row's columns. Not thread-safe.</summary>
internal abstract class FinRow(ReadReport report, BankId? ownBank) : MessageRow(report, ownBank)
{
    /// <summary>Digits, a comma, and decimals or none.</summary>
    private protected bool TryAmount(PaymentColumn column, ReadOnlySpan<char> amount, ReadOnlySpan<char> currency, string field)
    {
        Span<char> plain = stackalloc char[24];
        int comma = amount.IndexOf(',');
        bool isAmount = comma > 0 && amount.Length <= 18 && currency.Length == 3
            && !amount[..comma].ContainsAnyExceptInRange('0', '9') && !amount[(comma + 1)..].ContainsAnyExceptInRange('0', '9');
        if (!isAmount)
        {
            return Bad(
                field,
                $"expected a currency and an amount with a decimal comma, found {Quote.Of(string.Concat(currency, amount))}.");
        }

        amount.CopyTo(plain);
        plain[comma] = '.';
        return TryPut(column, plain[..(comma + 1 == amount.Length ? comma : amount.Length)]) && TryPut(column + 1, currency);
    }

    /// <summary>A number that has an IBAN's country, check digits and about its length must be one.</summary>
    private protected bool TryAccount(PaymentColumn column, ReadOnlySpan<char> account, string field)
    {
        account = account.Trim();
        if (account.IsEmpty)
        {
            return Missing(field, "the payment names no account of this party");
        }

        if (!Iban.Resembles(account))
        {
            return TryPut(column, account);
        }

        Span<char> plain = stackalloc char[Iban.LongestText];
        int length = Iban.Read(account, plain, out string? problem);
        return problem is null
            ? TryPut(column, plain[..length])
            : Bad(field, $"{problem}, found {Quote.Of(account)}.");
    }

    private protected bool TryTime(DateTime time) => TryPut(
        PaymentColumn.Timestamp, time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture));

    private protected bool TryDay(DateTime day) => TryPut(
        PaymentColumn.Timestamp, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>A day as <c>yyMMdd</c>; years are those of this century, and from 80 on those of the last.</summary>
    private protected static bool TryDate(ReadOnlySpan<char> text, out DateTime day)
    {
        day = default;
        return text.Length == 6
            && DateTime.TryParseExact(
                string.Concat(text[0] >= '8' ? "19" : "20", text), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None,
                out day);
    }
}

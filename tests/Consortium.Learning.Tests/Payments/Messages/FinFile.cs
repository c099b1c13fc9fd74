using System.Globalization;
using System.Text;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Tests.Payments.Messages;

/// <summary>Payments as SWIFT FIN messages.</summary>
internal static class FinFile
{
    /// <summary>The same payments between banks that have BICs, of the formats that FIN messages are.</summary>
    public static (AccountTable Accounts, Payment[] Payments) WithBics(PaymentSet set)
    {
        var accounts = new AccountTable();
        AccountId Renamed(AccountId account) => accounts.Intern(
            new BankId(BicOf(set.Accounts.BankIndexOf(account))), set.Accounts.NumberOf(account));
        return (accounts,
        [
            .. set.Payments.ToArray().Select(payment => payment with
            {
                From = Renamed(payment.From),
                To = Renamed(payment.To),
                PaymentFormat = PaymentFormat.Wire,
                Label = Label.Unknown,
            }),
        ]);
    }

    /// <summary>An MT103 for each payment, as the receiving bank has it.</summary>
    public static string Mt103(ReadOnlySpan<Payment> payments, AccountTable accounts)
    {
        var text = new StringBuilder();
        foreach (ref readonly Payment payment in payments)
        {
            string from = accounts.BankOf(payment.From).Value, to = accounts.BankOf(payment.To).Value;
            text.Append(CultureInfo.InvariantCulture, $"\u0001{{1:F01{to}AXXX0000000000}}{{2:O103{payment.Timestamp:HHmm}")
                .Append(
                    CultureInfo.InvariantCulture,
                    $"{payment.Timestamp:yyMMdd}{from}AXXX0000000000{payment.Timestamp:yyMMddHHmm}N}}")
                .Append("{3:{108:MUR}{121:f81d4fae-7dec-11d0-a765-00a0c91e6bf6}}{4:\r\n:20:REF\r\n:23B:CRED\r\n")
                .Append(
                    CultureInfo.InvariantCulture,
                    $":32A:{payment.Timestamp:yyMMdd}{Currencies.CodeOf(payment.ReceivingCurrency)}")
                .Append(
                    CultureInfo.InvariantCulture,
                    $"{Comma(payment.AmountReceived)}\r\n:33B:{Currencies.CodeOf(payment.PaymentCurrency)}")
                .Append(
                    CultureInfo.InvariantCulture, $"{Comma(payment.AmountPaid)}\r\n:50K:/{accounts.NumberOf(payment.From)}\r\n")
                .Append(CultureInfo.InvariantCulture, $"A PAYER\r\nA STREET 1\r\n:52A:{from}\r\n:57A:{to}\r\n:59:/")
                .Append(
                    CultureInfo.InvariantCulture,
                    $"{accounts.NumberOf(payment.To)}\r\nA PAYEE\r\n:70:INVOICE 4711\r\n:71A:SHA\r\n-}}")
                .Append("{5:{CHK:123456789ABC}}\u0003\r\n");
        }

        return text.ToString();
    }

    /// <summary>A statement without blocks for each payer's account.</summary>
    public static string Mt940(Payment[] payments, AccountTable accounts)
    {
        var text = new StringBuilder();
        foreach (IGrouping<(AccountId From, Currency In), Payment> account in payments.GroupBy(
            one => (one.From, one.PaymentCurrency)))
        {
            text.Append(CultureInfo.InvariantCulture, $":20:STARTUMS\r\n:25:{accounts.BankOf(account.Key.From)}/")
                .Append(CultureInfo.InvariantCulture, $"{accounts.NumberOf(account.Key.From)}\r\n:28C:1/1\r\n:60F:C220831")
                .Append(CultureInfo.InvariantCulture, $"{Currencies.CodeOf(account.Key.In)}0,00\r\n");
            foreach (Payment payment in account)
            {
                text.Append(CultureInfo.InvariantCulture, $":61:{payment.Timestamp:yyMMdd}{payment.Timestamp:MMdd}D")
                    .Append(
                        CultureInfo.InvariantCulture, $"{Comma(payment.AmountPaid)}NTRFNONREF//B1\r\nSUPPLEMENT\r\n:86:/OCMT/")
                    .Append(
                        CultureInfo.InvariantCulture,
                        $"{Currencies.CodeOf(payment.ReceivingCurrency)}{Comma(payment.AmountReceived)}")
                    .Append(
                        CultureInfo.InvariantCulture,
                        $"/CNTP/{accounts.NumberOf(payment.To)}/\r\n{accounts.BankOf(payment.To)}/NAME///\r\n");
            }

            text.Append(CultureInfo.InvariantCulture, $":62F:C220930{Currencies.CodeOf(account.Key.In)}0,00\r\n-\r\n");
        }

        return text.ToString();
    }

    private static string BicOf(int bank) => $"BNK{(char)('A' + (bank / 26))}CHZ{(char)('A' + (bank % 26))}";

    private static string Comma(decimal amount)
    {
        string text = amount.ToString(CultureInfo.InvariantCulture).Replace('.', ',');
        return text.Contains(',', StringComparison.Ordinal) ? text : text + ",";
    }
}

using System.Globalization;
using System.IO.Compression;
using System.Text;
using Consortium.Learning.Payments;
using CsCheck;

namespace Consortium.Learning.Tests.Payments;

/// <summary>Rows and files for reader tests.</summary>
internal static class Sample
{
    public const string Header =
        "Timestamp,From Bank,Account,To Bank,Account,Amount Received,Receiving Currency,Amount Paid,Payment Currency,Payment "
            + "Format,Is Laundering";

    public const string Row = "2022/09/01 00:20,010,8000EBD30,03208,8000F4580,0.01,US Dollar,3697.34,Euro,Credit Card,1";

    private static readonly Gen<decimal> Amounts = Gen.Long[0, 999_999_999_999_999_999].SelectMany(
        digits => Gen.Int[0, 8].Select(scale => new decimal((int)digits, (int)(digits >> 32), 0, false, (byte)scale)));

    private static readonly Gen<string> Identifiers =
        Gen.String[Gen.Char["0123456789ABCDEFxyz-_/;'%"], 1, 12].Where(
            text => text[0] != '\'' && text.Any(char.IsAsciiLetterOrDigit));

    /// <summary>Rows as a writer takes them, over a few accounts so that they repeat.</summary>
    public static readonly Gen<(AccountTable Accounts, Payment[] Rows)> Sets =
        Gen.Select(Identifiers, Identifiers).Array[2, 20].SelectMany(names => Gen.Select(
            Gen.Int[0, names.Length - 1], Gen.Int[0, names.Length - 1], Gen.Int[0, 40_000_000], Amounts, Amounts,
            Gen.Int[0, Currencies.Count - 1], Gen.Int[0, 7], Gen.Int[-1, 1])
            .Select(
                (from, to, second, received, paid, currency, format, label) =>
                    (from, to, second, received, paid, currency, format, label))
            .Array[0, 60].Select(rows =>
            {
                var accounts = new AccountTable();
                AccountId[] ids = [.. names.Select(name => accounts.Intern(new BankId(name.Item1), name.Item2))];
                return (accounts, rows.Select(row => new Payment
                {
                    // Half of the times have seconds.
                    Timestamp = new DateTime(2022, 1, 1).AddSeconds(row.second % 2 == 0 ? row.second : row.second / 60 * 60),
                    From = ids[row.from],
                    To = ids[row.to],
                    AmountReceived = row.received,
                    ReceivingCurrency = new Currency((byte)row.currency),
                    AmountPaid = row.paid,
                    PaymentCurrency = new Currency((byte)(row.currency / 2)),
                    PaymentFormat = (PaymentFormat)row.format,
                    Label = (Label)row.label,
                }).ToArray());
            }));

    public static string File(params string[] rows) => string.Join('\n', [Header, .. rows]) + "\n";

    public static PaymentReader Open(string text, PaymentReadOptions? options = null) =>
        PaymentReader.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "sample.csv", options);

    public static byte[] Gzip(string text)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    /// <summary>All rows in the file's order.</summary>
    public static Payment[] Rows(this PaymentReader reader)
    {
        var rows = new List<Payment>();
        var batch = new Payment[7];
        for (int count; (count = reader.Read(batch)) > 0;)
        {
            rows.AddRange(batch.AsSpan(0, count));
        }

        return [.. rows];
    }

    /// <summary>A row in words, so that rows of different account tables compare.</summary>
    public static string Describe(in Payment row, AccountTable accounts) => string.Create(
        CultureInfo.InvariantCulture,
        $"{row.Timestamp:s} {accounts.BankOf(row.From)}:{accounts.NumberOf(row.From)} "
            + $"{accounts.BankOf(row.To)}:{accounts.NumberOf(row.To)} {row.AmountReceived} {row.ReceivingCurrency.Code} "
            + $"{row.AmountPaid} {row.PaymentCurrency.Code} {row.PaymentFormat} {row.Label}");
}

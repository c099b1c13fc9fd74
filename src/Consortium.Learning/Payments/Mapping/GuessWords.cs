using System.Text;

namespace Consortium.Learning.Payments.Mapping;

/// <summary>What the words of a header suggest.</summary>
internal static class GuessWords
{
    private const string Accented = "\u00E4\u00F6\u00FC\u00C4\u00D6\u00DC\u00E9\u00E8\u00EA\u00E0\u00E7\u00F1";
    private const string Plain = "aouAOUeeeacn";

    private static readonly string[] From =
        ["from", "send", "debtor", "payer", "orig", "source", "src", "order", "remit", "debit", "auftrag", "zahler", "nameorig"];

    private static readonly string[] To =
        [
            "to", "receiv", "recip", "creditor", "payee", "benef", "dest", "dst", "target", "credit", "empf", "namedest",
            "counterp",
        ];

    private static readonly string[] Bank = ["bank", "bic", "swift", "agent", "institution", "blz", "agt"];
    private static readonly string[] Account = ["account", "acct", "iban", "konto", "acc", "nameorig", "namedest", "customer"];
    private static readonly string[] Amount = ["amount", "amt", "betrag", "montant", "importe", "value", "sum", "paid"];
    private static readonly string[] Currency = ["currency", "ccy", "curr", "wahrung", "waehrung", "devise", "moneda"];
    private static readonly string[] Time =
        [
            "timestamp", "datetime", "date", "time", "booked", "booking", "buchung", "created", "executed", "datum", "posted",
            "valuta",
        ];

    private static readonly string[] Clock = ["time", "uhrzeit", "hour", "clock"];
    private static readonly string[] Format =
        ["format", "type", "method", "channel", "instrument", "zahlungsart", "kind", "scheme"];

    private static readonly string[] Labels =
        [
            "laundering", "label", "suspicious", "sar", "fraud", "outcome", "disposition", "verdict", "flagged", "islaundering",
            "isfraud",
        ];

    private static readonly string[] Id = ["id", "uetr", "reference", "ref", "txid", "txnid", "endtoendid"];

    /// <summary>What a column may be, best first, by its name alone.</summary>
    public static IEnumerable<(string Field, int Weight)> Of(string name)
    {
        string[] words = WordsOf(name);
        int side = Has(words, From) ? 1 : Has(words, To) ? 2 : 0;
        if (Has(words, Currency))
        {
            bool isPaid = side == 1 || words.Contains("payment") || words.Contains("paid");
            yield return (side == 2 ? "receivingCurrency" : isPaid ? "paymentCurrency" : "currency", 9);
            yield break;
        }

        if (Has(words, Time) && !Has(words, Account) && !Has(words, Amount[..4]))
        {
            yield return ("time", words.Contains("value") || words.Contains("valuta") || words.Contains("created") ? 6 : 8);
        }

        if (Has(words, Account) && side > 0)
        {
            yield return (side == 1 ? "fromAccount" : "toAccount", words.Contains("iban") ? 10 : 9);
        }

        if (Has(words, Bank) && side > 0)
        {
            yield return (side == 1 ? "fromBank" : "toBank", 10);
        }

        if (Has(words, Amount) && !Has(words, Time))
        {
            yield return side == 2 ? ("amountReceived", 9)
                : words.Contains("paid") || side == 1 ? ("amountPaid", 9)
                : ("amount", words.Contains("value") ? 6 : 8);
        }

        if (Has(words, Labels))
        {
            yield return ("label", 9);
        }
        else if (Has(words, Format))
        {
            yield return ("format", words.Contains("payment") || words.Contains("format") ? 8 : 6);
        }

        if (Has(words, Id) && side == 0 && !Has(words, Account) && !Has(words, Bank))
        {
            yield return ("paymentId", words.Length == 1 || words.Contains("payment") || words.Contains("transaction") ? 7 : 5);
        }

        if (side > 0 && words.Length == 1 && !Has(words, Account) && !Has(words, Bank) && !Has(words, Amount))
        {
            yield return (side == 1 ? "fromAccount" : "toAccount", 4);
        }
    }

    /// <summary>Whether a column may be the hour of a day that another column names.</summary>
    public static bool IsClock(string name) => Has(WordsOf(name), Clock);

    private static bool Has(string[] words, string[] known) => words.Any(word => known.Any(start =>
        start.Length <= 3 ? word == start : word.StartsWith(start, StringComparison.Ordinal)));

    /// <summary>
    /// Lower-case words, parted where a name has other signs or a capital behind a small letter; without accents.
    /// </summary>
    private static string[] WordsOf(string name)
    {
        var words = new StringBuilder();
        char before = ' ';
        foreach (char accented in name)
        {
            int at = Accented.IndexOf(accented, StringComparison.Ordinal);
            char character = at < 0 ? accented : Plain[at];
            bool isWord = char.IsAsciiLetter(character);
            words.Append(!isWord || (char.IsAsciiLetterUpper(character) && char.IsAsciiLetterLower(before)) ? " " : "");
            words.Append(isWord ? char.ToLowerInvariant(character) : ' ');
            before = character;
        }

        return words.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }
}

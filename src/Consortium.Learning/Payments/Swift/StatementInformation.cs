namespace Consortium.Learning.Payments.Swift;

/// <summary>
/// Field 86 in the forms that say who the other party is: with numbered subfields (<c>166?00...?30BANK?31ACCOUNT</c>), with code
/// words (<c>/IBAN/.../BIC/.../</c>), and <c>/CNTP/ACCOUNT/BIC/NAME/</c>.
/// </summary>
internal sealed record StatementInformation
{
    public string Account { get; private init; } = "";

    public string Bank { get; private init; } = "";

    public string EndToEndId { get; private init; } = "";

    /// <summary>What was instructed where it is another amount, with a decimal comma.</summary>
    public string OriginalAmount { get; private init; } = "";

    public string OriginalCurrency { get; private init; } = "";

    private bool IsBulk { get; init; }

    public static StatementInformation Read(string field)
    {
        string text = field.Replace("\n", "", StringComparison.Ordinal);
        return text.Length > 6 && !text[..3].AsSpan().ContainsAnyExceptInRange('0', '9') && !char.IsLetterOrDigit(text[3])
            && char.IsAsciiDigit(text[4]) && char.IsAsciiDigit(text[5])
            ? OfSubfields(text)
            : OfCodeWords(text);
    }

    /// <summary>Which format the type of an entry and this text mean.</summary>
    public PaymentFormat FormatOf(string type) => type[1..] switch
    {
        "CHK" => PaymentFormat.Cheque,
        "DDT" => PaymentFormat.Ach,
        _ => IsBulk ? PaymentFormat.Ach : PaymentFormat.Wire,
    };

    private static StatementInformation OfSubfields(string text)
    {
        string account = "", bank = "", purpose = "";
        foreach (string part in text[4..].Split(text[3]))
        {
            if (part.Length < 3)
            {
                continue;
            }

            string value = part[2..];
            switch (part[..2])
            {
                case "30":
                    bank = value.Trim();
                    break;
                case "31":
                    account = value.Trim();
                    break;
                case ['2' or '6', _]:
                    purpose += value;
                    break;
            }
        }

        return new StatementInformation
        {
            Account = account,
            Bank = bank,
            EndToEndId = Behind(purpose, "EREF+", '+'),
            IsBulk = text[0] == '1',
        };
    }

    private static StatementInformation OfCodeWords(string text)
    {
        string[] party = Behind(text, "/CNTP/", '\0').Split('/');
        string original = Behind(text, "/OCMT/", '/');
        bool isOriginal = original.Length > 4;
        return new StatementInformation
        {
            Account = (party[0].Length > 0 ? party[0] : Behind(text, "/IBAN/", '/')).Trim(),
            Bank = (party.Length > 1 ? party[1] : Behind(text, "/BIC/", '/')).Trim(),
            EndToEndId = Behind(text, "/EREF/", '/').Trim(),
            OriginalCurrency = isOriginal ? original[..3] : "",
            OriginalAmount = isOriginal ? original[3..].Trim() : "",
            IsBulk = text.Contains("SEPA", StringComparison.OrdinalIgnoreCase),
        };
    }

    /// <summary>What stands behind a word up to a sign; of SEPA's words (EREF+, KREF+), up to the next word.</summary>
    private static string Behind(string text, string word, char end)
    {
        int from = text.IndexOf(word, StringComparison.Ordinal);
        if (from < 0)
        {
            return "";
        }

        string rest = text[(from + word.Length)..];
        int until = end == '\0' ? -1 : rest.IndexOf(end);
        return until < 0 ? rest : end == '+' ? rest[..Math.Max(0, until - 4)] : rest[..until];
    }
}

namespace Consortium.Learning.Payments.Swift;

/// <summary>The payment of an MT103.</summary>
internal sealed class TransferRow(ReadReport report, BankId? ownBank) : FinRow(report, ownBank)
{
    private const int MostFields = 100;

    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);
    private string? _repeated;

    /// <summary>The bank's own identifier of the payment.</summary>
    public string Id { get; private set; } = "";

    public void Clear()
    {
        _fields.Clear();
        _repeated = null;
    }

    public void Add(string tag, string value)
    {
        if (_fields.Count < MostFields && !_fields.TryAdd(tag, value) && tag is "20" or "32A" or "33B")
        {
            _repeated = tag;
        }
    }

    /// <summary>Fills the columns from the message's fields.</summary>
    public bool TryFill(FinHeader header)
    {
        Begin();
        Id = header.Uetr.Length > 0 ? header.Uetr : _fields.GetValueOrDefault("20", "").Trim();
        if (_repeated is not null)
        {
            return Bad(_repeated, "the field stands twice, so which one counts is not certain.");
        }

        return TryAmounts(header)
            && TryParty(PaymentColumn.FromBank, "52", "50", header.Sender)
            && TryParty(PaymentColumn.ToBank, "57", "59", header.Receiver)
            && TryPut(PaymentColumn.PaymentFormat, PaymentFormats.NameOf(PaymentFormat.Wire));
    }

    private bool TryAmounts(FinHeader header)
    {
        if (!_fields.TryGetValue("32A", out string? settled))
        {
            return Missing("32A", "the payment has no value date, currency and amount");
        }

        if (settled.Length < 11 || !TryDate(settled.AsSpan(0, 6), out DateTime day))
        {
            return Bad("32A", $"expected a date as yyMMdd, a currency and an amount, found {Quote.Of(settled)}.");
        }

        Report.OtherSettlementDays += header.Sent is { } sent && sent.Date != day ? 1 : 0;
        if (!(header.Sent is { } time ? TryTime(time) : TryDay(day))
            || !TryAmount(PaymentColumn.AmountReceived, settled.AsSpan(9), settled.AsSpan(6, 3), "32A"))
        {
            return false;
        }

        string instructed = _fields.GetValueOrDefault("33B", settled[6..]);
        return instructed.Length > 3
            ? TryAmount(PaymentColumn.AmountPaid, instructed.AsSpan(3), instructed.AsSpan(0, 3), "33B")
            : Bad("33B", $"expected a currency and an amount, found {Quote.Of(instructed)}.");
    }

    /// <summary>A party's bank, from its own field or the message's header, and its account.</summary>
    private bool TryParty(PaymentColumn column, string bank, string account, string ofHeader)
    {
        string? bankTag = TagOf(bank), accountTag = TagOf(account);
        if (accountTag is null)
        {
            return Missing(account + "a", "the payment names no such party");
        }

        string first = _fields[accountTag].Split('\n', 2)[0];
        bool isParty = accountTag[^1] == 'F' && first.Length > 5 && first[4] == '/' && first[0] != '/';
        if (!first.StartsWith('/') || isParty)
        {
            return Missing(accountTag, "the party has no account");
        }

        if (!TryAccount(column + 1, first.AsSpan().TrimStart('/'), accountTag))
        {
            return false;
        }

        return bankTag is not null ? TryInstitution(column, bankTag, ofHeader)
            : ofHeader.Length > 0 ? TryBic(column, ofHeader, "block 1 or 2")
            : TryBankOfIban(column, bank + "a");
    }

    /// <summary>Option A has a BIC, others a clearing code in the first line, such as <c>//BL37040044</c>.</summary>
    private bool TryInstitution(PaymentColumn column, string tag, string ofHeader)
    {
        string[] lines = _fields[tag].Split('\n');
        if (tag[^1] == 'A')
        {
            return TryBic(column, lines[^1].Trim(), tag);
        }

        string code = lines[0].StartsWith("//", StringComparison.Ordinal) ? lines[0][2..].Trim() : "";
        if (code.Length > 0)
        {
            PutBank(column, code.AsSpan(0, Math.Min(code.Length, PaymentFields.MaxTextLength)));
            return true;
        }

        return tag.StartsWith("52", StringComparison.Ordinal) && ofHeader.Length > 0
            ? TryBic(column, ofHeader, "block 1 or 2")
            : TryBankOfIban(column, tag);
    }

    private bool TryBankOfIban(PaymentColumn column, string field)
    {
        ReadOnlySpan<char> account = this[column + 1];
        if (!Iban.Resembles(account))
        {
            return Missing(field, "the payment names no bank of this party by a BIC or clearing code");
        }

        PutBankOfIban(column, account);
        return true;
    }

    private string? TagOf(string number) => _fields.Keys.FirstOrDefault(
        tag => tag.StartsWith(number, StringComparison.Ordinal)
            && (tag.Length == number.Length || tag.Length == number.Length + 1));
}

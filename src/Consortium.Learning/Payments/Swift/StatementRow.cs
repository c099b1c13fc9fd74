namespace Consortium.Learning.Payments.Swift;

/// <summary>A payment of an MT940: field 61 with the field 86 behind it.</summary>
internal sealed class StatementRow(ReadReport report, BankId? ownBank) : FinRow(report, ownBank)
{
    private string _account = "";
    private string _currency = "";

    /// <summary>The bank's own identifier of the payment.</summary>
    public string Id { get; private set; } = "";

    public void Clear() => (_account, _currency) = ("", "");

    /// <summary>Notes the statement's account and currency.</summary>
    public void Add(string tag, string value)
    {
        _account = tag is "25" or "25P" ? value.Split('\n', 2)[0].Trim() : _account;
        _currency = tag is "60F" or "60M" && value.Length >= 10 ? value[7..10] : _currency;
    }

    /// <summary>Fills the columns from a line of the statement.</summary>
    public bool TryFill(FinHeader header, string entry, string information)
    {
        Begin();
        if (!StatementEntry.TryRead(entry, out StatementEntry line))
        {
            return Bad(
                "61",
                "expected value date, entry date, C, D, RC or RD, an amount with a decimal comma, a type and a reference, "
                    + $"found {Quote.Of(entry)}.");
        }

        StatementInformation other = StatementInformation.Read(information);
        Id = other.EndToEndId.Length > 0 ? other.EndToEndId : line.Reference is "NONREF" ? "" : line.Reference;
        if (line.IsReversal)
        {
            return NoPayment("61", "a reversal takes an earlier entry back");
        }

        if (line.FundsCode != '\0' && (_currency.Length < 3 || line.FundsCode != _currency[2]))
        {
            return Bad("61", $"the funds code {line.FundsCode} is not of the account's currency, {Quote.Of(_currency)}.");
        }

        if (other.Account.Length == 0)
        {
            return NoPayment("86", "the entry names no account of the other party in a form that is read");
        }

        PaymentColumn own = line.IsDebit ? PaymentColumn.FromBank : PaymentColumn.ToBank;
        PaymentColumn across = line.IsDebit ? PaymentColumn.ToBank : PaymentColumn.FromBank;
        return TryDay(line.Day) && TryOwn(own, header) && TryOther(across, other)
            && TryOwnStatement(own, across, "25") && TryAmounts(line, other)
            && TryPut(PaymentColumn.PaymentFormat, PaymentFormats.NameOf(other.FormatOf(line.Type)));
    }

    private bool TryAmounts(StatementEntry line, StatementInformation other)
    {
        string amount = other.OriginalAmount, currency = other.OriginalCurrency;
        bool isConverted = amount.Length > 0;
        (string paid, string paidIn) = isConverted && !line.IsDebit ? (amount, currency) : (line.Amount, _currency);
        (string received, string receivedIn) = isConverted && line.IsDebit ? (amount, currency) : (line.Amount, _currency);
        return TryAmount(PaymentColumn.AmountPaid, paid, paidIn, "61")
            && TryAmount(PaymentColumn.AmountReceived, received, receivedIn, "61");
    }

    /// <summary>
    /// Field 25 is an IBAN, or the bank's BIC or clearing code, a slash, and the account; the bank is else that which sent the
    /// statement.
    /// </summary>
    private bool TryOwn(PaymentColumn column, FinHeader header)
    {
        int slash = _account.IndexOf('/');
        string bank = slash > 0 ? _account[..slash] : "";
        if (!TryAccount(column + 1, _account.AsSpan(slash + 1), "25"))
        {
            return false;
        }

        if (Bic.Is(bank))
        {
            return TryBic(column, bank, "25");
        }

        if (header.Sender.Length > 0)
        {
            return TryBic(column, header.Sender, "block 1 or 2");
        }

        if (OwnBank is { } own)
        {
            return TryPut(column, own.Value);
        }

        if (bank.Length > 0)
        {
            PutBank(column, bank);
            return true;
        }

        return TryBankOfIban(column, "25");
    }

    private bool TryOther(PaymentColumn column, StatementInformation other)
    {
        if (!TryAccount(column + 1, other.Account, "86"))
        {
            return false;
        }

        if (other.Bank.Length == 0)
        {
            return TryBankOfIban(column, "86");
        }

        if (Bic.Is(other.Bank))
        {
            return TryBic(column, other.Bank, "86");
        }

        if (other.Bank.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return Bad("86", $"{Bic.Expected}, found {Quote.Of(other.Bank)}.");
        }

        PutBank(column, other.Bank);
        return true;
    }

    private bool TryBankOfIban(PaymentColumn column, string field)
    {
        if (!Iban.Resembles(this[column + 1]))
        {
            return Missing(field, "the account's bank is not named");
        }

        PutBankOfIban(column, this[column + 1]);
        return true;
    }
}

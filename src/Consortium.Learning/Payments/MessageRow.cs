namespace Consortium.Learning.Payments;

/// <summary>One payment of a message as the text of a row's columns, or why it is none. Not thread-safe.</summary>
internal abstract class MessageRow(ReadReport report, BankId? ownBank)
{
    private const int SlotLength = PaymentFields.MaxTextLength + 8;

    private readonly char[] _text = new char[PaymentColumns.Count * SlotLength];
    private readonly int[] _lengths = new int[PaymentColumns.Count];

    /// <summary>The element or field at fault.</summary>
    public string BadElement { get; private set; } = "";

    public string Reason { get; private set; } = "";

    public RowFault Fault { get; private set; }

    /// <summary>Whether something that payments must have is missing.</summary>
    public bool IsMissing { get; private set; }

    public RowText Text => new(this);

    private protected ReadReport Report => report;

    private protected BankId? OwnBank => ownBank;

    private protected ReadOnlySpan<char> this[PaymentColumn column] =>
        _text.AsSpan((int)column * SlotLength, _lengths[(int)column]);

    private protected void Begin()
    {
        Fault = RowFault.Malformed;
        IsMissing = false;
    }

    /// <summary>Fills a bank's column from its BIC.</summary>
    private protected bool TryBic(PaymentColumn column, ReadOnlySpan<char> text, string element)
    {
        if (!Bic.Is(text))
        {
            return Bad(element, $"{Bic.Expected}, found {Quote.Of(text)}.");
        }

        PutBank(column, Bic.Shortest(text));
        return true;
    }

    /// <summary>The bank's code within an IBAN stands for the bank.</summary>
    private protected void PutBankOfIban(PaymentColumn column, ReadOnlySpan<char> iban)
    {
        report.BanksOfIbans++;
        PutBank(column, Iban.BankOf(iban, stackalloc char[Iban.LongestText]));
    }

    /// <summary>In the spelling that the bank's owner uses, where it is the same bank.</summary>
    private protected void PutBank(PaymentColumn column, ReadOnlySpan<char> bank) => TryPut(
        column, ownBank is { } own && bank.SequenceEqual(Bic.Shortest(own.Value)) ? own.Value : bank);

    /// <summary>
    /// A statement is of an account at the file's own bank. A payment between two accounts of the bank is the payer's
    /// statement's.
    /// </summary>
    private protected bool TryOwnStatement(PaymentColumn own, PaymentColumn other, string element)
    {
        ReadOnlySpan<char> bank = this[own];
        if (ownBank is { } expected && !bank.SequenceEqual(expected.Value))
        {
            return Bad(element, $"the statement is of an account at {Quote.Of(bank)}, not at {Quote.Of(expected.Value)}.");
        }

        return own == PaymentColumn.FromBank || !bank.SequenceEqual(this[other])
            || NoPayment(element, "the payer's account is at the same bank, so the payer's own statement has the payment");
    }

    private protected bool TryPut(PaymentColumn column, ReadOnlySpan<char> text)
    {
        if (text.Length > SlotLength)
        {
            return Bad(
                PaymentColumns.NameOf(column),
                $"expected at most {PaymentFields.MaxTextLength} characters, found {Quote.Of(text)}.");
        }

        text.CopyTo(_text.AsSpan((int)column * SlotLength));
        _lengths[(int)column] = text.Length;
        return true;
    }

    private protected bool Missing(string element, string reason)
    {
        IsMissing = true;
        return Bad(element, reason + ".");
    }

    private protected bool NoPayment(string element, string reason)
    {
        Fault = RowFault.NoPayment;
        return Bad(element, reason + ": it is no payment to read.");
    }

    private protected bool Bad(string element, string reason)
    {
        (BadElement, Reason) = (element, reason);
        return false;
    }

    /// <summary>The columns' text. It has no label.</summary>
    public readonly struct RowText(MessageRow row) : IRowText
    {
        public ReadOnlySpan<char> this[PaymentColumn column] => row[column];
    }
}

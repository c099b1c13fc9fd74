namespace Consortium.Learning.Payments.Iso20022;

/// <summary>One payment of a message as the text of a row's columns, or why it is none. Not thread-safe.</summary>
internal sealed class IsoRow(IsoFields fields, ReadReport report, BankId? ownBank) : MessageRow(report, ownBank)
{
    /// <summary>Whether the amount is the whole entry's, which holds only where the entry has no other payment.</summary>
    public bool UsesEntryAmount { get; private set; }

    /// <summary>The bank's own identifier of the payment; nothing where it has none.</summary>
    public ReadOnlySpan<char> Id =>
        fields.Has(IsoField.Uetr) ? fields[IsoField.Uetr]
        : fields.Has(IsoField.TransactionId) ? fields[IsoField.TransactionId]
        : fields.Has(IsoField.EndToEndId) && fields[IsoField.EndToEndId] is not "NOTPROVIDED" ? fields[IsoField.EndToEndId]
        : fields.Has(IsoField.ServicerReference) ? fields[IsoField.ServicerReference]
        : fields[IsoField.InstructionId];

    /// <summary>Fills the columns from the fields of the payment whose element ends.</summary>
    public bool TryFill(IsoMessage message)
    {
        Begin();
        UsesEntryAmount = false;
        if (fields.Repeated != IsoField.None)
        {
            return Bad(IsoNames.Of(fields.Repeated), "the element stands twice, so which one counts is not certain.");
        }

        bool isFilled = message.IsStatement ? TryStatement() : TryTransfer(message);
        return isFilled && TryPut(PaymentColumn.PaymentFormat, IsoKinds.FormatOf(fields, message));
    }

    private bool TryTransfer(IsoMessage message)
    {
        bool isInstitution = message == IsoMessage.InstitutionTransfer;
        return TryTransferTime(message)
            && TryParty(
                PaymentColumn.FromBank, IsoField.DebtorBic, IsoField.DebtorIban,
                isInstitution ? IsoField.DebtorInstitutionBic : IsoField.None)
            && TryParty(
                PaymentColumn.ToBank, IsoField.CreditorBic, IsoField.CreditorIban,
                isInstitution ? IsoField.CreditorInstitutionBic : IsoField.None)
            && (message == IsoMessage.Initiation ? TryInstructedAmounts() : TrySettledAmounts());
    }

    /// <summary>
    /// When the payer's bank took the payment, else when the message was made. A payment order for a later day is of that day.
    /// </summary>
    private bool TryTransferTime(IsoMessage message)
    {
        ReadOnlySpan<char> time = fields.Has(IsoField.AcceptanceTime)
            ? fields[IsoField.AcceptanceTime]
            : fields[IsoField.CreationTime];
        if (message == IsoMessage.Initiation)
        {
            if (fields.Has(IsoField.ExecutionTime))
            {
                return TryPut(PaymentColumn.Timestamp, fields[IsoField.ExecutionTime]);
            }

            ReadOnlySpan<char> day = fields[IsoField.ExecutionDate];
            bool isLater = day.Length >= 10 && time.Length >= 10 && day[..10].SequenceCompareTo(time[..10]) > 0;
            return isLater ? TryPut(PaymentColumn.Timestamp, day) : TryTime(time, day);
        }

        ReadOnlySpan<char> settled = fields[IsoField.SettlementDate];
        if (settled.Length >= 10 && time.Length >= 10 && !settled[..10].SequenceEqual(time[..10]))
        {
            Report.OtherSettlementDays++;
        }

        return TryTime(time, settled);
    }

    private bool TryTime(ReadOnlySpan<char> time, ReadOnlySpan<char> day)
    {
        ReadOnlySpan<char> text = time.IsEmpty ? day : time;
        return text.IsEmpty ? Missing("CreDtTm", "the message says no time") : TryPut(PaymentColumn.Timestamp, text);
    }

    private bool TrySettledAmounts() =>
        fields.Has(IsoField.InstructedAmount)
            ? TryAmount(PaymentColumn.AmountPaid, IsoField.InstructedAmount)
                && TryAmount(PaymentColumn.AmountReceived, IsoField.SettlementAmount)
            : TryAmount(PaymentColumn.AmountPaid, IsoField.SettlementAmount)
                && TryAmount(PaymentColumn.AmountReceived, IsoField.SettlementAmount);

    private bool TryInstructedAmounts() =>
        fields.Has(IsoField.EquivalentAmount) && !fields.Has(IsoField.InstructedAmount)
            ? Bad("EqvtAmt", "the order says what is debited, not what arrives: read the payment from the pacs.008 or camt.053.")
            : TryAmount(PaymentColumn.AmountPaid, IsoField.InstructedAmount)
                && TryAmount(PaymentColumn.AmountReceived, IsoField.InstructedAmount);

    /// <summary>An entry of an account's statement: a debit pays, a credit receives.</summary>
    private bool TryStatement()
    {
        ReadOnlySpan<char> status = fields[IsoField.Status], reversal = fields[IsoField.Reversal];
        ReadOnlySpan<char> direction = fields[
            fields.Has(IsoField.DetailDirection) ? IsoField.DetailDirection : IsoField.Direction];
        if (!status.IsEmpty && status is not "BOOK")
        {
            return NoPayment("Sts", $"the entry is not booked (its status is {Quote.Of(status)})");
        }

        if (reversal is "true" or "1")
        {
            return NoPayment("RvslInd", "a reversal takes an earlier entry back");
        }

        if (!reversal.IsEmpty && reversal is not ("false" or "0"))
        {
            return Bad("RvslInd", $"expected true or false, found {Quote.Of(reversal)}.");
        }

        bool isDebit = direction is "DBIT";
        if (!isDebit && direction is not "CRDT")
        {
            return direction.IsEmpty
                ? Missing("CdtDbtInd", "the entry does not say whether it is a debit or a credit")
                : Bad("CdtDbtInd", $"expected CRDT or DBIT, found {Quote.Of(direction)}.");
        }

        IsoField otherAccount = isDebit ? IsoField.CreditorIban : IsoField.DebtorIban;
        if (!fields.Has(otherAccount) && !fields.Has(otherAccount + 1))
        {
            return NoPayment(
                "RltdPties",
                "the entry names no account of the other party, as fees, interest, cash and batches without details do");
        }

        PaymentColumn own = isDebit ? PaymentColumn.FromBank : PaymentColumn.ToBank;
        PaymentColumn other = isDebit ? PaymentColumn.ToBank : PaymentColumn.FromBank;
        if (!TryStatementTime() || !TryParty(own, IsoField.OwnBic, IsoField.OwnIban, IsoField.None)
            || !TryParty(other, isDebit ? IsoField.CreditorBic : IsoField.DebtorBic, otherAccount, IsoField.None))
        {
            return false;
        }

        return TryOwnStatement(own, other, "Acct/Svcr") && TryStatementAmounts(isDebit);
    }

    private bool TryStatementTime()
    {
        foreach (IsoField field in (ReadOnlySpan<IsoField>)
            [IsoField.AcceptanceTime, IsoField.TransactionTime, IsoField.BookingTime, IsoField.BookingDate])
        {
            if (fields.Has(field))
            {
                return TryPut(PaymentColumn.Timestamp, fields[field]);
            }
        }

        return Missing("BookgDt", "the entry says no time");
    }

    /// <summary>The account's own side is what was booked; the other side is what was instructed or transferred.</summary>
    private bool TryStatementAmounts(bool isDebit)
    {
        bool isTransferred = fields.Has(IsoField.TransferAmount);
        bool isInAccountCurrency = isTransferred
            && fields[IsoField.TransferCurrency].SequenceEqual(fields[IsoField.EntryCurrency]);
        IsoField booked = fields.Has(IsoField.DetailAmount) ? IsoField.DetailAmount
            : isInAccountCurrency ? IsoField.TransferAmount
            : IsoField.EntryAmount;
        UsesEntryAmount = booked == IsoField.EntryAmount;
        IsoField across = isDebit && isTransferred ? IsoField.TransferAmount
            : fields.Has(IsoField.InstructedAmount) ? IsoField.InstructedAmount
            : isTransferred ? IsoField.TransferAmount
            : booked;
        return TryAmount(isDebit ? PaymentColumn.AmountPaid : PaymentColumn.AmountReceived, booked)
            && TryAmount(isDebit ? PaymentColumn.AmountReceived : PaymentColumn.AmountPaid, across);
    }

    private bool TryAmount(PaymentColumn column, IsoField amount)
    {
        ReadOnlySpan<char> text = fields[amount];
        if (text.IsEmpty)
        {
            return Missing(IsoNames.Of(amount), "the payment has no amount");
        }

        if (text.ContainsAnyExcept("0123456789.") || text.Length > 20)
        {
            return Bad(IsoNames.Of(amount), $"expected digits with a decimal point, found {Quote.Of(text)}.");
        }

        ReadOnlySpan<char> currency = fields[amount + 1];
        return currency.Length == 3
            ? TryPut(column, text) && TryPut(column + 1, currency)
            : Bad(IsoNames.Of(amount + 1), $"expected a currency's three letters, found {Quote.Of(currency)}.");
    }

    /// <summary>Fills a party's bank and account.</summary>
    /// <param name="column">The bank's; the account's is the next.</param>
    /// <param name="bic">The bank's first identifier; two others follow.</param>
    /// <param name="iban">The account's first number; another follows.</param>
    /// <param name="institution">Where the party is itself a bank, its first identifier.</param>
    private bool TryParty(PaymentColumn column, IsoField bic, IsoField iban, IsoField institution)
    {
        Span<char> plain = stackalloc char[Iban.LongestText];
        int ibanLength = 0;
        if (fields.Has(iban))
        {
            ibanLength = Iban.Read(fields[iban], plain, out string? problem);
            if (problem is not null)
            {
                return Bad(IsoNames.Of(iban), $"{problem}, found {Quote.Of(fields[iban])}.");
            }
        }

        IsoField bank = FirstOf(bic);
        bank = bank == IsoField.None && institution != IsoField.None ? FirstOf(institution) : bank;
        if (bank != IsoField.None)
        {
            if (!TryBank(column, bank))
            {
                return false;
            }
        }
        else if (ibanLength > 0)
        {
            PutBankOfIban(column, plain);
        }
        else
        {
            return Missing(IsoNames.Of(bic), "the payment names no bank of this party");
        }

        if (ibanLength > 0)
        {
            return TryPut(column + 1, plain[..ibanLength]);
        }

        if (fields.Has(iban + 1))
        {
            return TryPut(column + 1, fields[iban + 1]);
        }

        IsoField stand = institution == IsoField.None ? IsoField.None : FirstOf(institution);
        if (stand == IsoField.None)
        {
            return Missing(IsoNames.Of(iban), "the payment names no account of this party");
        }

        Report.BanksAsAccounts++;
        return TryPut(column + 1, Bic.Shortest(fields[stand]));
    }

    private IsoField FirstOf(IsoField bic) =>
        fields.Has(bic) ? bic
        : fields.Has(bic + 1) ? bic + 1
        : fields.Has(bic + 2) && fields[bic + 2] is not "NOTPROVIDED" ? bic + 2
        : IsoField.None;

    private bool TryBank(PaymentColumn column, IsoField bank)
    {
        ReadOnlySpan<char> text = fields[bank];
        if (IsoNames.IsBic(bank))
        {
            return TryBic(column, text, IsoNames.Of(bank));
        }

        if (text.Length > PaymentFields.MaxTextLength)
        {
            return TryPut(column, text);
        }

        PutBank(column, text);
        return true;
    }

    /// <summary>In the spelling that the bank's owner uses, where it is the same bank.</summary>
}

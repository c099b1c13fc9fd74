namespace Consortium.Learning.Transactions;

/// <summary>The text of one row's columns.</summary>
internal interface IRowText
{
    ReadOnlySpan<char> this[TransactionColumn column] { get; }
}

/// <summary>Turns the text of a row into a transaction, or says what is wrong with it.</summary>
internal sealed class TransactionParser(AccountTable accounts, BankId? ownBank, bool hasLabels)
{
    private TransactionColumn _badColumn;
    private string? _badReason;

    /// <summary>False when the row is bad; <see cref="Problem"/> then says why. A bad row adds no account.</summary>
    public bool TryParse<TRow>(TRow row, out Transaction transaction)
        where TRow : struct, IRowText, allows ref struct
    {
        transaction = default;
        _badReason = null;
        if (!TransactionFields.TryTimestamp(row[TransactionColumn.Timestamp], out DateTime timestamp))
        {
            return Bad(TransactionColumn.Timestamp, "expected a time as yyyy/MM/dd HH:mm", row[TransactionColumn.Timestamp]);
        }

        if (!CheckIdentifiers(row)
            || !TryAmount(row, TransactionColumn.AmountReceived, out decimal received)
            || !TryCurrency(row, TransactionColumn.ReceivingCurrency, out Currency receivingCurrency)
            || !TryAmount(row, TransactionColumn.AmountPaid, out decimal paid)
            || !TryCurrency(row, TransactionColumn.PaymentCurrency, out Currency paymentCurrency))
        {
            return false;
        }

        ReadOnlySpan<char> format = row[TransactionColumn.PaymentFormat];
        if (format.IsEmpty || format.Length > TransactionFields.MaxTextLength)
        {
            return Bad(TransactionColumn.PaymentFormat, $"expected a payment format of 1 to {TransactionFields.MaxTextLength} characters", format);
        }

        Label label = Label.Unknown;
        if (hasLabels && !TransactionFields.TryLabel(row[TransactionColumn.IsLaundering], out label))
        {
            return Bad(TransactionColumn.IsLaundering, "expected 0, 1 or nothing", row[TransactionColumn.IsLaundering]);
        }

        transaction = new Transaction
        {
            Timestamp = timestamp,
            From = accounts.Intern(row[TransactionColumn.FromBank], row[TransactionColumn.FromAccount]),
            To = accounts.Intern(row[TransactionColumn.ToBank], row[TransactionColumn.ToAccount]),
            AmountReceived = received,
            ReceivingCurrency = receivingCurrency,
            AmountPaid = paid,
            PaymentCurrency = paymentCurrency,
            PaymentFormat = PaymentFormats.Parse(format),
            Label = label,
        };
        return true;
    }

    /// <summary>What was wrong with the row last parsed.</summary>
    public RowProblem Problem(long line) => new(line, TransactionColumns.NameOf(_badColumn), _badReason!);

    private bool CheckIdentifiers<TRow>(TRow row)
        where TRow : struct, IRowText, allows ref struct
    {
        for (TransactionColumn column = TransactionColumn.FromBank; column <= TransactionColumn.ToAccount; column++)
        {
            if (!TransactionFields.IsIdentifier(row[column]))
            {
                return Bad(
                    column, $"expected 1 to {TransactionFields.MaxTextLength} printable ASCII characters without blanks, commas or quotation marks", row[column]);
            }
        }

        if (ownBank is { } own && !row[TransactionColumn.FromBank].SequenceEqual(own.Value) && !row[TransactionColumn.ToBank].SequenceEqual(own.Value))
        {
            _badColumn = TransactionColumn.FromBank;
            _badReason = $"neither the sender's bank {Quote.Of(row[TransactionColumn.FromBank])} nor the receiver's " +
                $"{Quote.Of(row[TransactionColumn.ToBank])} is {Quote.Of(own.Value)}, whose file this should be.";
            return false;
        }

        return true;
    }

    private bool TryAmount<TRow>(TRow row, TransactionColumn column, out decimal amount)
        where TRow : struct, IRowText, allows ref struct
    {
        if (!TransactionFields.TryAmount(row[column], out amount))
        {
            return Bad(column, "expected a decimal number of at most 28 digits", row[column]);
        }

        return amount >= 0 || Bad(column, "an amount must not be negative", row[column]);
    }

    private bool TryCurrency<TRow>(TRow row, TransactionColumn column, out Currency currency)
        where TRow : struct, IRowText, allows ref struct =>
        Currencies.TryParse(row[column], out currency)
        || Bad(column, $"expected a currency of list version {Currencies.Version} (an AMLworld name or ISO 4217 code)", row[column]);

    private bool Bad(TransactionColumn column, string expected, ReadOnlySpan<char> found)
    {
        _badColumn = column;
        _badReason = $"{expected}, found {Quote.Of(found)}.";
        return false;
    }
}

namespace Consortium.Learning.Payments;

/// <summary>The text of one row's columns.</summary>
internal interface IRowText
{
    ReadOnlySpan<char> this[PaymentColumn column] { get; }
}

/// <summary>SessionTransactions the text of a row into a payment, or says what is wrong with it.</summary>
internal sealed class PaymentParser(AccountTable accounts, BankId? ownBank, bool hasLabels)
{
    private PaymentColumn _badColumn;
    private string? _badReason;

    /// <summary>False when the row is bad; <see cref="Problem"/> then says why. A bad row adds no account.</summary>
    public bool TryParse<TRow>(TRow row, out Payment payment)
        where TRow : struct, IRowText, allows ref struct
    {
        payment = default;
        _badReason = null;
        if (!PaymentFields.TryTimestamp(row[PaymentColumn.Timestamp], out DateTime timestamp))
        {
            return Bad(PaymentColumn.Timestamp, "expected a time as yyyy/MM/dd HH:mm", row[PaymentColumn.Timestamp]);
        }

        if (!CheckIdentifiers(row)
            || !TryAmount(row, PaymentColumn.AmountReceived, out decimal received)
            || !TryCurrency(row, PaymentColumn.ReceivingCurrency, out Currency receivingCurrency)
            || !TryAmount(row, PaymentColumn.AmountPaid, out decimal paid)
            || !TryCurrency(row, PaymentColumn.PaymentCurrency, out Currency paymentCurrency))
        {
            return false;
        }

        ReadOnlySpan<char> format = row[PaymentColumn.PaymentFormat];
        if (format.IsEmpty || format.Length > PaymentFields.MaxTextLength)
        {
            return Bad(PaymentColumn.PaymentFormat, $"expected a payment format of 1 to {PaymentFields.MaxTextLength} characters", format);
        }

        Label label = Label.Unknown;
        if (hasLabels && !PaymentFields.TryLabel(row[PaymentColumn.IsLaundering], out label))
        {
            return Bad(PaymentColumn.IsLaundering, "expected 0, 1 or nothing", row[PaymentColumn.IsLaundering]);
        }

        payment = new Payment
        {
            Timestamp = timestamp,
            From = accounts.Intern(row[PaymentColumn.FromBank], row[PaymentColumn.FromAccount]),
            To = accounts.Intern(row[PaymentColumn.ToBank], row[PaymentColumn.ToAccount]),
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
    public RowProblem Problem(long line) => new(line, PaymentColumns.NameOf(_badColumn), _badReason!);

    private bool CheckIdentifiers<TRow>(TRow row)
        where TRow : struct, IRowText, allows ref struct
    {
        for (PaymentColumn column = PaymentColumn.FromBank; column <= PaymentColumn.ToAccount; column++)
        {
            if (!PaymentFields.IsIdentifier(row[column]))
            {
                return Bad(
                    column, $"expected 1 to {PaymentFields.MaxTextLength} printable ASCII characters without blanks, commas or quotation marks", row[column]);
            }
        }

        if (ownBank is { } own && !row[PaymentColumn.FromBank].SequenceEqual(own.Value) && !row[PaymentColumn.ToBank].SequenceEqual(own.Value))
        {
            _badColumn = PaymentColumn.FromBank;
            _badReason = $"neither the sender's bank {Quote.Of(row[PaymentColumn.FromBank])} nor the receiver's " +
                $"{Quote.Of(row[PaymentColumn.ToBank])} is {Quote.Of(own.Value)}, whose file this should be.";
            return false;
        }

        return true;
    }

    private bool TryAmount<TRow>(TRow row, PaymentColumn column, out decimal amount)
        where TRow : struct, IRowText, allows ref struct
    {
        if (!PaymentFields.TryAmount(row[column], out amount))
        {
            return Bad(column, "expected a decimal number of at most 28 digits", row[column]);
        }

        return amount >= 0 || Bad(column, "an amount must not be negative", row[column]);
    }

    private bool TryCurrency<TRow>(TRow row, PaymentColumn column, out Currency currency)
        where TRow : struct, IRowText, allows ref struct =>
        Currencies.TryParse(row[column], out currency)
        || Bad(column, $"expected a currency of list version {Currencies.Version} (an AMLworld name or ISO 4217 code)", row[column]);

    private bool Bad(PaymentColumn column, string expected, ReadOnlySpan<char> found)
    {
        _badColumn = column;
        _badReason = $"{expected}, found {Quote.Of(found)}.";
        return false;
    }
}

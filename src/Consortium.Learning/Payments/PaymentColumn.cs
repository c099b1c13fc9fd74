namespace Consortium.Learning.Payments;

/// <summary>The columns of a payments file, in AMLworld's order.</summary>
internal enum PaymentColumn
{
    Timestamp,
    FromBank,
    FromAccount,
    ToBank,
    ToAccount,
    AmountReceived,
    ReceivingCurrency,
    AmountPaid,
    PaymentCurrency,
    PaymentFormat,
    IsLaundering,

    /// <summary>The bank's own identifier of the payment, which a file may have beside AMLworld's columns.</summary>
    PaymentId,

    /// <summary>Only in a mapping: which side of a payment the account of the file's own bank is on.</summary>
    Direction,

    /// <summary>Only in a mapping: the amounts of payments out of the own account.</summary>
    Debit,

    /// <summary>Only in a mapping: the amounts of payments into the own account.</summary>
    Credit,
}

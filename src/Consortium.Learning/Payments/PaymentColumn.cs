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
}

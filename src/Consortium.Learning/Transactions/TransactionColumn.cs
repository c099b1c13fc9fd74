namespace Consortium.Learning.Transactions;

/// <summary>The columns of a transactions file, in AMLworld's order.</summary>
internal enum TransactionColumn
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
}

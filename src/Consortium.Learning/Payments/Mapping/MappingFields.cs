namespace Consortium.Learning.Payments.Mapping;

/// <summary>What a payment's columns are called in <c>mapping.json</c>.</summary>
internal static class MappingFields
{
    public static readonly (string Name, PaymentColumn[] Columns)[] All =
    [
        ("time", [PaymentColumn.Timestamp]),
        ("fromBank", [PaymentColumn.FromBank]),
        ("fromAccount", [PaymentColumn.FromAccount]),
        ("toBank", [PaymentColumn.ToBank]),
        ("toAccount", [PaymentColumn.ToAccount]),
        ("amount", [PaymentColumn.AmountPaid, PaymentColumn.AmountReceived]),
        ("currency", [PaymentColumn.PaymentCurrency, PaymentColumn.ReceivingCurrency]),
        ("amountPaid", [PaymentColumn.AmountPaid]),
        ("paymentCurrency", [PaymentColumn.PaymentCurrency]),
        ("amountReceived", [PaymentColumn.AmountReceived]),
        ("receivingCurrency", [PaymentColumn.ReceivingCurrency]),
        ("format", [PaymentColumn.PaymentFormat]),
        ("label", [PaymentColumn.IsLaundering]),
        ("paymentId", [PaymentColumn.PaymentId]),
    ];

    public static string NameOf(PaymentColumn column) =>
        All.First(field => field.Columns.Length == 1 && field.Columns[0] == column).Name;
}

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
        ("ownBank", [PaymentColumn.FromBank]),
        ("ownAccount", [PaymentColumn.FromAccount]),
        ("otherBank", [PaymentColumn.ToBank]),
        ("otherAccount", [PaymentColumn.ToAccount]),
        ("direction", [PaymentColumn.Direction]),
        ("debit", [PaymentColumn.Debit]),
        ("credit", [PaymentColumn.Credit]),
    ];

    /// <summary>Whether a field says whose account a payment's side is by its owner, not by the payment's direction.</summary>
    public static bool IsOfStatement(string name) =>
        name is "ownBank" or "ownAccount" or "otherBank" or "otherAccount" or "direction" or "debit" or "credit";

    public static bool IsOfSide(string name) => name is "fromBank" or "fromAccount" or "toBank" or "toAccount";

    public static string NameOf(PaymentColumn column, bool isStatement = false) =>
        All.First(field => field.Columns is [PaymentColumn one] && one == column && (!isStatement || !IsOfSide(field.Name))).Name;
}

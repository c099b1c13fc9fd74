namespace Consortium.Learning.Payments;

/// <summary>One payment between two accounts, with exact decimal amounts.</summary>
/// <remarks>
/// <see cref="From"/> and <see cref="To"/> index the <see cref="AccountTable"/> that the reader filled. Amounts are non-negative.
/// Time carries no zone: AMLworld files have minute resolution and name none.
/// </remarks>
public readonly record struct Payment
{
    public required DateTime Timestamp { get; init; }
    public required AccountId From { get; init; }
    public required AccountId To { get; init; }
    public required decimal AmountReceived { get; init; }
    public required Currency ReceivingCurrency { get; init; }
    public required decimal AmountPaid { get; init; }
    public required Currency PaymentCurrency { get; init; }
    public required PaymentFormat PaymentFormat { get; init; }
    public required Label Label { get; init; }

    /// <summary>The bank's own identifier of the payment, hashed (<see cref="PaymentReference"/>); 0 where it has none.</summary>
    public ulong Reference { get; init; }
}

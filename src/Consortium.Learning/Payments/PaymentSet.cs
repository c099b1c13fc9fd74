namespace Consortium.Learning.Payments;

/// <summary>Payments held in memory in order of time, with the accounts they name.</summary>
/// <remarks>Rows of the same minute keep the order they were given in.</remarks>
public sealed class PaymentSet
{
    private readonly Payment[] _payments;

    /// <summary>Takes over <paramref name="payments"/>, sorting it by time (stably) where it is not sorted already.</summary>
    public PaymentSet(Payment[] payments, AccountTable accounts)
    {
        ArgumentNullException.ThrowIfNull(payments);
        ArgumentNullException.ThrowIfNull(accounts);
        _payments = TimeOrder.Sort(payments);
        Accounts = accounts;
    }

    public AccountTable Accounts { get; }

    public int Count => _payments.Length;

    public ReadOnlySpan<Payment> Payments => _payments;

    public ReadOnlyMemory<Payment> Memory => _payments;

    public ref readonly Payment this[int row] => ref _payments[row];
}

namespace Consortium.Learning.Transactions;

/// <summary>Transactions held in memory in order of time, with the accounts they name.</summary>
/// <remarks>Rows of the same minute keep the order they were given in.</remarks>
public sealed class TransactionSet
{
    private readonly Transaction[] _transactions;

    /// <summary>Takes over <paramref name="transactions"/>, sorting it by time (stably) where it is not sorted already.</summary>
    public TransactionSet(Transaction[] transactions, AccountTable accounts)
    {
        ArgumentNullException.ThrowIfNull(transactions);
        ArgumentNullException.ThrowIfNull(accounts);
        _transactions = TimeOrder.Sort(transactions);
        Accounts = accounts;
    }

    public AccountTable Accounts { get; }

    public int Count => _transactions.Length;

    public ReadOnlySpan<Transaction> Transactions => _transactions;

    public ReadOnlyMemory<Transaction> Memory => _transactions;

    public ref readonly Transaction this[int row] => ref _transactions[row];
}

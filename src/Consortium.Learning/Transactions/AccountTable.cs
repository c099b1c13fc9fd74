namespace Consortium.Learning.Transactions;

/// <summary>Interns (bank, account number) pairs: the same number at two banks is two accounts. Not thread-safe.</summary>
public sealed class AccountTable
{
    private readonly Dictionary<(BankId Bank, string Number), AccountId> _ids = [];
    private readonly List<(BankId Bank, string Number)> _accounts = [];

    public int Count => _accounts.Count;

    public AccountId Intern(BankId bank, string number)
    {
        if (!_ids.TryGetValue((bank, number), out AccountId id))
        {
            id = new AccountId(_accounts.Count);
            _ids.Add((bank, number), id);
            _accounts.Add((bank, number));
        }

        return id;
    }

    public BankId BankOf(AccountId account) => _accounts[account.Index].Bank;

    public string NumberOf(AccountId account) => _accounts[account.Index].Number;
}

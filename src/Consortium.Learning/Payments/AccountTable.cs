namespace Consortium.Learning.Payments;

/// <summary>Interns (bank, account number) pairs: the same number at two banks is two accounts. Not thread-safe.</summary>
/// <remarks>Banks are numbered as well, from 0 in order of first appearance, so that hot loops compare integers.</remarks>
public sealed class AccountTable
{
    private readonly Dictionary<string, BankAccounts> _byBank = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BankAccounts>.AlternateLookup<ReadOnlySpan<char>> _byBankSpan;
    private readonly List<BankId> _banks = [];
    private readonly List<string> _numbers = [];
    private readonly List<int> _bankIndexes = [];

    public AccountTable() => _byBankSpan = _byBank.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Number of accounts.</summary>
    public int Count => _numbers.Count;

    /// <summary>Banks in order of first appearance; <see cref="BankIndexOf"/> indexes this list.</summary>
    public IReadOnlyList<BankId> Banks => _banks;

    public AccountId Intern(BankId bank, string number) => Intern(bank.Value.AsSpan(), number.AsSpan());

    /// <summary>As above; allocates only when the account is new.</summary>
    public AccountId Intern(ReadOnlySpan<char> bank, ReadOnlySpan<char> number)
    {
        if (!_byBankSpan.TryGetValue(bank, out BankAccounts? accounts))
        {
            string name = bank.ToString();
            accounts = new BankAccounts(_banks.Count);
            _byBank.Add(name, accounts);
            _banks.Add(new BankId(name));
        }

        if (!accounts.BySpan.TryGetValue(number, out AccountId id))
        {
            string name = number.ToString();
            id = new AccountId(_numbers.Count);
            accounts.ByNumber.Add(name, id);
            _numbers.Add(name);
            _bankIndexes.Add(accounts.BankIndex);
        }

        return id;
    }

    /// <summary>
    /// Forgets the accounts that came after the first <paramref name="count"/>, and banks that only these named.
    /// </summary>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Count);
        for (int i = Count - 1; i >= count; i--)
        {
            BankAccounts bank = _byBank[_banks[_bankIndexes[i]].Value];
            bank.ByNumber.Remove(_numbers[i]);
        }

        _numbers.RemoveRange(count, _numbers.Count - count);
        _bankIndexes.RemoveRange(count, _bankIndexes.Count - count);
        while (_banks.Count > 0 && _byBank[_banks[^1].Value].ByNumber.Count == 0)
        {
            _byBank.Remove(_banks[^1].Value);
            _banks.RemoveAt(_banks.Count - 1);
        }
    }

    /// <summary>The account's identifier if it is in the table.</summary>
    public bool TryFind(BankId bank, string number, out AccountId id)
    {
        id = default;
        return _byBank.TryGetValue(bank.Value, out BankAccounts? accounts) && accounts.ByNumber.TryGetValue(number, out id);
    }

    /// <summary>The bank's place in <see cref="Banks"/>, or -1 when no account of it is in the table.</summary>
    public int IndexOf(BankId bank) => _byBank.TryGetValue(bank.Value, out BankAccounts? accounts) ? accounts.BankIndex : -1;

    public BankId BankOf(AccountId account) => _banks[_bankIndexes[account.Index]];

    public int BankIndexOf(AccountId account) => _bankIndexes[account.Index];

    public string NumberOf(AccountId account) => _numbers[account.Index];

    private sealed class BankAccounts
    {
        public BankAccounts(int bankIndex)
        {
            BankIndex = bankIndex;
            BySpan = ByNumber.GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public int BankIndex { get; }

        public Dictionary<string, AccountId> ByNumber { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, AccountId>.AlternateLookup<ReadOnlySpan<char>> BySpan { get; }
    }
}

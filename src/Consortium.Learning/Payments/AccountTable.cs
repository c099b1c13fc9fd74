namespace Consortium.Learning.Payments;

/// <summary>Interns (bank, account number) pairs: the same number at two banks is two accounts. Not thread-safe.</summary>
/// <remarks>Banks are numbered as well, from 0 in order of first appearance, so that hot loops compare integers.</remarks>
public sealed class AccountTable
{
    private readonly TextIndex _bankIndex = new();
    private readonly TextIndex _numbers = new();
    private readonly List<BankId> _banks = [];
    private readonly List<int> _accountsOf = [];
    private int _known;

    /// <summary>Number of accounts.</summary>
    public int Count => _known;

    /// <summary>Banks in order of first appearance; <see cref="BankIndexOf"/> indexes this list.</summary>
    public IReadOnlyList<BankId> Banks => _banks;

    public AccountId Intern(BankId bank, string number) => Intern(bank.Value.AsSpan(), number.AsSpan());

    /// <summary>As above; allocates only when the account is new.</summary>
    public AccountId Intern(ReadOnlySpan<char> bank, ReadOnlySpan<char> number)
    {
        int index = _bankIndex.Add(0, bank);
        if (index == _banks.Count)
        {
            _banks.Add(new BankId(_bankIndex[index]));
            _accountsOf.Add(0);
        }

        int id = _numbers.Add(index, number);
        if (id == _known)
        {
            _known++;
            _accountsOf[index]++;
        }

        return new AccountId(id);
    }

    /// <summary>
    /// Forgets the accounts that came after the first <paramref name="count"/>, and banks that only these named.
    /// </summary>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Count);
        for (; _known > count; _known--)
        {
            _accountsOf[_numbers.ScopeOf(_known - 1)]--;
            _numbers.RemoveLast();
        }

        while (_banks.Count > 0 && _accountsOf[^1] == 0)
        {
            _bankIndex.RemoveLast();
            _banks.RemoveAt(_banks.Count - 1);
            _accountsOf.RemoveAt(_banks.Count);
        }
    }

    /// <summary>The account's identifier if it is in the table.</summary>
    public bool TryFind(BankId bank, string number, out AccountId id) => TryFind(bank.Value.AsSpan(), number.AsSpan(), out id);

    /// <summary>As above.</summary>
    public bool TryFind(ReadOnlySpan<char> bank, ReadOnlySpan<char> number, out AccountId id)
    {
        int index = _bankIndex.Find(0, bank), found = index < 0 ? -1 : _numbers.Find(index, number);
        id = new AccountId(Math.Max(0, found));
        return found >= 0;
    }

    /// <summary>Has the processor fetch what finding the account will look at, while other work goes on.</summary>
    internal Search Begin(ReadOnlySpan<char> bank, ReadOnlySpan<char> number)
    {
        int index = _bankIndex.Find(0, bank);
        return new Search(index, index < 0 ? default : _numbers.Begin(index, number));
    }

    /// <summary>The account that the search began with, or an index of -1.</summary>
    internal AccountId Find(in Search search, ReadOnlySpan<char> number) =>
        new(search.Bank < 0 ? -1 : _numbers.Find(search.Number, number));

    /// <summary>The bank's place in <see cref="Banks"/>, or -1 when no account of it is in the table.</summary>
    public int IndexOf(BankId bank) => _bankIndex.Find(0, bank.Value);

    public BankId BankOf(AccountId account) => _banks[_numbers.ScopeOf(account.Index)];

    public int BankIndexOf(AccountId account) => _numbers.ScopeOf(account.Index);

    public string NumberOf(AccountId account) => _numbers[account.Index];

    /// <summary>An account on its way to be found; holds until one is added.</summary>
    internal readonly struct Search(int bank, TextIndex.Search number)
    {
        internal readonly int Bank = bank;
        internal readonly TextIndex.Search Number = number;
    }
}

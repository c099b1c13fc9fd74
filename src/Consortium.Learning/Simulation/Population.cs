using System.Globalization;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>The banks and accounts of a simulation, with each account's habits.</summary>
/// <remarks>Accounts of one bank have neighbouring indexes. Counterparties are recomputed from the seed, not stored.</remarks>
internal sealed class Population
{
    private const int RegularCounterparties = 8;
    private const double MerchantShareOfCounterparties = 0.35;
    private const double MerchantShare = 0.04;
    private const int MaxActivity = 8;
    private const double ForeignCurrencyShare = 0.08;
    private const double DollarBankShare = 0.4;

    private readonly ulong _seed;
    private readonly double _ownBankShare;
    private readonly int[] _firstAccount;
    private readonly int[] _bankOf;
    private readonly AccountKind[] _kind;
    private readonly float[] _logCents;
    private readonly Currency[] _currency;
    private readonly int[][] _businesses;
    private readonly int[][] _merchants;
    private readonly int[] _allBusinesses;
    private readonly int[] _allMerchants;
    private readonly int[] _sendersByActivity;

    public Population(SimulationPlan plan)
    {
        _seed = plan.Seed;
        _ownBankShare = plan.OwnBankShare;
        _firstAccount = BankSizes(plan);
        _bankOf = new int[plan.Accounts];
        _kind = new AccountKind[plan.Accounts];
        _logCents = new float[plan.Accounts];
        _currency = new Currency[plan.Accounts];
        _businesses = new int[plan.Banks][];
        _merchants = new int[plan.Banks][];
        var senders = new List<int>(plan.Accounts * 3);
        for (int bank = 0; bank < plan.Banks; bank++)
        {
            FillBank(bank, senders);
        }

        _allBusinesses = [.. _businesses.SelectMany(accounts => accounts)];
        _allMerchants = [.. _merchants.SelectMany(accounts => accounts)];
        _sendersByActivity = [.. senders];
        Accounts = InternAccounts(plan);
    }

    /// <summary>Every account, interned so that its identifier is its index here.</summary>
    public AccountTable Accounts { get; }

    public int BankCount => _firstAccount.Length - 1;

    public int BankOf(int account) => _bankOf[account];

    /// <summary>The bank's first account; of <see cref="BankCount"/>, the number of accounts.</summary>
    public int FirstAccountOf(int bank) => _firstAccount[bank];

    public Currency CurrencyOf(int account) => _currency[account];

    /// <summary>A sender, the busy more often.</summary>
    public int Sender(ref SeededRandom random) => _sendersByActivity[random.Below(_sendersByActivity.Length)];

    public int Business(ref SeededRandom random) => _allBusinesses[random.Below(_allBusinesses.Length)];

    public int Merchant(ref SeededRandom random) => _allMerchants[random.Below(_allMerchants.Length)];

    /// <summary>
    /// Any account of <paramref name="account"/>'s bank or, by the plan's share, of another drawn by size. May be the account
    /// itself.
    /// </summary>
    public int Stranger(int account, ref SeededRandom random)
    {
        int bank = _bankOf[account];
        int first = _firstAccount[bank], size = _firstAccount[bank + 1] - first;
        if (random.Chance(_ownBankShare))
        {
            return first + random.Below(size);
        }

        int other = random.Below(_bankOf.Length - size);
        return other < first ? other : other + size;
    }

    /// <summary>As <see cref="Stranger"/>, never the account itself.</summary>
    public int OtherThan(int account, ref SeededRandom random)
    {
        int other;
        do
        {
            other = Stranger(account, ref random);
        }
        while (other == account);

        return other;
    }

    /// <summary>One of the few that <paramref name="account"/> pays again and again.</summary>
    public int RegularCounterparty(int account, ref SeededRandom random)
    {
        var fixedChoice = new SeededRandom(
            _seed, Purpose.Counterparties, (long)account * RegularCounterparties + random.Below(RegularCounterparties));
        int counterparty = OtherThan(account, ref fixedChoice);
        if (_kind[counterparty] != AccountKind.Merchant && fixedChoice.Chance(MerchantShareOfCounterparties))
        {
            int[] merchants = _merchants[_bankOf[counterparty]];
            int merchant = merchants[fixedChoice.Below(merchants.Length)];
            counterparty = merchant == account ? counterparty : merchant;
        }

        return counterparty;
    }

    /// <summary>An amount as <paramref name="account"/> usually pays, in cents.</summary>
    public long Cents(int account, ref SeededRandom random) =>
        Math.Max(1, (long)ExactMath.Exp(_logCents[account] + 0.8 * random.Normal()));

    /// <summary>Whether two accounts pay sums of the same order, so that one passing on the other's stands out less.</summary>
    public bool SimilarAmounts(int account, int other) => Math.Abs(_logCents[account] - _logCents[other]) < 1.5f;

    /// <summary>The format in which <paramref name="account"/> pays.</summary>
    public PaymentFormat Format(int account, ref SeededRandom random) =>
        _kind[account] == AccountKind.Personal
            ? random.Below(100) switch
            {
                < 30 => PaymentFormat.CreditCard,
                < 50 => PaymentFormat.Cheque,
                < 76 => PaymentFormat.Ach,
                < 88 => PaymentFormat.Cash,
                < 97 => PaymentFormat.Wire,
                _ => PaymentFormat.Bitcoin,
            }
            : random.Below(100) switch
            {
                < 10 => PaymentFormat.CreditCard,
                < 32 => PaymentFormat.Cheque,
                < 72 => PaymentFormat.Ach,
                < 76 => PaymentFormat.Cash,
                < 98 => PaymentFormat.Wire,
                _ => PaymentFormat.Bitcoin,
            };

    /// <summary>The accounts file: who holds each account. About one holder in four has two accounts or more.</summary>
    public IEnumerable<AccountRecord> Records()
    {
        for (int account = 0; account < _bankOf.Length; account++)
        {
            BankId bank = Accounts.Banks[_bankOf[account]];
            bool sharesHolder = account > _firstAccount[_bankOf[account]]
                && new SeededRandom(_seed, Purpose.Holders, account).Chance(0.25);
            int holder = sharesHolder ? account - 1 : account;
            string form = _kind[holder] == AccountKind.Personal ? "Individual" : "Corporation";
            yield return new AccountRecord(
                $"Bank {bank}", bank, Accounts.NumberOf(new AccountId(account)),
                holder.ToString("X9", CultureInfo.InvariantCulture), FormattableString.Invariant($"{form} #{holder}"));
        }
    }

    private static int[] BankSizes(SimulationPlan plan)
    {
        double[] weights =
            [.. Enumerable.Range(1, plan.Banks).Select(rank => ExactMath.Exp(-plan.BankSizeExponent * ExactMath.Log(rank)))];
        double total = weights.Sum();
        int spare = plan.Accounts - SimulationPlan.LeastAccountsPerBank * plan.Banks;
        var first = new int[plan.Banks + 1];
        double cumulative = 0;
        for (int bank = 0; bank < plan.Banks; bank++)
        {
            cumulative += weights[bank];
            int share = bank == plan.Banks - 1 ? spare : (int)(spare * (cumulative / total));
            first[bank + 1] = SimulationPlan.LeastAccountsPerBank * (bank + 1) + share;
        }

        return first;
    }

    private void FillBank(int bank, List<int> senders)
    {
        var random = new SeededRandom(_seed, Purpose.Accounts, bank);
        Currency home = random.Chance(DollarBankShare) ? Currencies.UsDollar : ExchangeRates.Draw(ref random);
        double businessShare = 0.1 + 0.2 * random.Uniform();
        var businesses = new List<int>();
        var merchants = new List<int>();
        int first = _firstAccount[bank];
        for (int account = first; account < _firstAccount[bank + 1]; account++)
        {
            // The first two of a bank are a business and a merchant, so that every bank has both.
            AccountKind kind = (account - first) switch
            {
                0 => AccountKind.Business,
                1 => AccountKind.Merchant,
                _ when random.Chance(businessShare) => AccountKind.Business,
                _ when random.Chance(MerchantShare) => AccountKind.Merchant,
                _ => AccountKind.Personal,
            };
            (kind switch { AccountKind.Business => businesses, AccountKind.Merchant => merchants, _ => null })?.Add(account);
            _bankOf[account] = bank;
            _kind[account] = kind;
            _logCents[account] = (float)((kind == AccountKind.Personal ? 9.6 : 11.2) + 0.9 * random.Normal());
            _currency[account] = random.Chance(ForeignCurrencyShare) ? ExchangeRates.Draw(ref random) : home;
            int activity = Math.Clamp((int)random.LogNormal(2, 0.8), 1, MaxActivity);
            for (int i = 0; i < activity; i++)
            {
                senders.Add(account);
            }
        }

        _businesses[bank] = [.. businesses];
        _merchants[bank] = [.. merchants];
    }

    private AccountTable InternAccounts(SimulationPlan plan)
    {
        int width = Math.Max(3, plan.Banks.ToString(CultureInfo.InvariantCulture).Length);
        var accounts = new AccountTable();
        for (int account = 0; account < plan.Accounts; account++)
        {
            var bank = new BankId((_bankOf[account] + 1).ToString("D" + width, CultureInfo.InvariantCulture));
            accounts.Intern(bank, (0x800000000 + (long)account * 16).ToString("X9", CultureInfo.InvariantCulture));
        }

        return accounts;
    }
}

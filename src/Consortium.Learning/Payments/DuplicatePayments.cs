using System.Globalization;

namespace Consortium.Learning.Payments;

/// <summary>
/// Counts payments that came before: with the same identifier of the bank, or the same in everything. Both occur in honest files,
/// so nothing is left out for it. Not thread-safe.
/// </summary>
public sealed class DuplicatePayments
{
    /// <summary>Payments remembered, of some 40 bytes each; those beyond are compared with these alone.</summary>
    public const int MostRemembered = 4_000_000;

    private const int MostExamples = 3;

    private readonly HashSet<UInt128> _rows = [];
    private readonly HashSet<ulong> _references = [];
    private readonly List<string> _sameRow = [];
    private readonly List<string> _sameReference = [];
    private readonly Dictionary<AccountId, UInt128> _accountKeys = [];
    private AccountTable? _accounts;
    private long _repeatedRows;
    private long _repeatedReferences;
    private bool _isFull;

    public void Add(in Payment payment, AccountTable accounts)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        if (!ReferenceEquals(accounts, _accounts))
        {
            _accountKeys.Clear();
            _accounts = accounts;
        }

        UInt128 key = Mix(KeyOf(payment.From), KeyOf(payment.To));
        key = Mix(key, (ulong)payment.Timestamp.Ticks);
        key = Mix(Mix(key, BitsOf(payment.AmountReceived)), BitsOf(payment.AmountPaid));
        key = Mix(key, ((ulong)payment.ReceivingCurrency.Code << 32) | ((ulong)payment.PaymentCurrency.Code << 16)
            | ((ulong)payment.PaymentFormat << 8) | (byte)payment.Label);
        key = Mix(key, payment.Reference);
        if (IsRepeated(_rows, key))
        {
            _repeatedRows++;
            Show(_sameRow, payment);
        }

        if (payment.Reference != 0 && IsRepeated(_references, payment.Reference))
        {
            _repeatedReferences++;
            Show(_sameReference, payment);
        }
    }

    /// <summary>What was found, in words; empty where every payment came once.</summary>
    public IEnumerable<string> Warnings()
    {
        string scope = _isFull ? $" (compared with the first {MostRemembered:N0})" : "";
        if (_repeatedReferences > 0)
        {
            yield return $"{_repeatedReferences:N0} payments have an identifier that an earlier payment has{scope}, such as "
                + $"{string.Join("; ", _sameReference)}. All are read. If a file holds payments twice, export it without them.";
        }

        if (_repeatedRows > 0)
        {
            yield return $"{_repeatedRows:N0} payments are the same as an earlier one in everything{scope}, such as "
                + $"{string.Join("; ", _sameRow)}. All are read. If a file holds payments twice, export it without them.";
        }
    }

    private static UInt128 BitsOf(decimal amount)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(amount, bits);
        return new UInt128(((ulong)(uint)bits[3] << 32) | (uint)bits[2], ((ulong)(uint)bits[1] << 32) | (uint)bits[0]);
    }

    /// <summary>Spreads 128 bits; not against somebody who looks for collisions, who gains a wrong warning by one.</summary>
    private static UInt128 Mix(UInt128 one, UInt128 other)
    {
        UInt128 mixed = (one ^ (other * new UInt128(0x9E3779B97F4A7C15, 0xF39CC0605CEDC835))) * new UInt128(
            0xD1B54A32D192ED03, 0x2545F4914F6CDD1D);
        return mixed ^ (mixed >> 61);
    }

    private UInt128 KeyOf(AccountId account)
    {
        if (!_accountKeys.TryGetValue(account, out UInt128 key))
        {
            foreach (char character in _accounts!.BankOf(account).Value)
            {
                key = Mix(key, character);
            }

            key = Mix(key, ulong.MaxValue);
            foreach (char character in _accounts.NumberOf(account))
            {
                key = Mix(key, character);
            }

            _accountKeys.Add(account, key);
        }

        return key;
    }

    private bool IsRepeated<T>(HashSet<T> seen, T key)
    {
        if (seen.Count < MostRemembered)
        {
            return !seen.Add(key);
        }

        _isFull = true;
        return seen.Contains(key);
    }

    private void Show(List<string> examples, in Payment payment)
    {
        if (examples.Count < MostExamples)
        {
            examples.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{payment.Timestamp:s} {_accounts!.BankOf(payment.From)} {_accounts.NumberOf(payment.From)} to "
                    + $"{_accounts.BankOf(payment.To)} {_accounts.NumberOf(payment.To)}, {payment.AmountPaid}"));
        }
    }
}

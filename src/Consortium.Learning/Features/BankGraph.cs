using System.Runtime.CompilerServices;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Features;

/// <summary>
/// The accounts and pairs that one bank has seen. Accounts and banks are known by slots, which mean nothing outside.
/// </summary>
/// <remarks>
/// An account or pair silent for longer than <see cref="Horizon.Memory"/> is as if never seen, whether or not
/// <see cref="Reclaim"/> has taken its slot yet. No feature looks at a payment older than that, so no slot in use points
/// to one taken.
/// </remarks>
internal sealed class BankGraph
{
    private readonly PackedIndex _accountSlots = new();
    private readonly PackedIndex _bankSlots = new();
    private readonly PackedIndex _pairSlots = new();
    private readonly Stack<int> _freeAccounts = [];
    private AccountState[] _accounts = new AccountState[16];
    private PairState[] _pairs = new PairState[16];
    private int[] _banks = new int[16];

    /// <summary>Account slots, free ones included.</summary>
    public int AccountSlots { get; private set; }

    public int AccountCount => AccountSlots - _freeAccounts.Count;

    public int PairCount { get; private set; }

    public int BankCount => _bankSlots.Count;

    public ref AccountState Account(int slot) => ref _accounts[slot];

    public ref PairState Pair(int slot) => ref _pairs[slot];

    /// <summary>The bank's index in the caller's account table.</summary>
    public int Bank(int slot) => _banks[slot];

    /// <summary>The slot of an account, made on first sight; emptied where the account was silent for too long.</summary>
    public int SlotOf(AccountId account, AccountTable table, int minute)
    {
        int slot = _accountSlots.Find((ulong)account.Index);
        if (slot < 0)
        {
            return AddAccount(account, BankSlotOf(table.BankIndexOf(account)));
        }

        ref AccountState state = ref _accounts[slot];
        if (state.IsSilentSince(minute - Horizon.Memory))
        {
            state.Out = default;
            state.In = default;
        }

        return slot;
    }

    public int AddAccount(AccountId account, int bank)
    {
        if (!_freeAccounts.TryPop(out int slot))
        {
            slot = AccountSlots++;
            if (slot == _accounts.Length)
            {
                Array.Resize(ref _accounts, slot * 2);
            }
        }

        _accounts[slot].Account = account.Index;
        _accounts[slot].Bank = bank;
        _accountSlots.Add((ulong)account.Index, slot);
        return slot;
    }

    public int BankSlotOf(int bankIndex)
    {
        int slot = _bankSlots.Find((ulong)bankIndex);
        if (slot < 0)
        {
            slot = _bankSlots.Count;
            if (slot == _banks.Length)
            {
                Array.Resize(ref _banks, slot * 2);
            }

            _banks[slot] = bankIndex;
            _bankSlots.Add((ulong)bankIndex, slot);
        }

        return slot;
    }

    /// <summary>The pair's slot, or -1 where no payment went from one to the other in the graph's memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FindPair(int from, int to, int minute)
    {
        int slot = _pairSlots.Find(PairKey(from, to));
        return slot < 0 || _pairs[slot].LastMinute < minute - Horizon.Memory ? -1 : slot;
    }

    public bool HasAccount(AccountId account) => _accountSlots.Find((ulong)account.Index) >= 0;

    /// <summary>Adds a pair that is not there yet.</summary>
    public ref PairState AddPair(int from, int to)
    {
        int slot = PairCount++;
        if (slot == _pairs.Length)
        {
            Array.Resize(ref _pairs, slot * 2);
        }

        _pairSlots.Add(PairKey(from, to), slot);
        _pairs[slot] = new PairState { From = from, To = to };
        return ref _pairs[slot];
    }

    public bool HasPair(int from, int to) => _pairSlots.Find(PairKey(from, to)) >= 0;

    /// <summary>Makes a payment part of the past.</summary>
    public void Commit(int from, int to, int minute, double paid, double received)
    {
        ref PairState pair = ref PairOf(from, to, minute);
        ref AccountState sender = ref _accounts[from];
        ref AccountState receiver = ref _accounts[to];
        bool first = pair.Count == 0;
        if (first)
        {
            pair.FirstMinute = minute;
            pair.LastMinute = minute;
        }
        else
        {
            sender.Out.Recent.Supersede(pair.NumberOut);
            receiver.In.Recent.Supersede(pair.NumberIn);
        }

        double logPaid = Logarithm.Base2(1 + paid);
        double logReceived = received == paid ? logPaid : Logarithm.Base2(1 + received);
        pair.Blocks.Add(minute, pair.LastMinute, paid);
        pair.PreviousMinute = pair.LastMinute;
        pair.LastMinute = minute;
        pair.LastAmount = paid;
        pair.Sum += paid;
        pair.LogAmounts.Add(logPaid);
        pair.NumberOut = sender.Out.Recent.Added;
        pair.NumberIn = receiver.In.Recent.Added;
        sender.Out.Add(
            new RememberedPayment { Amount = paid, Minute = minute, Peer = to, PeerBank = receiver.Bank, First = first },
            logPaid);
        receiver.In.Add(
            new RememberedPayment { Amount = received, Minute = minute, Peer = from, PeerBank = sender.Bank, First = first },
            logReceived);
    }

    /// <summary>
    /// Takes back the slots of accounts and pairs that are as if never seen, while no payment is pending. No feature changes.
    /// </summary>
    public void Reclaim(int minute)
    {
        ReclaimPairs(minute);
        ReclaimAccounts(minute - Horizon.Memory);
    }

    /// <summary>As above, pairs alone.</summary>
    public void ReclaimPairs(int minute)
    {
        int oldest = minute - Horizon.Memory;
        int kept = 0;
        for (int slot = 0; slot < PairCount; slot++)
        {
            if (_pairs[slot].LastMinute >= oldest)
            {
                _pairs[kept++] = _pairs[slot];
            }
        }

        if (kept < PairCount)
        {
            PairCount = kept;
            _pairSlots.Reset(kept);
            for (int slot = 0; slot < kept; slot++)
            {
                _pairSlots.Add(PairKey(_pairs[slot].From, _pairs[slot].To), slot);
            }
        }
    }

    private static ulong PairKey(int from, int to) => ((ulong)(uint)from << 32) | (uint)to;

    private ref PairState PairOf(int from, int to, int minute)
    {
        int slot = _pairSlots.Find(PairKey(from, to));
        if (slot < 0)
        {
            return ref AddPair(from, to);
        }

        ref PairState pair = ref _pairs[slot];
        if (pair.LastMinute < minute - Horizon.Memory)
        {
            pair = new PairState { From = from, To = to };
        }

        return ref pair;
    }

    private void ReclaimAccounts(int oldest)
    {
        int free = _freeAccounts.Count;
        for (int slot = 0; slot < AccountSlots; slot++)
        {
            if (_accounts[slot].Account != AccountState.Free && _accounts[slot].IsSilentSince(oldest))
            {
                _accounts[slot] = new AccountState { Account = AccountState.Free };
                _freeAccounts.Push(slot);
            }
        }

        if (_freeAccounts.Count > free)
        {
            _accountSlots.Reset(AccountCount);
            for (int slot = 0; slot < AccountSlots; slot++)
            {
                if (_accounts[slot].Account != AccountState.Free)
                {
                    _accountSlots.Add((ulong)_accounts[slot].Account, slot);
                }
            }
        }
    }
}

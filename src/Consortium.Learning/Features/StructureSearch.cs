namespace Consortium.Learning.Features;

/// <summary>
/// Looks for paths around one payment, over the newest <see cref="Reach"/> payments of each account. Reused from row to
/// row.
/// </summary>
internal sealed class StructureSearch(BankGraph graph)
{
    /// <summary>How many of an account's newest payments a search looks at.</summary>
    public const int Reach = 16;

    /// <summary>The longest cycle looked for, in payments.</summary>
    public const int LongestCycle = 5;

    /// <summary>How many accounts a search for cycles visits at most, nearest first.</summary>
    public const int CycleVisits = 32;

    private readonly (int Account, int Minute, int Length)[] _visits = new (int, int, int)[CycleVisits];
    private int[] _marks = new int[16];
    private int _mark;

    /// <summary>
    /// Counts accounts other than the sender that paid <paramref name="to"/> and were paid before by one that also paid
    /// <paramref name="from"/>: the set between a scatter's source and its gathering point.
    /// </summary>
    public int ScatterGather(int from, int to, int since, StreamPart part)
    {
        Mark(In(from, part), since, besides: to);
        return CountPayers(from, to, since, part, throughTheirIncome: true);
    }

    /// <summary>
    /// Counts the other payers of <paramref name="to"/> that also paid someone else whom <paramref name="from"/> paid.
    /// </summary>
    public int Bipartite(int from, int to, int since, StreamPart part)
    {
        Mark(Out(from, part), since, besides: to);
        return CountPayers(from, to, since, part, throughTheirIncome: false);
    }

    /// <summary>
    /// Counts the other payees of <paramref name="from"/> that paid someone whom <paramref name="to"/> paid, too: the set between
    /// a scatter's source and its gathering point, seen from the source's first payments.
    /// </summary>
    public int SpreadGather(int from, int to, int since, StreamPart part)
    {
        Mark(Out(to, part), since, besides: from);
        ref readonly PaymentRing payees = ref Out(from, part);
        int reach = Math.Min(payees.Count, Reach);
        int count = 0;
        for (int age = 0; age < reach; age++)
        {
            ref readonly RememberedPayment payment = ref payees.Newest(age);
            if (payment.Minute < since)
            {
                break;
            }

            bool counted = part == StreamPart.Recent && payment.Superseded;
            if (payment.Peer != to && !counted && AnyMarked(Out(payment.Peer, part), since, int.MaxValue))
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>Counts the counterparties that both accounts had, whichever way money went.</summary>
    public int SharedPeers(int from, int to, int since)
    {
        Mark(Out(from, StreamPart.Recent), since, besides: to);
        int oldest = _mark;
        Mark(In(from, StreamPart.Recent), since, besides: to);
        return Unmark(Out(to, StreamPart.Recent), since, oldest) + Unmark(In(to, StreamPart.Recent), since, oldest);
    }

    /// <summary>
    /// The fewest payments, 2 to <see cref="LongestCycle"/>, of a cycle that a payment now from <paramref name="from"/> to
    /// <paramref name="to"/> closes, each payment in a later minute than the one before; 0 where none is found.
    /// </summary>
    public int ShortestCycle(int from, int to, int now, int since, StreamPart part)
    {
        if (from == to)
        {
            return 0;
        }

        _visits[0] = (from, now, 1);
        int visits = 1;
        for (int visit = 0; visit < visits; visit++)
        {
            (int account, int before, int length) = _visits[visit];
            PaymentRing ring = In(account, part);
            int reach = Math.Min(ring.Count, Reach);
            for (int age = 0; age < reach; age++)
            {
                ref readonly RememberedPayment payment = ref ring.Newest(age);
                if (payment.Minute < since)
                {
                    break;
                }

                if (payment.Minute >= before)
                {
                    continue;
                }

                if (payment.Peer == to)
                {
                    return length + 1;
                }

                if (length + 1 < LongestCycle && visits < CycleVisits)
                {
                    _visits[visits++] = (payment.Peer, payment.Minute, length + 1);
                }
            }
        }

        return 0;
    }

    private ref readonly PaymentRing In(int account, StreamPart part)
    {
        ref PaymentStream stream = ref graph.Account(account).In;
        return ref part == StreamPart.Firsts ? ref stream.Firsts : ref stream.Recent;
    }

    private ref readonly PaymentRing Out(int account, StreamPart part)
    {
        ref PaymentStream stream = ref graph.Account(account).Out;
        return ref part == StreamPart.Firsts ? ref stream.Firsts : ref stream.Recent;
    }

    private int CountPayers(int from, int to, int since, StreamPart part, bool throughTheirIncome)
    {
        ref readonly PaymentRing payers = ref In(to, part);
        int reach = Math.Min(payers.Count, Reach);
        int count = 0;
        for (int age = 0; age < reach; age++)
        {
            ref readonly RememberedPayment payment = ref payers.Newest(age);
            if (payment.Minute < since)
            {
                break;
            }

            bool counted = part == StreamPart.Recent && payment.Superseded;
            if (payment.Peer != from && !counted
                && (throughTheirIncome
                    ? AnyMarked(In(payment.Peer, part), since, payment.Minute)
                    : AnyMarked(Out(payment.Peer, part), since, int.MaxValue)))
            {
                count++;
            }
        }

        return count;
    }

    private void Mark(in PaymentRing ring, int since, int besides)
    {
        if (graph.AccountSlots > _marks.Length)
        {
            Array.Resize(ref _marks, graph.AccountSlots * 2);
        }

        _mark++;
        int reach = Math.Min(ring.Count, Reach);
        for (int age = 0; age < reach; age++)
        {
            ref readonly RememberedPayment payment = ref ring.Newest(age);
            if (payment.Minute < since)
            {
                break;
            }

            if (payment.Peer != besides)
            {
                _marks[payment.Peer] = _mark;
            }
        }
    }

    private bool AnyMarked(in PaymentRing ring, int since, int before)
    {
        int reach = Math.Min(ring.Count, Reach);
        for (int age = 0; age < reach; age++)
        {
            ref readonly RememberedPayment payment = ref ring.Newest(age);
            if (payment.Minute < since)
            {
                break;
            }

            if (payment.Minute < before && _marks[payment.Peer] == _mark)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Unmarks what it counts, so that no account counts twice.</summary>
    private int Unmark(in PaymentRing ring, int since, int oldestMark)
    {
        int count = 0;
        int reach = Math.Min(ring.Count, Reach);
        for (int age = 0; age < reach; age++)
        {
            ref readonly RememberedPayment payment = ref ring.Newest(age);
            if (payment.Minute < since)
            {
                break;
            }

            if (_marks[payment.Peer] >= oldestMark)
            {
                count++;
                _marks[payment.Peer] = 0;
            }
        }

        return count;
    }
}

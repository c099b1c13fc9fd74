namespace Consortium.Learning.Tests.Features;

/// <summary>
/// Every feature by its definition in the features' README, from the list of all earlier payments each time. Shares no
/// code with the extractor. Slow.
/// </summary>
internal sealed class FeatureReference(List<NamedPayment> seen)
{
    private static readonly (string Name, int Minutes)[] Windows =
    [
        ("1h", 60), ("6h", 360), ("1d", 1440), ("7d", 7 * 1440), ("28d", 28 * 1440),
    ];

    private readonly Dictionary<string, double> _row = [];
    private NamedPayment _now = null!;
    private List<Event> _past = [];

    public Dictionary<string, double> Row(int index)
    {
        _row.Clear();
        _now = seen[index];
        _past = Past(Minute(_now));
        WriteRow();
        foreach ((string role, int account, int peer, decimal amount) in new[]
        {
            ("sender", _now.From, _now.To, _now.Paid), ("receiver", _now.To, _now.From, _now.Received),
        })
        {
            WriteStream(role, "out", account, peer, (double)amount, isMain: role == "sender");
            WriteStream(role, "in", account, peer, (double)amount, isMain: role == "receiver");
            WritePassThrough(role, account, (double)amount);
        }

        WriteBurst("sender_out", Stream(_now.From, "out"));
        WriteBurst("receiver_in", Stream(_now.To, "in"));
        WritePair("pair", _now.From, _now.To);
        WritePair("reverse", _now.To, _now.From);
        double forward = Pair(_now.From, _now.To).Count;
        double reverse = Pair(_now.To, _now.From).Count;
        Put("pair_reciprocity", Quotient(reverse, forward + reverse));
        Put("pair_share_of_sender", Quotient(forward, Stream(_now.From, "out").Count));
        Put("pair_share_of_receiver", Quotient(forward, Stream(_now.To, "in").Count));
        WriteStructure();
        return _row;
    }

    private static int Minute(NamedPayment payment) => (int)(payment.Time.Ticks / TimeSpan.TicksPerMinute);

    private static double Log(double amount) => Math.Log2(1 + amount);

    private static double Quotient(double numerator, double denominator) =>
        denominator > 0 ? numerator / denominator : double.NaN;

    private static double Deviation(List<double> values) =>
        values.Count < 2
            ? double.NaN
            : Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / (values.Count - 1));

    private static double Deviations(double value, List<double> values) =>
        values.Count < 2 ? double.NaN : (value - values.Average()) / Math.Max(0.05, Deviation(values));

    private static double MinOrNaN(IEnumerable<double> values) => values.DefaultIfEmpty(double.NaN).Min();

    private void Put(string name, double value) => _row.Add(name, value);

    private void PutAmount(string name, double value) => _row.Add(name, Log(value));

    /// <summary>Payments of earlier minutes, and for each whether its pair had none in the 360 days before.</summary>
    private List<Event> Past(int now)
    {
        var past = new List<Event>();
        foreach (NamedPayment payment in seen)
        {
            int minute = Minute(payment);
            if (minute < now)
            {
                Event? last = past.LastOrDefault(other => other.From == payment.From && other.To == payment.To);
                bool first = last is null || last.Minute < minute - 360 * 1440;
                past.Add(new Event(minute, payment.From, payment.To, (double)payment.Paid, (double)payment.Received, first));
            }
        }

        return past;
    }

    private List<Event> Pair(int from, int to) => _past.FindAll(payment => payment.From == from && payment.To == to);

    /// <summary>Oldest first.</summary>
    private List<Item> Stream(int account, string direction) =>
        direction == "out"
            ? [.. _past.Where(p => p.From == account).Select(p => new Item(p.Minute, p.To, p.Paid, p.First))]
            : [.. _past.Where(p => p.To == account).Select(p => new Item(p.Minute, p.From, p.Received, p.First))];

    /// <summary>Oldest first, of the newest 256.</summary>
    private List<Item> Recent(int account, string direction, int minutes) =>
        [.. Stream(account, direction).TakeLast(256).Where(item => item.Minute >= Minute(_now) - minutes)];

    /// <summary>First payments, oldest first, of the newest 16.</summary>
    private List<Item> Firsts(int account, string direction, int minutes) =>
        [.. Stream(account, direction)
            .Where(item => item.First)
            .TakeLast(16)
            .Where(item => item.Minute >= Minute(_now) - minutes)];

    private void WriteRow()
    {
        PutAmount("amount", (double)_now.Paid);
        Put("exchange_ratio", Quotient((double)_now.Paid, (double)_now.Received));
        Put("payment_currency", 1);
        Put("receiving_currency", _now.Paid == _now.Received ? 1 : 2);
        Put("payment_format", (int)_now.Format);
        Put("hour", _now.Time.Hour);
        Put("weekday", (int)_now.Time.DayOfWeek);
        Put("day_of_month", _now.Time.Day);
        Put("cross_bank", _now.From % 3 != _now.To % 3 ? 1 : 0);
        Put("own_account", _now.From == _now.To ? 1 : 0);
        Put("round_amount", _now.Paid == 0
            ? -1
            : Enumerable.Range(0, 4).Count(power => _now.Paid % (decimal)Math.Pow(10, power) == 0) - 1);
    }

    private void WriteStream(string role, string direction, int account, int peer, double amount, bool isMain)
    {
        string prefix = $"{role}_{direction}";
        List<Item> all = Stream(account, direction);
        foreach ((string name, int minutes) in Windows)
        {
            List<Item> items = Recent(account, direction, minutes);
            int fresh = items.Count(item => item.First);
            Put($"{prefix}_count_{name}", items.Count);
            PutAmount($"{prefix}_sum_{name}", items.Sum(item => item.Amount));
            Put($"{prefix}_peers_{name}", items.Select(item => item.Peer).Distinct().Count());
            Put($"{prefix}_new_{name}", fresh);
            if (isMain)
            {
                PutAmount($"{prefix}_mean_{name}", items.Count == 0 ? double.NaN : items.Average(item => item.Amount));
                PutAmount($"{prefix}_max_{name}", items.Count == 0 ? double.NaN : items.Max(item => item.Amount));
                PutAmount($"{prefix}_sd_{name}", Deviation(items.ConvertAll(item => item.Amount)));
                Put($"{prefix}_banks_{name}", items.Select(item => item.Peer % 3).Distinct().Count());
                Put($"{prefix}_new_share_{name}", Quotient(fresh, items.Count));
            }

            if (direction == "in")
            {
                double into = items.Sum(item => item.Amount);
                Put($"{role}_in_share_{name}", Quotient(into, into + Recent(account, "out", minutes).Sum(item => item.Amount)));
            }
        }

        WriteHistory(prefix, all, Log(amount));
        WriteFirsts(prefix, account, direction, peer, amount);
    }

    private void WriteHistory(string prefix, List<Item> all, double logAmount)
    {
        int today = Minute(_now) / 1440;
        List<int> days = [.. all.Select(item => item.Minute / 1440).Distinct().Order()];
        List<double> logs = all.ConvertAll(item => Log(item.Amount));
        bool any = all.Count > 0;
        int age = any ? today - days[0] : 0;
        Put($"{prefix}_count_ever", all.Count);
        Put($"{prefix}_peers_ever", any ? all.Count(item => item.First) : double.NaN);
        Put($"{prefix}_amount_deviations", Deviations(logAmount, logs));
        Put($"{prefix}_amount_spread", Deviation(logs));
        Put($"{prefix}_age", any ? (Minute(_now) - all[0].Minute) / 60.0 : double.NaN);
        Put($"{prefix}_gap", any ? (Minute(_now) - all[^1].Minute) / 60.0 : double.NaN);
        Put($"{prefix}_gap_days_change", days.Count > 1 ? today - days[^1] - (days[^1] - days[^2]) : double.NaN);
        Put($"{prefix}_active_days", any ? days.Count / (1.0 + age) : double.NaN);
        double best = 0;
        int period = 0;
        int reach = Math.Min(63, age);
        for (int candidate = 2; candidate <= 31 && 2 * candidate <= reach; candidate++)
        {
            int[] multiples = [.. Enumerable.Range(1, reach / candidate).Select(i => i * candidate)];
            double share = multiples.Count(back => days.Contains(today - back)) / (double)multiples.Length;
            if (share > best + 1e-12)
            {
                (best, period) = (share, candidate);
            }
        }

        Put($"{prefix}_rhythm", any ? best : double.NaN);
        Put($"{prefix}_rhythm_days", period > 0 ? period : double.NaN);
    }

    private void WriteFirsts(string prefix, int account, string direction, int peer, double amount)
    {
        List<Item> firsts = Firsts(account, direction, 180 * 1440);
        firsts.Reverse();
        int today = Minute(_now) / 1440;
        List<int> days = [today, .. firsts.Select(item => item.Minute / 1440)];
        List<double> gaps = [.. days.Zip(days.Skip(1), (later, earlier) => (double)(later - earlier))];
        Put($"{prefix}_new_180d", firsts.Count);
        Put($"{prefix}_new_same_bank_28d", firsts.Count(
            item => item.Peer % 3 == peer % 3 && item.Minute >= Minute(_now) - 28 * 1440));
        Put($"{prefix}_new_same_bank_180d", firsts.Count(item => item.Peer % 3 == peer % 3));
        Put($"{prefix}_new_gap", firsts.Count > 0 ? (Minute(_now) - firsts[0].Minute) / 60.0 : double.NaN);
        Put($"{prefix}_new_gap_days", firsts.Count > 0 ? gaps[0] : double.NaN);
        Put($"{prefix}_new_gap_days_change", firsts.Count > 1 ? gaps[0] - gaps[1] : double.NaN);
        Put($"{prefix}_new_gap_days_spread", Deviation(gaps));
        Put($"{prefix}_new_amount_ratio", firsts.Count > 0 ? Quotient(amount, firsts.Average(item => item.Amount)) : double.NaN);
        Put($"{prefix}_new_amount_nearest", Quotient(MinOrNaN(firsts.Select(item => Math.Abs(item.Amount - amount))), amount));
    }

    private void WritePassThrough(string role, int account, double amount)
    {
        (double paid, double received) = role == "sender" ? (amount, 0.0) : (0.0, amount);
        foreach ((string name, int minutes) in Windows.Skip(2).Take(2))
        {
            Put($"{role}_pass_{name}", Quotient(
                Recent(account, "out", minutes).Sum(item => item.Amount) + paid,
                Recent(account, "in", minutes).Sum(item => item.Amount) + received));
        }

        List<Item> both = [.. Stream(account, "out"), .. Stream(account, "in")];
        Put($"{role}_dormant", both.Count > 0 ? (Minute(_now) - both.Max(item => item.Minute)) / 60.0 : double.NaN);
        foreach (string direction in (string[])["in", "out"])
        {
            IEnumerable<double> differences = Recent(account, direction, 28 * 1440)
                .Select(item => Math.Abs(item.Amount - amount));
            Put($"{role}_{direction}_nearest_28d", Quotient(MinOrNaN(differences), amount));
        }

        Put($"{role}_in_to_out", ShortestGap(account, 28 * 1440, firsts: false, paid > 0));
        Put($"{role}_new_in_to_out", ShortestGap(account, 180 * 1440, firsts: true, false));
        Put($"{role}_out_share_ever", Quotient(Stream(account, "out").Count, both.Count));
    }

    private double ShortestGap(int account, int minutes, bool firsts, bool paysNow)
    {
        int[] ins = [.. Reach(account, "in", minutes, firsts).Select(item => item.Minute)];
        List<int> outs = Reach(account, "out", minutes, firsts).ConvertAll(item => item.Minute);
        if (paysNow)
        {
            outs.Add(Minute(_now));
        }

        return MinOrNaN(outs.SelectMany(paid => ins.Where(came => came < paid).Select(came => (paid - came) / 60.0)));
    }

    private void WriteBurst(string prefix, List<Item> stream)
    {
        int within(int days) => stream.TakeLast(256).Count(item => item.Minute >= Minute(_now) - days * 1440);
        Put($"{prefix}_burst", Quotient(within(1) * 28.0, within(28)));
    }

    private void WritePair(string prefix, int from, int to)
    {
        List<Event> pair = Pair(from, to);
        foreach (int days in (int[])[7, 28])
        {
            // Back payments count as what came in.
            List<Item> recent = Recent(_now.From, prefix == "pair" ? "out" : "in", days * 1440)
                .FindAll(item => item.Peer == _now.To);
            Put($"{prefix}_count_{days}d", recent.Count);
            PutAmount($"{prefix}_sum_{days}d", recent.Sum(item => item.Amount));
        }

        const int Block = 90 * 1440;
        List<Event> year = pair.FindAll(payment => payment.Minute / Block > Minute(_now) / Block - 4);
        Put($"{prefix}_count_360d", year.Count);
        PutAmount($"{prefix}_sum_360d", year.Sum(payment => payment.Paid));
        Put($"{prefix}_count_ever", pair.Count);
        PutAmount($"{prefix}_sum_ever", pair.Sum(payment => payment.Paid));
        bool any = pair.Count > 0;
        double gap = any ? Minute(_now) / 1440 - pair[^1].Minute / 1440 : double.NaN;
        Put($"{prefix}_first_seen", any ? (Minute(_now) - pair[0].Minute) / 60.0 : double.NaN);
        Put($"{prefix}_gap", any ? (Minute(_now) - pair[^1].Minute) / 60.0 : double.NaN);
        Put($"{prefix}_gap_days", gap);
        Put($"{prefix}_gap_days_change", pair.Count > 1 ? gap - (pair[^1].Minute / 1440 - pair[^2].Minute / 1440) : double.NaN);
        Put($"{prefix}_amount_ratio", any ? Quotient((double)_now.Paid, pair[^1].Paid) : double.NaN);
        Put($"{prefix}_amount_deviations", Deviations(Log((double)_now.Paid), pair.ConvertAll(payment => Log(payment.Paid))));
    }

    private void WriteStructure()
    {
        bool isNew = Pair(_now.From, _now.To).Count == 0;
        Put("scatter_gather_6h", ScatterGather(360, false));
        Put("scatter_gather_7d", ScatterGather(7 * 1440, false));
        Put("scatter_gather_new", isNew ? ScatterGather(90 * 1440, true) : 0);
        Put("bipartite_7d", Bipartite(7 * 1440, false));
        Put("bipartite_new", isNew ? Bipartite(90 * 1440, true) : 0);
        int peers(int account, string direction, int days, bool firsts) =>
            Recent(account, direction, days * 1440)
                .Where(item => item.First || !firsts)
                .Select(item => item.Peer)
                .Distinct()
                .Count();
        Put("gather_scatter_1d", Math.Min(peers(_now.From, "in", 1, false), peers(_now.From, "out", 1, false)));
        Put("gather_scatter_7d", Math.Min(peers(_now.From, "in", 7, false), peers(_now.From, "out", 7, false)));
        Put("gather_scatter_new", Math.Min(peers(_now.From, "in", 28, true), peers(_now.From, "out", 28, true)));
        Put("receiver_gather_scatter_new", Math.Min(peers(_now.To, "in", 28, true), peers(_now.To, "out", 28, true)));
        Put("cycle_7d", Cycle(7 * 1440, false));
        Put("cycle_28d", Cycle(28 * 1440, false));
        Put("cycle_new", isNew ? Cycle(90 * 1440, true) : 0);
        HashSet<int> ofSender =
            [.. Reach(_now.From, "out", 28 * 1440, false)
                .Concat(Reach(_now.From, "in", 28 * 1440, false))
                .Select(item => item.Peer)];
        HashSet<int> ofReceiver =
            [.. Reach(_now.To, "out", 28 * 1440, false).Concat(Reach(_now.To, "in", 28 * 1440, false)).Select(item => item.Peer)];
        ofSender.Remove(_now.To);
        Put("shared_peers_28d", ofSender.Intersect(ofReceiver).Count());
    }

    /// <summary>Newest first, as far as a search looks.</summary>
    private List<Item> Reach(int account, string direction, int minutes, bool firsts)
    {
        IEnumerable<Item> stream = Stream(account, direction).Where(item => !firsts || item.First);
        return [.. stream.Reverse().Take(16).Where(item => item.Minute >= Minute(_now) - minutes)];
    }

    private int ScatterGather(int minutes, bool firsts)
    {
        HashSet<int> sources =
            [.. Reach(_now.From, "in", minutes, firsts).Select(item => item.Peer).Where(peer => peer != _now.To)];
        return Payers(minutes, firsts).Count(payer => Reach(payer.Peer, "in", minutes, firsts)
            .Exists(item => item.Minute < payer.Minute && sources.Contains(item.Peer)));
    }

    private int Bipartite(int minutes, bool firsts)
    {
        HashSet<int> payees =
            [.. Reach(_now.From, "out", minutes, firsts).Select(item => item.Peer).Where(peer => peer != _now.To)];
        return Payers(minutes, firsts).Count(
            payer => Reach(payer.Peer, "out", minutes, firsts).Exists(item => payees.Contains(item.Peer)));
    }

    /// <summary>The receiver's other payers, each at its latest payment.</summary>
    private List<Item> Payers(int minutes, bool firsts) =>
        [.. Reach(_now.To, "in", minutes, firsts).DistinctBy(item => item.Peer).Where(item => item.Peer != _now.From)];

    private int Cycle(int minutes, bool firsts)
    {
        if (_now.From == _now.To)
        {
            return 0;
        }

        var paths = new List<(int Account, int Before, int Length)> { (_now.From, Minute(_now), 1) };
        for (int i = 0; i < paths.Count; i++)
        {
            foreach (Item item in Reach(paths[i].Account, "in", minutes, firsts).Where(item => item.Minute < paths[i].Before))
            {
                if (item.Peer == _now.To)
                {
                    return paths[i].Length + 1;
                }

                if (paths[i].Length < 4 && paths.Count < 32)
                {
                    paths.Add((item.Peer, item.Minute, paths[i].Length + 1));
                }
            }
        }

        return 0;
    }

    private sealed record Event(int Minute, int From, int To, double Paid, double Received, bool First);

    private sealed record Item(int Minute, int Peer, double Amount, bool First);
}

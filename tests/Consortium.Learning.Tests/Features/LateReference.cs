namespace Consortium.Learning.Tests.Features;

/// <summary>
/// Every late column by its definition in the features' README, from the list of all payments up to 24 hours after each. Shares
/// no code with the extractor. Slow.
/// </summary>
internal sealed class LateReference(List<NamedPayment> seen)
{
    private const int Day = 1440;

    private readonly Dictionary<string, double> _row = [];
    private NamedPayment _payment = null!;
    private int _minute;
    private List<Event> _known = [];

    public Dictionary<string, double> Row(int index)
    {
        _row.Clear();
        _payment = seen[index];
        _minute = Minute(_payment);
        _known = Known(_minute + Day);
        WriteStream("sender_out", _payment.From, "out", (double)_payment.Paid);
        WriteStream("sender_in", _payment.From, "in", (double)_payment.Paid);
        WriteStream("receiver_out", _payment.To, "out", (double)_payment.Received);
        WriteStream("receiver_in", _payment.To, "in", (double)_payment.Received);
        foreach ((string role, int account) in new[] { ("sender", _payment.From), ("receiver", _payment.To) })
        {
            List<Event> ins = Since(account, "in", -Day), outs = Since(account, "out", -Day);
            Put($"late_{role}_pass_2d", Quotient(outs.Sum(item => item.Paid), ins.Sum(item => item.Received)));
            Put(
                $"late_{role}_gather_scatter_2d",
                Math.Min(ins.DistinctBy(item => item.From).Count(), outs.DistinctBy(item => item.To).Count()));
            Put(
                $"late_{role}_gather_scatter_8d",
                Math.Min(Fresh(Since(account, "in", -7 * Day)), Fresh(Since(account, "out", -7 * Day))));
        }

        (double paid, double received) = ((double)_payment.Paid, (double)_payment.Received);
        List<Event> back = Since(_payment.From, "in", 1).FindAll(item => item.From == _payment.To);
        List<Event> on = Since(_payment.To, "out", 1)
            .FindAll(item => item.First && item.Paid >= 0.8 * received && item.Paid <= 1.12 * received);
        Put("late_sender_in_ratio", Quotient(Since(_payment.From, "in", 1).Sum(item => item.Received), paid));
        Put("late_receiver_out_ratio", Quotient(Since(_payment.To, "out", 1).Sum(item => item.Paid), received));
        Put("late_receiver_on", on.Count);
        Put("late_receiver_on_next", Hours(on));
        Put("late_pair_count", Since(_payment.From, "out", 1).Count(item => item.To == _payment.To));
        Put("late_reverse_count", back.Count);
        Put("late_reverse_sum", Math.Log2(1 + back.Sum(item => item.Received)));
        Put("late_cycle", Cycle());
        bool isNew = !_known.Exists(item => item.From == _payment.From && item.To == _payment.To && item.Minute < _minute);
        foreach ((string name, int since, bool firsts) in new[] { ("2d", -Day, false), ("new", -90 * Day, true) })
        {
            bool counts = !firsts || isNew;
            Put($"late_scatter_gather_{name}", counts ? ScatterGather(since, firsts) : 0);
            Put($"late_spread_gather_{name}", counts ? SpreadGather(since, firsts) : 0);
            Put($"late_bipartite_{name}", counts ? Bipartite(since, firsts) : 0);
        }

        return _row;
    }

    private static int Minute(NamedPayment payment) => (int)(payment.Time.Ticks / TimeSpan.TicksPerMinute);

    private static double Quotient(double numerator, double denominator) =>
        denominator > 0 ? numerator / denominator : double.NaN;

    private void Put(string name, double value) => _row.Add(name, value);

    /// <summary>Payments up to a minute.</summary>
    private List<Event> Known(int last)
    {
        var known = new List<Event>();
        foreach (NamedPayment payment in seen.Where(payment => Minute(payment) <= last))
        {
            int minute = Minute(payment);
            bool first = !known.Exists(other => other.From == payment.From && other.To == payment.To);
            known.Add(new Event(minute, payment.From, payment.To, (double)payment.Paid, (double)payment.Received, first));
        }

        return known;
    }

    private List<Event> Since(int account, string direction, int start) =>
        _known.FindAll(item => (direction == "out" ? item.From : item.To) == account && item.Minute >= _minute + start);

    private void WriteStream(string prefix, int account, string direction, double amount)
    {
        double amountOf(Event item) => direction == "out" ? item.Paid : item.Received;
        foreach ((string name, int start) in new[] { ("", 1), ("_2d", -Day), ("_8d", -7 * Day) })
        {
            List<Event> items = Since(account, direction, start);
            Put($"late_{prefix}_count{name}", items.Count);
            Put($"late_{prefix}_sum{name}", Math.Log2(1 + items.Sum(amountOf)));
            Put($"late_{prefix}_peers{name}", items.Select(item => direction == "out" ? item.To : item.From).Distinct().Count());
            Put($"late_{prefix}_new{name}", Fresh(items));
        }

        List<Event> after = Since(account, direction, 1);
        double nearest = after.Select(item => Math.Abs(amountOf(item) - amount)).DefaultIfEmpty(double.NaN).Min();
        Put($"late_{prefix}_next", Hours(after));
        Put($"late_{prefix}_next_new", Hours(after.FindAll(item => item.First)));
        Put($"late_{prefix}_nearest", Quotient(nearest, amount));
    }

    private double Hours(List<Event> items) =>
        items.Count == 0 ? double.NaN : items.Min(item => item.Minute - _minute) / 60.0;

    private static int Fresh(List<Event> items) => items.Count(item => item.First);

    /// <summary>Newest first, as far as a search looks.</summary>
    private List<Event> Reach(int account, string direction, int start, bool firsts)
    {
        IEnumerable<Event> stream = _known.Where(
            item => (direction == "out" ? item.From : item.To) == account && (!firsts || item.First));
        return [.. stream.Reverse().Take(16).Where(item => item.Minute >= _minute + start)];
    }

    private int Cycle()
    {
        if (_payment.From == _payment.To)
        {
            return 0;
        }

        var paths = new List<(int Account, int Before, int Length)> { (_payment.From, int.MaxValue, 1) };
        for (int i = 0; i < paths.Count; i++)
        {
            foreach (Event item in Reach(paths[i].Account, "in", 1, false).Where(item => item.Minute < paths[i].Before))
            {
                if (item.From == _payment.To)
                {
                    return paths[i].Length + 1;
                }

                if (paths[i].Length < 4 && paths.Count < 32)
                {
                    paths.Add((item.From, item.Minute, paths[i].Length + 1));
                }
            }
        }

        return 0;
    }

    private int ScatterGather(int start, bool firsts)
    {
        HashSet<int> sources =
            [.. Reach(_payment.From, "in", start, firsts).Select(item => item.From).Where(peer => peer != _payment.To)];
        return Payers(start, firsts).Count(payer => Reach(payer.From, "in", start, firsts)
            .Exists(item => item.Minute < payer.Minute && sources.Contains(item.From)));
    }

    private int Bipartite(int start, bool firsts)
    {
        HashSet<int> payees =
            [.. Reach(_payment.From, "out", start, firsts).Select(item => item.To).Where(peer => peer != _payment.To)];
        return Payers(start, firsts).Count(
            payer => Reach(payer.From, "out", start, firsts).Exists(item => payees.Contains(item.To)));
    }

    private int SpreadGather(int start, bool firsts)
    {
        HashSet<int> payees =
            [.. Reach(_payment.To, "out", start, firsts).Select(item => item.To).Where(peer => peer != _payment.From)];
        return Reach(_payment.From, "out", start, firsts).DistinctBy(item => item.To).Where(item => item.To != _payment.To)
            .Count(item => Reach(item.To, "out", start, firsts).Exists(later => payees.Contains(later.To)));
    }

    /// <summary>The receiver's other payers, each at its latest payment.</summary>
    private List<Event> Payers(int start, bool firsts) =>
        [.. Reach(_payment.To, "in", start, firsts).DistinctBy(item => item.From).Where(item => item.From != _payment.From)];

    private sealed record Event(int Minute, int From, int To, double Paid, double Received, bool First);
}

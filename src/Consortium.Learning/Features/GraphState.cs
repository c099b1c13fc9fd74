using System.Globalization;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Features;

/// <summary>
/// A bank's graph as bytes: banks and accounts in order of slots, without gaps, then each account's streams, then
/// pairs.
/// </summary>
internal static class GraphState
{
    private const byte FirstBit = 1;
    private const byte SupersededBit = 2;

    /// <summary>Writes the graph as of <paramref name="minute"/>; the result says which number each slot got.</summary>
    public static int[] Write(StateWriter writer, BankGraph graph, AccountTable accounts, int minute)
    {
        graph.ReclaimPairs(minute);
        var numbers = new int[graph.AccountSlots];
        var bankNumbers = new Dictionary<int, int>();
        int count = 0;
        for (int slot = 0; slot < graph.AccountSlots; slot++)
        {
            bool free = graph.Account(slot).Account == AccountState.Free;
            numbers[slot] = free ? AccountState.Free : count++;
            if (!free)
            {
                bankNumbers.TryAdd(graph.Account(slot).Bank, bankNumbers.Count);
            }
        }

        writer.Int(bankNumbers.Count);
        foreach ((int bank, _) in bankNumbers.OrderBy(bank => bank.Value))
        {
            writer.Text(accounts.Banks[graph.Bank(bank)].Value);
        }

        writer.Int(count);
        for (int slot = 0; slot < graph.AccountSlots; slot++)
        {
            if (numbers[slot] >= 0)
            {
                ref AccountState account = ref graph.Account(slot);
                writer.Int(bankNumbers[account.Bank]);
                writer.Text(accounts.NumberOf(new AccountId(account.Account)));
            }
        }

        for (int slot = 0; slot < graph.AccountSlots; slot++)
        {
            if (numbers[slot] >= 0)
            {
                ref AccountState account = ref graph.Account(slot);
                WriteStream(writer, ref account.Out, numbers, minute);
                WriteStream(writer, ref account.In, numbers, minute);
            }
        }

        writer.Int(graph.PairCount);
        for (int slot = 0; slot < graph.PairCount; slot++)
        {
            WritePair(writer, graph.Pair(slot), numbers);
        }

        return numbers;
    }

    public static BankGraph Read(StateReader reader, AccountTable accounts, int minute)
    {
        var graph = new BankGraph();
        var names = new List<string>();
        int banks = reader.Int(0, int.MaxValue, "a number of banks");
        for (int bank = 0; bank < banks; bank++)
        {
            names.Add(reader.Text());
        }

        ReadAccounts(reader, graph, accounts, names);
        for (int slot = 0; slot < graph.AccountSlots; slot++)
        {
            PaymentStream outgoing = ReadStream(reader, graph, minute);
            PaymentStream incoming = ReadStream(reader, graph, minute);
            graph.Account(slot).Out = outgoing;
            graph.Account(slot).In = incoming;
        }

        int pairs = reader.Int(0, int.MaxValue, "a number of pairs");
        for (int pair = 0; pair < pairs; pair++)
        {
            ReadPair(reader, graph, minute);
        }

        return graph;
    }

    private static void ReadAccounts(StateReader reader, BankGraph graph, AccountTable accounts, List<string> names)
    {
        int count = reader.Int(0, int.MaxValue, "a number of accounts");
        for (int i = 0; i < count; i++)
        {
            string bank = names.Count > 0
                ? names[reader.Int(0, names.Count - 1, "a bank")]
                : throw reader.Malformed(0, "a bank", "none");
            AccountId account = accounts.Intern(bank, reader.Text());
            if (graph.HasAccount(account))
            {
                throw reader.Malformed(0, "each account once", accounts.NumberOf(account));
            }

            graph.AddAccount(account, graph.BankSlotOf(accounts.BankIndexOf(account)));
        }
    }

    private static void WriteStream(StateWriter writer, ref PaymentStream stream, int[] numbers, int minute)
    {
        stream.ForgetExpired(minute);
        writer.Int(stream.Count);
        if (stream.Count == 0)
        {
            return;
        }

        WriteMoments(writer, stream.LogAmounts);
        writer.Int(stream.Peers);
        writer.Int(stream.FirstMinute);
        writer.Int(stream.LastMinute);
        writer.Int(stream.Calendar.LastGap);
        writer.Int(stream.Calendar.ActiveDays);
        writer.ULong(stream.Calendar.Bits);
        WriteRing(writer, stream.Recent, numbers);
        WriteRing(writer, stream.Firsts, numbers);
    }

    private static PaymentStream ReadStream(StateReader reader, BankGraph graph, int minute)
    {
        PaymentStream stream = default;
        int count = reader.Int(0, int.MaxValue, "a number of payments");
        if (count == 0)
        {
            return stream;
        }

        stream.LogAmounts = ReadMoments(reader, count);
        stream.Peers = reader.Int(1, count, "a number of counterparties");
        stream.FirstMinute = reader.Int(0, minute, "a past minute");
        stream.LastMinute = reader.Int(stream.FirstMinute, minute, "a later minute of the past");
        stream.Calendar.LastDay = Horizon.Day(stream.LastMinute);
        stream.Calendar.LastGap = reader.Int(0, stream.Calendar.LastDay, "a gap in days");
        stream.Calendar.ActiveDays = reader.Int(1, count, "a number of days");
        stream.Calendar.Bits = reader.ULong();
        stream.Recent = ReadRing(reader, graph, count, Horizon.RecentLimit, stream.LastMinute);
        stream.Firsts = ReadRing(reader, graph, stream.Peers, Horizon.FirstLimit, stream.LastMinute);
        return stream;
    }

    private static void WriteRing(StateWriter writer, in PaymentRing ring, int[] numbers)
    {
        writer.Int(ring.Count);
        for (int age = ring.Count - 1; age >= 0; age--)
        {
            ref readonly RememberedPayment payment = ref ring.Newest(age);
            writer.Double(payment.Amount);
            writer.Int(payment.Minute);
            writer.Int(numbers[payment.Peer]);
            writer.Byte((byte)((payment.First ? FirstBit : 0) | (payment.Superseded ? SupersededBit : 0)));
        }
    }

    private static PaymentRing ReadRing(StateReader reader, BankGraph graph, int added, int limit, int lastMinute)
    {
        int count = reader.Int(0, Math.Min(added, limit), "a number of remembered payments");
        var ring = new PaymentRing(added - count);
        int minute = 0;
        for (int i = 0; i < count; i++)
        {
            double amount = reader.Double(0, "an amount");
            minute = reader.Int(minute, lastMinute, "a minute in order");
            int peer = reader.Int(0, graph.AccountSlots - 1, "an account");
            byte bits = reader.Byte();
            if (bits > (FirstBit | SupersededBit))
            {
                throw reader.Malformed(1, "two bits", bits.ToString(CultureInfo.InvariantCulture));
            }

            ring.Add(
                new RememberedPayment
                {
                    Amount = amount,
                    Minute = minute,
                    Peer = peer,
                    PeerBank = graph.Account(peer).Bank,
                    First = (bits & FirstBit) != 0,
                    Superseded = (bits & SupersededBit) != 0,
                },
                limit);
        }

        return ring;
    }

    private static void WritePair(StateWriter writer, in PairState pair, int[] numbers)
    {
        writer.Int(numbers[pair.From]);
        writer.Int(numbers[pair.To]);
        writer.Int(pair.Count);
        WriteMoments(writer, pair.LogAmounts);
        writer.Double(pair.Sum);
        writer.Double(pair.LastAmount);
        for (int block = 0; block < PairBlocks.Blocks; block++)
        {
            writer.Int(pair.Blocks.Count[block]);
            writer.Double(pair.Blocks.Sum[block]);
        }

        writer.Int(pair.FirstMinute);
        writer.Int(pair.LastMinute);
        writer.Int(pair.PreviousMinute);
        writer.Int(pair.NumberOut);
        writer.Int(pair.NumberIn);
    }

    private static void ReadPair(StateReader reader, BankGraph graph, int minute)
    {
        int from = reader.Int(0, graph.AccountSlots - 1, "an account");
        int to = reader.Int(0, graph.AccountSlots - 1, "an account");
        if (graph.HasPair(from, to))
        {
            throw reader.Malformed(2 * sizeof(int), "each pair once", $"{from} to {to} again");
        }

        ref PairState pair = ref graph.AddPair(from, to);
        pair.LogAmounts = ReadMoments(reader, reader.Int(1, int.MaxValue, "a number of payments"));
        pair.Sum = reader.Double(0, "a sum");
        pair.LastAmount = reader.Double(0, "an amount");
        for (int block = 0; block < PairBlocks.Blocks; block++)
        {
            pair.Blocks.Count[block] = reader.Int(0, pair.Count, "a number of payments");
            pair.Blocks.Sum[block] = reader.Double(0, "a sum");
        }

        pair.FirstMinute = reader.Int(0, minute, "a past minute");
        pair.LastMinute = reader.Int(pair.FirstMinute, minute, "a later minute of the past");
        pair.PreviousMinute = reader.Int(pair.FirstMinute, pair.LastMinute, "a minute between");
        pair.NumberOut = reader.Int(0, graph.Account(from).Out.Count, "a payment's number");
        pair.NumberIn = reader.Int(0, graph.Account(to).In.Count, "a payment's number");
    }

    private static void WriteMoments(StateWriter writer, in RunningMoments moments)
    {
        writer.Double(moments.Mean);
        writer.Double(moments.SquaredDeviations);
    }

    private static RunningMoments ReadMoments(StateReader reader, int count) => new()
    {
        Count = count,
        Mean = reader.Double(0, "a mean"),
        SquaredDeviations = reader.Double(0, "a sum of squares"),
    };
}

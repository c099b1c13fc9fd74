namespace Consortium.Learning.Transactions;

/// <summary>Orders transactions by time, keeping the given order within a minute.</summary>
internal static class TimeOrder
{
    /// <summary>The same array when it is in order already; otherwise a sorted copy.</summary>
    public static Transaction[] Sort(Transaction[] transactions)
    {
        if (IsSorted(transactions))
        {
            return transactions;
        }

        int[] order = Order(transactions);
        var sorted = new Transaction[transactions.Length];
        for (int i = 0; i < order.Length; i++)
        {
            sorted[i] = transactions[order[i]];
        }

        return sorted;
    }

    /// <summary>Row numbers in order of time. Keys are (time, row), so an unstable sort of them is a stable order of rows.</summary>
    public static int[] Order(ReadOnlySpan<Transaction> transactions)
    {
        var keys = new (long Ticks, int Row)[transactions.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = (transactions[i].Timestamp.Ticks, i);
        }

        Array.Sort(keys);
        return Array.ConvertAll(keys, static key => key.Row);
    }

    public static bool IsSorted(ReadOnlySpan<Transaction> transactions)
    {
        for (int i = 1; i < transactions.Length; i++)
        {
            if (transactions[i].Timestamp < transactions[i - 1].Timestamp)
            {
                return false;
            }
        }

        return true;
    }
}

namespace Consortium.Learning.Payments;

/// <summary>Orders payments by time, keeping the given order within a minute.</summary>
internal static class TimeOrder
{
    /// <summary>The same array when it is in order already; otherwise a sorted copy.</summary>
    public static Payment[] Sort(Payment[] payments)
    {
        if (IsSorted(payments))
        {
            return payments;
        }

        int[] order = Order(payments);
        var sorted = new Payment[payments.Length];
        for (int i = 0; i < order.Length; i++)
        {
            sorted[i] = payments[order[i]];
        }

        return sorted;
    }

    /// <summary>
    /// Row numbers in order of time. Keys are (time, row), so an unstable sort of them is a stable order of rows.
    /// </summary>
    public static int[] Order(ReadOnlySpan<Payment> payments)
    {
        var keys = new (long Ticks, int Row)[payments.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = (payments[i].Timestamp.Ticks, i);
        }

        Array.Sort(keys);
        return Array.ConvertAll(keys, static key => key.Row);
    }

    public static bool IsSorted(ReadOnlySpan<Payment> payments)
    {
        for (int i = 1; i < payments.Length; i++)
        {
            if (payments[i].Timestamp < payments[i - 1].Timestamp)
            {
                return false;
            }
        }

        return true;
    }
}

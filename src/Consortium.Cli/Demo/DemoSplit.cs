using System.Globalization;
using Consortium.Learning.Payments;

namespace Consortium.Cli.Demo;

/// <summary>The days to learn from and the days to judge on.</summary>
/// <param name="First">The first day.</param>
/// <param name="TestStart">The first day that no training sees.</param>
/// <param name="End">The day after the last that is judged.</param>
/// <param name="Remark">What people should know of the days; null where they are all alike.</param>
internal sealed record DemoSplit(DateTime First, DateTime TestStart, DateTime End, string? Remark)
{
    private const double TrainingPart = 0.8;

    /// <summary>A last day with less than this part of a usual day's payments is not like the others.</summary>
    private const int ThinPart = 4;

    /// <summary>By the calendar: the first four fifths of the days, for payments that are alike on all days.</summary>
    /// <returns>Null where there is one day only.</returns>
    public static DemoSplit? ByCalendar(PaymentSet set)
    {
        DateTime first = set[0].Timestamp.Date;
        int days = (set[set.Count - 1].Timestamp.Date - first).Days + 1;
        return days < 2 ? null : new DemoSplit(first, first.AddDays(days - Math.Max(1, days / 5)), first.AddDays(days), null);
    }

    /// <summary>
    /// By payments: the days with the first four fifths of them. Last days with few payments, as AMLworld's files end with days
    /// that hold
    /// laundering alone, are neither learned from nor judged.
    /// </summary>
    /// <returns>Null where there is one day only.</returns>
    public static DemoSplit? ByPayments(PaymentSet set)
    {
        DateTime first = set[0].Timestamp.Date;
        (int Payments, int Laundering)[] days = new (int, int)[(set[set.Count - 1].Timestamp.Date - first).Days + 1];
        foreach (ref readonly Payment payment in set.Payments)
        {
            ref (int Payments, int Laundering) day = ref days[(payment.Timestamp.Date - first).Days];
            day.Payments++;
            day.Laundering += payment.Label == Label.Laundering ? 1 : 0;
        }

        int[] usual = [.. days.Select(day => day.Payments).Where(count => count > 0).Order()];
        int median = MedianByPayments(usual, set.Count), end = days.Length;
        while (end > 1 && days[end - 1].Payments < median / ThinPart)
        {
            end--;
        }

        end = end < 2 ? days.Length : end;
        int start = StartOfTest(days.AsSpan(0, end));
        return start < 1 ? null : new DemoSplit(
            first, first.AddDays(start), first.AddDays(end), Describe(days, start, end, first));
    }

    /// <summary>Payments of the day that the middle payment is on: many thin days do not make thin days usual.</summary>
    private static int MedianByPayments(int[] ascending, int payments)
    {
        int passed = 0;
        foreach (int count in ascending)
        {
            passed += count;
            if (2L * passed >= payments)
            {
                return count;
            }
        }

        return 0;
    }

    /// <summary>
    /// The day before which the part of payments is nearest to four fifths, with a day on each side; 0 where there is none.
    /// </summary>
    private static int StartOfTest(ReadOnlySpan<(int Payments, int Laundering)> days)
    {
        long all = 0;
        foreach ((int payments, _) in days)
        {
            all += payments;
        }

        int best = 0;
        double nearest = double.MaxValue;
        long before = 0;
        for (int day = 1; day < days.Length; day++)
        {
            before += days[day - 1].Payments;
            double distance = Math.Abs((before / (double)all) - TrainingPart);
            if (before > 0 && before < all && distance < nearest)
            {
                (best, nearest) = (day, distance);
            }
        }

        return best;
    }

    private static string? Describe((int Payments, int Laundering)[] days, int start, int end, DateTime first)
    {
        var remarks = new List<string>();
        if (end < days.Length)
        {
            int payments = days[end..].Sum(day => day.Payments), laundering = days[end..].Sum(day => day.Laundering);
            remarks.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The last {days.Length - end} days, from {first.AddDays(end):yyyy-MM-dd} on, are left out: they hold "
                    + $"{payments:N0} payments, "
                + $"{laundering:N0} of them laundering, and are not like the days before."));
        }

        AddOneClass("learned from", days.AsSpan(0, start));
        AddOneClass("judged", days.AsSpan(start, end - start));
        return remarks.Count == 0 ? null : string.Join(" ", remarks);

        void AddOneClass(string what, ReadOnlySpan<(int Payments, int Laundering)> period)
        {
            (long payments, long laundering) = (0, 0);
            foreach ((int Payments, int Laundering) day in period)
            {
                payments += day.Payments;
                laundering += day.Laundering;
            }

            if (laundering == 0 || laundering == payments)
            {
                remarks.Add(
                    $"The days that are {what} have {(laundering == 0 ? "no laundering" : "laundering alone")}: figures on "
                        + $"them say nothing.");
            }
        }
    }
}

using System.Numerics;

namespace Consortium.Learning.Features;

/// <summary>
/// On which of the last <see cref="Horizon.CalendarDays"/> days a stream was active, and the gaps between such days.
/// </summary>
internal struct Calendar
{
    private const int LongestPeriod = 31;

    private static readonly ulong[] Multiples = CreateMultiples();

    /// <summary>Days since year 1; meaningless while <see cref="ActiveDays"/> is 0.</summary>
    public int LastDay;

    /// <summary>Days from the last active day but one to the last; 0 where there is none.</summary>
    public int LastGap;

    public int ActiveDays;

    /// <summary>Bit d: active d days before <see cref="LastDay"/>.</summary>
    public ulong Bits;

    public void Add(int day)
    {
        if (ActiveDays == 0)
        {
            Bits = 1;
        }
        else if (day == LastDay)
        {
            return;
        }
        else
        {
            LastGap = day - LastDay;
            Bits = Shift(Bits, LastGap) | 1;
        }

        LastDay = day;
        ActiveDays++;
    }

    /// <summary>
    /// The period of 2 to 31 days of which most multiples back from <paramref name="today"/> were active, and that share
    /// of them. Only the last 63 days and those since <paramref name="age"/> days ago count, and at least two multiples
    /// must. The shortest of equals.
    /// </summary>
    public readonly (double Share, int Period) Rhythm(int today, int age)
    {
        if (ActiveDays == 0)
        {
            return (0, 0);
        }

        int reach = Math.Min(age, Horizon.CalendarDays - 1);
        ulong known = ulong.MaxValue >> (Horizon.CalendarDays - 1 - reach);
        ulong active = Shift(Bits, today - LastDay) & known;
        (int best, int bestPossible, int period) = (0, 1, 0);
        for (int candidate = 2; candidate <= LongestPeriod && candidate * 2 <= reach; candidate++)
        {
            ulong multiples = Multiples[candidate];
            int hits = BitOperations.PopCount(active & multiples);
            int possible = BitOperations.PopCount(known & multiples);
            if (hits * bestPossible > best * possible)
            {
                (best, bestPossible, period) = (hits, possible, candidate);
            }
        }

        return ((double)best / bestPossible, period);
    }

    private static ulong Shift(ulong bits, int days) => days < Horizon.CalendarDays ? bits << days : 0;

    private static ulong[] CreateMultiples()
    {
        var multiples = new ulong[LongestPeriod + 1];
        for (int period = 2; period <= LongestPeriod; period++)
        {
            for (int day = period; day < Horizon.CalendarDays; day += period)
            {
                multiples[period] |= 1UL << day;
            }
        }

        return multiples;
    }
}

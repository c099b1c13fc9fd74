namespace Consortium.Learning.Simulation;

/// <summary>When people pay: a working day's curve and quieter weekends, for honest payments and laundering alike.</summary>
internal static class BusinessClock
{
    public const int MinutesPerDay = 1440;

    private const double MedianHopMinutes = 7 * 60;
    private const double HopSigma = 0.9;
    private const int LeastHopMinutes = 30;
    private const int MostHopMinutes = 2 * MinutesPerDay;
    private const double UnsnappedShare = 0.05;

    private static readonly int[] HourWeights =
    [
        4, 3, 2, 2, 3, 6, 15, 30, 55, 75, 80, 78, 75, 76, 78, 75, 70, 62, 52, 42, 34, 25, 16, 8,
    ];
    private static readonly int[] HourOfWeight = [.. HourWeights.SelectMany((weight, hour) => Enumerable.Repeat(hour, weight))];

    /// <summary>How busy a day is beside a working day.</summary>
    public static double DayWeight(DateOnly day) => day.DayOfWeek switch
    {
        DayOfWeek.Saturday => 0.6,
        DayOfWeek.Sunday => 0.45,
        _ => 1,
    };

    public static int MinuteOfDay(ref SeededRandom random) =>
        HourOfWeight[random.Below(HourOfWeight.Length)] * 60 + random.Below(60);

    /// <summary>
    /// When money that arrived at <paramref name="minute"/> is passed on: hours to two days later, mostly at working hours.
    /// </summary>
    public static int Hop(int minute, ref SeededRandom random)
    {
        int raw = minute + Math.Clamp((int)random.LogNormal(MedianHopMinutes, HopSigma), LeastHopMinutes, MostHopMinutes);
        if (random.Chance(UnsnappedShare))
        {
            return raw;
        }

        // Where that hour is past already, the payment waits for the next day.
        int snapped = raw - raw % MinutesPerDay + MinuteOfDay(ref random);
        return snapped > minute ? snapped : snapped + MinutesPerDay;
    }
}

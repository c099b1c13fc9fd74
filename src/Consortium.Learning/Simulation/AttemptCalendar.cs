namespace Consortium.Learning.Simulation;

/// <summary>Attempts and structures placed on the days of a simulation, served a day at a time in order.</summary>
internal sealed class AttemptCalendar(SimulationPlan plan, Population population)
{
    private readonly List<PlannedPayment> _payments = [];
    private readonly double[] _dayStarts = BusyDays(plan);
    private int _served;

    /// <summary>Payments placed so far.</summary>
    public int Count => _payments.Count;

    /// <summary>
    /// Places an attempt on a day that is drawn, the busy ones more often; -1 where it is too long to end before the last day
    /// does.
    /// </summary>
    public int Place(Attempt attempt, int number, PaymentOrigin origin, ref SeededRandom random)
    {
        int latest = plan.Days - 1 - (attempt.Last / BusinessClock.MinutesPerDay);
        if (latest < 0)
        {
            return -1;
        }

        int day;
        do
        {
            day = DrawDay(ref random);
        }
        while (day > latest);

        Place(attempt, day, number, origin, ref random);
        return day;
    }

    /// <summary>Places an attempt on a day; false where it would end after the last one.</summary>
    public bool Place(Attempt attempt, int day, int number, PaymentOrigin origin, ref SeededRandom random)
    {
        if (day + (attempt.Last / BusinessClock.MinutesPerDay) >= plan.Days)
        {
            return false;
        }

        foreach ((int minute, int from, int to, long cents) in attempt.Payments)
        {
            _payments.Add(new PlannedPayment(
                (day * BusinessClock.MinutesPerDay) + minute, from, to, cents, population.Format(from, ref random), origin,
                number));
        }

        return true;
    }

    /// <summary>Puts what is placed in order of time; nothing is placed afterwards.</summary>
    public void Close() => _payments.Sort(static (a, b) => (a.Minute, a.Attempt, a.From, a.To, a.Cents, a.Format)
        .CompareTo((b.Minute, b.Attempt, b.From, b.To, b.Cents, b.Format)));

    /// <summary>Adds the day's payments to <paramref name="destination"/>. Days must be asked for in order.</summary>
    public void AddDay(int day, List<PlannedPayment> destination)
    {
        int end = (day + 1) * BusinessClock.MinutesPerDay;
        while (_served < _payments.Count && _payments[_served].Minute < end)
        {
            destination.Add(_payments[_served++]);
        }
    }

    private int DrawDay(ref SeededRandom random)
    {
        int found = Array.BinarySearch(_dayStarts, random.Uniform() * _dayStarts[^1]);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>Cumulative weights, so that attempts start when everybody pays.</summary>
    private static double[] BusyDays(SimulationPlan plan)
    {
        var cumulative = new double[plan.Days + 1];
        for (int day = 0; day < plan.Days; day++)
        {
            cumulative[day + 1] = cumulative[day] + BusinessClock.DayWeight(plan.FirstDay.AddDays(day));
        }

        return cumulative;
    }
}

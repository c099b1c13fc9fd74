using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>All laundering of a simulation, planned before the first day: in patterns and outside them, in order of time.</summary>
internal sealed class Laundering
{
    private readonly SimulationPlan _plan;
    private readonly Population _population;
    private readonly AttemptShapes _shapes;
    private readonly double[] _dayStarts;
    private readonly List<PlannedPayment> _payments = [];
    private readonly List<Typology> _attempts = [];
    private SeededRandom _random;
    private int _served;

    public Laundering(SimulationPlan plan, Population population)
    {
        _plan = plan;
        _population = population;
        _random = new SeededRandom(plan.Seed, Purpose.Laundering);
        _shapes = new AttemptShapes(population, new AttemptMembers(population, ref _random));
        _dayStarts = BusyDays(plan);
        PlanAttempts((long)(plan.Payments * plan.LaunderingRate * (1 - plan.OutsidePatternShare)));
        PlanFragments((long)(plan.Payments * plan.LaunderingRate));
        _payments.Sort(static (a, b) => (a.Minute, a.Attempt, a.From, a.To, a.Cents, a.Format)
            .CompareTo((b.Minute, b.Attempt, b.From, b.To, b.Cents, b.Format)));
    }

    /// <summary>The typology of each attempt, by its number.</summary>
    public IReadOnlyList<Typology> Attempts => _attempts;

    /// <summary>Adds the day's payments to <paramref name="destination"/>. Days must be asked for in order.</summary>
    public void AddDay(int day, List<PlannedPayment> destination)
    {
        int end = (day + 1) * BusinessClock.MinutesPerDay;
        while (_served < _payments.Count && _payments[_served].Minute < end)
        {
            destination.Add(_payments[_served++]);
        }
    }

    /// <summary>Attempts of each typology in turn until there are <paramref name="count"/> payments.</summary>
    private void PlanAttempts(long count)
    {
        while (_payments.Count < count)
        {
            Attempt attempt = _shapes.Draw((Typology)(_attempts.Count % Typologies.Count), ref _random);
            if (Place(attempt, _attempts.Count, PaymentOrigin.LaunderingPattern))
            {
                _attempts.Add(attempt.Typology);
            }
        }
    }

    private void PlanFragments(long count)
    {
        while (_payments.Count < count)
        {
            Place(_shapes.DrawFragment(ref _random), PlannedPayment.NoAttempt, PaymentOrigin.LaunderingOutside);
        }
    }

    /// <summary>Moves an attempt to a start at which it ends before the last day does; false when it is too long for that.</summary>
    private bool Place(Attempt attempt, int number, PaymentOrigin origin)
    {
        int latest = _plan.Days * BusinessClock.MinutesPerDay - 1 - attempt.Span;
        if (latest < 0)
        {
            return false;
        }

        int start;
        do
        {
            start = DrawDay() * BusinessClock.MinutesPerDay + BusinessClock.MinuteOfDay(ref _random);
        }
        while (start > latest);

        foreach ((int minute, int from, int to, long cents) in attempt.Payments)
        {
            _payments.Add(new PlannedPayment(start + minute, from, to, cents, _population.Format(from, ref _random), origin, number));
        }

        return true;
    }

    private int DrawDay()
    {
        int found = Array.BinarySearch(_dayStarts, _random.Uniform() * _dayStarts[^1]);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>Cumulative weights, so that launderers start attempts when everybody pays.</summary>
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

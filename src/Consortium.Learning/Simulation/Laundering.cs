using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>
/// All laundering of a simulation, planned before the first day: in patterns and outside them, in order of time.
/// </summary>
internal sealed class Laundering
{
    private readonly AttemptCalendar _calendar;
    private readonly AttemptShapes _shapes;
    private readonly List<Typology> _attempts = [];
    private SeededRandom _random;

    public Laundering(SimulationPlan plan, Population population)
    {
        _calendar = new AttemptCalendar(plan, population);
        _random = new SeededRandom(plan.Seed, Purpose.Laundering);
        _shapes = new AttemptShapes(population, new AttemptMembers(population, plan.ReuseShare, ref _random));
        PlanAttempts((long)(plan.Payments * plan.LaunderingRate * (1 - plan.OutsidePatternShare)));
        PlanFragments((long)(plan.Payments * plan.LaunderingRate));
        _calendar.Close();
    }

    /// <summary>The typology of each attempt, by its number.</summary>
    public IReadOnlyList<Typology> Attempts => _attempts;

    /// <summary>Adds the day's payments to <paramref name="destination"/>. Days must be asked for in order.</summary>
    public void AddDay(int day, List<PlannedPayment> destination) => _calendar.AddDay(day, destination);

    /// <summary>Attempts of each typology in turn until there are <paramref name="count"/> payments.</summary>
    private void PlanAttempts(long count)
    {
        while (_calendar.Count < count)
        {
            Attempt attempt = _shapes.Draw((Typology)(_attempts.Count % Typologies.Count), ref _random);
            if (_calendar.Place(attempt, _attempts.Count, PaymentOrigin.LaunderingPattern, ref _random) >= 0)
            {
                _attempts.Add(attempt.Typology);
            }
        }
    }

    private void PlanFragments(long count)
    {
        while (_calendar.Count < count)
        {
            _calendar.Place(
                _shapes.DrawFragment(ref _random), PlannedPayment.NoAttempt, PaymentOrigin.LaunderingOutside, ref _random);
        }
    }
}

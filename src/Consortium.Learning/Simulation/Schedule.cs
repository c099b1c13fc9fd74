namespace Consortium.Learning.Simulation;

/// <summary>
/// Payments planned for today and the coming days: <see cref="Horizon"/> days at a time, however many there are in all.
/// </summary>
internal sealed class Schedule(int days)
{
    /// <summary>Today and the days that three hops can reach, each no later than the second day after.</summary>
    public const int Horizon = 7;

    private readonly List<PlannedPayment>[] _days = [.. Enumerable.Range(0, Horizon).Select(_ => new List<PlannedPayment>())];
    private int _today;

    /// <summary>The payments planned for today so far.</summary>
    public List<PlannedPayment> Today => _days[_today % Horizon];

    /// <summary>Plans a payment; one after the last day is never made.</summary>
    public void Add(in PlannedPayment payment)
    {
        int day = payment.Minute / BusinessClock.MinutesPerDay;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(day, _today + Horizon);
        if (day < days)
        {
            _days[day % Horizon].Add(payment);
        }
    }

    /// <summary>Forgets today's payments and moves on.</summary>
    public void NextDay() => _days[_today++ % Horizon].Clear();
}

namespace Consortium.Learning.Simulation;

/// <summary>Payments planned for today and the coming days. Holds <see cref="Horizon"/> days at a time, however many there are.</summary>
internal sealed class Schedule(int days)
{
    /// <summary>Four hops of two days each, and today.</summary>
    public const int Horizon = 9;

    private readonly List<Payment>[] _days = [.. Enumerable.Range(0, Horizon).Select(_ => new List<Payment>())];

    /// <summary>The payments planned for a day, until <see cref="Clear"/> is called for it.</summary>
    public List<Payment> this[int day] => _days[day % Horizon];

    /// <summary>Plans a payment; one after the last day is never made.</summary>
    public void Add(in Payment payment)
    {
        int day = payment.Minute / BusinessClock.MinutesPerDay;
        if (day < days)
        {
            _days[day % Horizon].Add(payment);
        }
    }

    public void Clear(int day) => _days[day % Horizon].Clear();
}

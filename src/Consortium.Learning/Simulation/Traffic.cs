using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>
/// All payments of a plan, in order of time, a day at a time: memory grows with accounts, laundering and one day's payments.
/// </summary>
internal sealed class Traffic
{
    private const double ReinvestmentShare = 0.03;
    private const double DuplicateShare = 0.0005;
    private const double RoundShare = 0.12;
    private const double ConversionShare = 0.3;

    private readonly SimulationPlan _plan;
    private readonly Population _population;
    private readonly Laundering _laundering;
    private readonly HonestStructures _structures;
    private readonly LookAlikes _lookAlikes;
    private readonly Schedule _schedule;
    private readonly double[] _missedShares;
    private readonly double _perDayWeight;
    private readonly DateTime _start;
    private readonly List<SimulatedPayment> _day = [];
    private SeededRandom _labels;

    public Traffic(SimulationPlan plan)
    {
        plan.Validate();
        _plan = plan;
        _population = new Population(plan);
        _laundering = new Laundering(plan, _population);
        _structures = new HonestStructures(plan, _population, _laundering.Attempts.Count);
        _schedule = new Schedule(plan.Days);
        _lookAlikes = new LookAlikes(plan, _population, _schedule);
        _start = plan.FirstDay.ToDateTime(TimeOnly.MinValue);
        _labels = new SeededRandom(plan.Seed, Purpose.Labels);
        _missedShares = MissedShares(plan);
        _perDayWeight =
            plan.Payments / Enumerable.Range(0, plan.Days).Sum(day => BusinessClock.DayWeight(plan.FirstDay.AddDays(day)));
    }

    public Population Population => _population;

    public IReadOnlyList<Typology> Attempts => _laundering.Attempts;

    /// <summary>Each bank's share of laundering labelled legitimate.</summary>
    public IReadOnlyList<double> MissedLabelShares => _missedShares;

    /// <summary>Each day's payments in turn. The list is the same every time and is filled anew.</summary>
    public IEnumerable<List<SimulatedPayment>> Days()
    {
        for (int day = 0; day < _plan.Days; day++)
        {
            double count = _perDayWeight * BusinessClock.DayWeight(_plan.FirstDay.AddDays(day));
            _lookAlikes.AddDay(day, count);
            List<PlannedPayment> payments = _schedule.Today;
            _laundering.AddDay(day, payments);
            _structures.AddDay(day, payments);
            AddOrdinary(day, (int)count - payments.Count, payments);
            Emit(day, payments);
            _schedule.NextDay();
            yield return _day;
        }
    }

    private static double[] MissedShares(SimulationPlan plan)
    {
        var random = new SeededRandom(plan.Seed, Purpose.MissRates);
        var shares = new double[plan.Banks];
        for (int bank = 0; bank < shares.Length; bank++)
        {
            shares[bank] = 2 * plan.MissedLabelShare * random.Uniform();
        }

        return shares;
    }

    private void AddOrdinary(int day, int count, List<PlannedPayment> payments)
    {
        var random = new SeededRandom(_plan.Seed, Purpose.Ordinary, day);
        for (int i = 0; i < count; i++)
        {
            int minute = day * BusinessClock.MinutesPerDay + BusinessClock.MinuteOfDay(ref random);
            int from = _population.Sender(ref random);
            long cents = _population.Cents(from, ref random);
            if (random.Chance(ReinvestmentShare))
            {
                payments.Add(
                    new PlannedPayment(minute, from, from, cents, PaymentFormat.Reinvestment, PaymentOrigin.Reinvestment));
                continue;
            }

            bool firstTime = random.Chance(_plan.FirstTimeShare);
            int to = firstTime ? _population.OtherThan(from, ref random) : _population.RegularCounterparty(from, ref random);
            PaymentOrigin origin = firstTime ? PaymentOrigin.FirstTime : PaymentOrigin.Regular;
            payments.Add(new PlannedPayment(minute, from, to, cents, _population.Format(from, ref random), origin));
            if (random.Chance(DuplicateShare))
            {
                payments.Add(payments[^1]);
                i++;
            }
        }
    }

    /// <summary>
    /// Puts a day in order of time. Within a minute the order is random, so that it tells nothing of why a payment was made.
    /// </summary>
    private void Emit(int day, List<PlannedPayment> payments)
    {
        const int TieBits = 20;
        const int IndexBits = 32;
        var random = new SeededRandom(_plan.Seed, Purpose.Currencies, day);
        var keys = new ulong[payments.Count];
        for (int i = 0; i < keys.Length; i++)
        {
            ulong minute = (ulong)(payments[i].Minute - day * BusinessClock.MinutesPerDay);
            keys[i] = ((minute << TieBits | random.NextUInt64() >> (64 - TieBits)) << IndexBits) | (uint)i;
        }

        Array.Sort(keys);
        _day.Clear();
        foreach (ulong key in keys)
        {
            PlannedPayment payment = payments[(int)(uint)key];
            _day.Add(new SimulatedPayment(ToPayment(payment), payment.Origin, payment.Attempt));
        }
    }

    private Payment ToPayment(in PlannedPayment payment)
    {
        // Drawn from what the payment is, so that a duplicate row is exactly the same.
        var random = new SeededRandom(
            _plan.Seed ^ (ulong)payment.Cents, (ulong)payment.Minute, ((long)payment.From << 32) | (uint)payment.To);
        bool bitcoin = payment.Format == PaymentFormat.Bitcoin;
        Currency paid = bitcoin ? ExchangeRates.Bitcoin : _population.CurrencyOf(payment.From);
        Currency received = !bitcoin && random.Chance(ConversionShare) ? _population.CurrencyOf(payment.To) : paid;
        long cents = random.Chance(RoundShare) ? Rounded(payment.Cents) : payment.Cents;
        return new Payment
        {
            Timestamp = _start.AddMinutes(payment.Minute),
            From = new AccountId(payment.From),
            To = new AccountId(payment.To),
            AmountReceived = ExchangeRates.FromCents(cents, received),
            ReceivingCurrency = received,
            AmountPaid = ExchangeRates.FromCents(cents, paid),
            PaymentCurrency = paid,
            PaymentFormat = payment.Format,
            Label = payment.Origin >= PaymentOrigin.LaunderingPattern && !IsMissed(payment) ? Label.Laundering : Label.Legitimate,
        };
    }

    /// <summary>Whether the sender's bank has labelled a laundering payment legitimate.</summary>
    private bool IsMissed(in PlannedPayment payment)
    {
        int bank = _population.BankOf(payment.From);
        double share = _missedShares[bank];
        ulong seed = _plan.Seed;
        return _plan.MissedLabels switch
        {
            MissedLabels.Accounts => new SeededRandom(seed, Purpose.MissedTogether, payment.From).Chance(share),
            MissedLabels.Attempts when payment.Attempt >= 0 =>
                new SeededRandom(seed, Purpose.MissedTogether, ((long)payment.Attempt << 32) | (uint)bank).Chance(share),
            _ => _labels.Chance(share),
        };
    }

    /// <summary>To whole tens of dollars from 100 on, to whole dollars below.</summary>
    private static long Rounded(long cents)
    {
        long unit = cents >= 10_000 ? 1_000 : 100;
        return Math.Max(unit, (cents + unit / 2) / unit * unit);
    }
}

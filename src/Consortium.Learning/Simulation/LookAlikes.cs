using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>Honest payments whose shapes are those of laundering.</summary>
internal sealed class LookAlikes
{
    private const int PayDays = 30;
    private const int LeastStaff = 5;
    private const int MostStaff = 35;
    private const double StaffTurnover = 0.1;
    private const double PayrollShare = 0.25;
    private const double RentShare = 0.16;
    private const double MostFee = 0.1;

    private readonly SimulationPlan _plan;
    private readonly Population _population;
    private readonly Schedule _schedule;
    private readonly int _employers;
    private readonly int _tenancies;
    private readonly int[] _agents;
    private readonly double[] _owed = new double[Kinds.Length];
    private SeededRandom _random;

    private static readonly (PaymentOrigin Origin, double Share)[] Kinds =
    [
        (PaymentOrigin.MerchantFanIn, 0.25),
        (PaymentOrigin.TwoCycle, 0.07),
        (PaymentOrigin.Agency, 0.2),
        (PaymentOrigin.Payout, 0.05),
        (PaymentOrigin.TradeLoop, 0.02),
    ];

    public LookAlikes(SimulationPlan plan, Population population, Schedule schedule)
    {
        _plan = plan;
        _population = population;
        _schedule = schedule;
        double periodPayments = plan.Payments * plan.LookAlikeShare * PayDays / plan.Days;
        _employers = (int)(periodPayments * PayrollShare / ((LeastStaff + MostStaff) / 2.0));
        _tenancies = (int)(periodPayments * RentShare / 2);
        _random = new SeededRandom(plan.Seed, Purpose.Agents);
        _agents = new int[Math.Max(2, plan.Accounts / 60)];
        for (int i = 0; i < _agents.Length; i++)
        {
            _agents[i] = population.Business(ref _random);
        }
    }

    /// <summary>Plans what begins on a day whose payments are <paramref name="count"/> in all.</summary>
    public void AddDay(int day, double count)
    {
        _random = new SeededRandom(_plan.Seed, Purpose.LookAlikes, day);
        for (int employer = day % PayDays; employer < _employers; employer += PayDays)
        {
            PayStaff(employer, day);
        }

        for (int tenancy = day % PayDays; tenancy < _tenancies; tenancy += PayDays)
        {
            PayRent(tenancy, day);
        }

        for (int kind = 0; kind < Kinds.Length; kind++)
        {
            for (_owed[kind] += count * _plan.LookAlikeShare * Kinds[kind].Share; _owed[kind] > 0;)
            {
                int minute = day * BusinessClock.MinutesPerDay + BusinessClock.MinuteOfDay(ref _random);
                _owed[kind] -= Kinds[kind].Origin switch
                {
                    PaymentOrigin.MerchantFanIn => VisitMerchant(day),
                    PaymentOrigin.TwoCycle => PayBack(minute),
                    PaymentOrigin.Agency => PassOn(minute),
                    PaymentOrigin.Payout => PayStrangers(minute),
                    _ => TradeInRound(minute),
                };
            }
        }
    }

    private void PayStaff(int number, int day)
    {
        var fixedChoice = new SeededRandom(_plan.Seed, Purpose.Employers, number);
        int employer = _population.Business(ref fixedChoice);
        int staff = fixedChoice.Between(LeastStaff, MostStaff);
        int start = day * BusinessClock.MinutesPerDay + fixedChoice.Between(6 * 60, 18 * 60);
        PaymentFormat format = fixedChoice.Chance(0.3) ? PaymentFormat.Wire : PaymentFormat.Ach;
        for (int i = 0; i < staff; i++)
        {
            int employee = _population.OtherThan(employer, ref fixedChoice);
            long salary = (long)fixedChoice.LogNormal(280_000, 0.4);
            if (_random.Chance(StaffTurnover))
            {
                employee = _population.OtherThan(employer, ref _random);
            }

            Plan(start + _random.Below(120), employer, employee, salary, format, PaymentOrigin.Payroll);
        }
    }

    private void PayRent(int number, int day)
    {
        var fixedChoice = new SeededRandom(_plan.Seed, Purpose.Tenancies, number);
        int tenant = _population.Sender(ref fixedChoice);
        int landlord = _population.OtherThan(tenant, ref fixedChoice);
        int lender = _population.OtherThan(landlord, ref fixedChoice);
        long rent = (long)fixedChoice.LogNormal(110_000, 0.5);
        PaymentFormat format = _population.Format(tenant, ref fixedChoice);
        int minute = day * BusinessClock.MinutesPerDay + BusinessClock.MinuteOfDay(ref _random);
        Plan(minute, tenant, landlord, rent, format, PaymentOrigin.Rent);
        Plan(
            BusinessClock.Hop(minute, ref _random), landlord, lender, AfterFee(rent, ref fixedChoice), PaymentFormat.Ach,
            PaymentOrigin.Rent);
    }

    private int VisitMerchant(int day)
    {
        int merchant = _population.Merchant(ref _random);
        int customers = _random.Between(3, 40);
        for (int i = 0; i < customers; i++)
        {
            int customer = _population.OtherThan(merchant, ref _random);
            int minute = day * BusinessClock.MinutesPerDay + BusinessClock.MinuteOfDay(ref _random);
            Plan(minute, customer, merchant, _population.Cents(
                customer, ref _random), _population.Format(customer, ref _random), PaymentOrigin.MerchantFanIn);
        }

        return customers;
    }

    private int PayBack(int minute)
    {
        int payer = _population.Sender(ref _random);
        int payee = Partner(payer);
        long cents = _population.Cents(payer, ref _random);
        Plan(minute, payer, payee, cents, PaymentOrigin.TwoCycle);
        Plan(BusinessClock.Hop(minute, ref _random), payee, payer, AfterFee(cents, ref _random), PaymentOrigin.TwoCycle);
        return 2;
    }

    private int PassOn(int minute)
    {
        int agent = _agents[_random.Below(_agents.Length)];
        int client = Partner(agent);
        int supplier = Partner(agent);
        long cents = _population.Cents(client, ref _random);
        Plan(minute, client, agent, cents, PaymentOrigin.Agency);
        Plan(BusinessClock.Hop(minute, ref _random), agent, supplier, AfterFee(cents, ref _random), PaymentOrigin.Agency);
        return 2;
    }

    private int PayStrangers(int minute)
    {
        int payer = _population.Business(ref _random);
        int count = _random.Between(3, 30);
        for (int i = 0; i < count; i++)
        {
            int at = i == 0 ? minute : BusinessClock.Hop(minute, ref _random);
            Plan(at, payer, _population.OtherThan(
                payer, ref _random), _population.Cents(payer, ref _random), PaymentOrigin.Payout);
        }

        return count;
    }

    private int TradeInRound(int minute)
    {
        int[] partners = new int[_random.Between(3, 4)];
        partners[0] = _population.Business(ref _random);
        for (int i = 1; i < partners.Length; i++)
        {
            do
            {
                partners[i] = Partner(partners[i - 1]);
            }
            while (partners.AsSpan(0, i).Contains(partners[i]));
        }

        long cents = _population.Cents(partners[0], ref _random);
        for (int i = 0; i < partners.Length; i++)
        {
            Plan(minute, partners[i], partners[(i + 1) % partners.Length], cents, PaymentOrigin.TradeLoop);
            cents = AfterFee(cents, ref _random);
            minute = BusinessClock.Hop(minute, ref _random);
        }

        return partners.Length;
    }

    /// <summary>Half of the time somebody the account pays again and again, else somebody new.</summary>
    private int Partner(int account) => _random.Chance(0.5)
        ? _population.RegularCounterparty(account, ref _random)
        : _population.OtherThan(account, ref _random);

    private void Plan(int minute, int from, int to, long cents, PaymentOrigin origin) =>
        Plan(minute, from, to, cents, _population.Format(from, ref _random), origin);

    private void Plan(int minute, int from, int to, long cents, PaymentFormat format, PaymentOrigin origin)
    {
        if (from != to)
        {
            _schedule.Add(new PlannedPayment(minute, from, to, cents, format, origin));
        }
    }

    private static long AfterFee(long cents, ref SeededRandom random) => (long)(cents * (1 - MostFee * random.Uniform()));
}

using System.Diagnostics;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Simulation;

/// <summary>Draws an attempt of each typology: who pays whom, when and how much.</summary>
/// <remarks>
/// Shapes and sizes follow Altman et al., "Realistic Synthetic Financial Transactions for Anti-Money Laundering Models" (NeurIPS
/// 2023). First payments are as large as their senders usually pay; what is passed on shrinks by a margin of 0 to 10 %.
/// </remarks>
internal sealed class AttemptShapes(Population population, AttemptMembers members)
{
    private const double MostMargin = 0.1;

    public Attempt Draw(Typology typology, ref SeededRandom random)
    {
        var attempt = new Attempt(typology, BusinessClock.MinuteOfDay(ref random));
        members.Begin(ref random);
        switch (typology)
        {
            case Typology.FanOut: FanOut(attempt, ref random); break;
            case Typology.FanIn: FanIn(attempt, ref random); break;
            case Typology.Cycle: Path(attempt, random.Between(3, 12), returns: true, ref random); break;
            case Typology.Random: Path(attempt, random.Between(2, 11), returns: false, ref random); break;
            case Typology.Bipartite: Bipartite(attempt, ref random); break;
            case Typology.Stack: Stack(attempt, ref random); break;
            case Typology.ScatterGather: ScatterGather(attempt, ref random); break;
            case Typology.GatherScatter: GatherScatter(attempt, ref random); break;
            default: throw new UnreachableException();
        }

        return attempt;
    }

    /// <summary>Laundering in no pattern: a path of one to three hops.</summary>
    public Attempt DrawFragment(ref SeededRandom random)
    {
        var fragment = new Attempt(Typology.Random, BusinessClock.MinuteOfDay(ref random));
        members.Begin(ref random);
        Path(fragment, random.Below(20) switch { < 4 => 1, < 13 => 2, _ => 3 }, returns: false, ref random);
        return fragment;
    }

    private void FanOut(Attempt attempt, ref SeededRandom random)
    {
        int count = FanSize(ref random);
        for (int i = 0; i < count; i++)
        {
            attempt.Pay(
                Start(attempt, i, ref random), members.Originator, members.Next(ref random),
                population.Cents(members.Originator, ref random));
        }
    }

    private void FanIn(Attempt attempt, ref SeededRandom random)
    {
        int count = FanSize(ref random);
        for (int i = 0; i < count; i++)
        {
            int from = members.Next(ref random);
            attempt.Pay(Start(attempt, i, ref random), from, members.Originator, population.Cents(from, ref random));
        }
    }

    private void Path(Attempt attempt, int hops, bool returns, ref SeededRandom random)
    {
        int from = members.Originator, minute = attempt.Start;
        long cents = population.Cents(from, ref random);
        for (int hop = 0; hop < hops; hop++)
        {
            int to = returns && hop == hops - 1 ? members.Originator : members.Next(ref random);
            attempt.Pay(minute, from, to, cents);
            cents = AfterMargin(cents, ref random);
            minute = BusinessClock.Hop(minute, ref random);
            from = to;
        }
    }

    private void Bipartite(Attempt attempt, ref SeededRandom random)
    {
        int[] senders = members.Set(random.Between(2, 5), withOriginator: true, ref random);
        int[] receivers = members.Set(random.Between(2, 5), withOriginator: false, ref random);
        foreach ((int from, int to) in Links(senders, receivers, ref random))
        {
            attempt.Pay(Start(attempt, attempt.Payments.Count, ref random), from, to, population.Cents(from, ref random));
        }
    }

    private void Stack(Attempt attempt, ref SeededRandom random)
    {
        int[] first = members.Set(random.Between(2, 5), withOriginator: true, ref random);
        int[] middle = members.Set(random.Between(2, 5), withOriginator: false, ref random);
        int[] last = members.Set(random.Between(2, 5), withOriginator: false, ref random);
        foreach ((int from, int to) in Links(first, middle, ref random))
        {
            attempt.Pay(Start(attempt, attempt.Payments.Count, ref random), from, to, population.Cents(from, ref random));
        }

        int layer = attempt.Last;
        List<(int From, int To)> links = Links(middle, last, ref random);
        foreach (int passer in middle)
        {
            long sum = attempt.Payments.Where(payment => payment.To == passer).Sum(payment => payment.Cents);
            PayOut(
                attempt, layer, passer, [.. links.Where(link => link.From == passer).Select(link => link.To)], sum, ref random);
        }
    }

    private void ScatterGather(Attempt attempt, ref SeededRandom random)
    {
        int[] middle = members.Set(random.Between(2, 13), withOriginator: false, ref random);
        int gatherer = members.Next(ref random);
        for (int i = 0; i < middle.Length; i++)
        {
            int minute = Start(attempt, i, ref random);
            long cents = population.Cents(members.Originator, ref random);
            attempt.Pay(minute, members.Originator, middle[i], cents);
            attempt.Pay(BusinessClock.Hop(minute, ref random), middle[i], gatherer, AfterMargin(cents, ref random));
        }
    }

    private void GatherScatter(Attempt attempt, ref SeededRandom random)
    {
        int[] senders = members.Set(random.Between(3, 8), withOriginator: false, ref random);
        int[] receivers = members.Set(random.Between(3, 8), withOriginator: false, ref random);
        for (int i = 0; i < senders.Length; i++)
        {
            attempt.Pay(Start(attempt, i, ref random), senders[i], members.Originator, population.Cents(senders[i], ref random));
        }

        PayOut(attempt, attempt.Last, members.Originator, receivers, attempt.Payments.Sum(payment => payment.Cents), ref random);
    }

    /// <summary>Splits a sum, less a margin, among receivers, each a hop after <paramref name="minute"/>.</summary>
    private static void PayOut(Attempt attempt, int minute, int from, int[] receivers, long cents, ref SeededRandom random)
    {
        double[] parts = new double[receivers.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = 0.5 + random.Uniform();
        }

        double total = parts.Sum();
        for (int i = 0; i < receivers.Length; i++)
        {
            long part = (long)(AfterMargin(cents, ref random) * (parts[i] / total));
            attempt.Pay(BusinessClock.Hop(minute, ref random), from, receivers[i], part);
        }
    }

    /// <summary>A random bipartite graph in which everyone has a link.</summary>
    private static List<(int From, int To)> Links(int[] senders, int[] receivers, ref SeededRandom random)
    {
        var links = new List<(int From, int To)>();
        for (int i = 0; i < Math.Max(senders.Length, receivers.Length); i++)
        {
            links.Add((senders[i % senders.Length], receivers[i % receivers.Length]));
        }

        foreach (int from in senders)
        {
            foreach (int to in receivers)
            {
                if (!links.Contains((from, to)) && random.Chance(0.25))
                {
                    links.Add((from, to));
                }
            }
        }

        return links;
    }

    /// <summary>Mean 7.3, as in AMLworld; at most 16.</summary>
    private static int FanSize(ref SeededRandom random) => random.Chance(0.1) ? random.Between(11, 16) : random.Between(2, 11);

    /// <summary>When the i-th of several side-by-side payments is made: the first at once, the others within a hop.</summary>
    private static int Start(Attempt attempt, int index, ref SeededRandom random) =>
        index == 0 ? attempt.Start : BusinessClock.Hop(attempt.Start, ref random);

    private static long AfterMargin(long cents, ref SeededRandom random) => (long)(cents * (1 - MostMargin * random.Uniform()));
}

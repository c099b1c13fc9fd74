using System.Globalization;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Benchmarks.Learning;

/// <summary>Simulated payments of one world and seed, as each bank sees them.</summary>
internal sealed class AcrossWorld
{
    private const int Seeds = 2;

    private AcrossWorld(string name, ulong seed, long? payments)
    {
        var plan = new SimulationPlan { Seed = seed, Payments = payments ?? new SimulationPlan().Payments };
        PaymentSet set = Simulator.Run(plan.In(SimulationWorlds.Parse(name))).Set;
        Seed = seed;
        Suffix = string.Create(CultureInfo.InvariantCulture, $"{name.Replace('-', '_')}_{seed}");
        FirstDay = set[0].Timestamp.Date;
        Days = (set[set.Count - 1].Timestamp.Date - FirstDay).Days + 1;
        Views = BankView.Split(set);
    }

    public ulong Seed { get; }

    /// <summary>What the names of its figures end in.</summary>
    public string Suffix { get; }

    public DateTime FirstDay { get; }

    public int Days { get; }

    public IReadOnlyList<BankView> Views { get; }

    /// <summary>
    /// One after another, for each takes much memory: <c>--only</c> names one world, <c>--rows</c> its payments.
    /// </summary>
    public static IEnumerable<AcrossWorld> All(FigureOptions options) =>
        from name in SimulationWorlds.Names
        where options.Only is null || name == options.Only
        from seed in Enumerable.Range(1, Seeds)
        select new AcrossWorld(name, (ulong)seed, options.Rows);

    public AcrossSample[] Samples() => [.. Views.Select(view => AcrossSample.Of(view, FirstDay, Days))];
}

using Consortium.Learning.Evaluation;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Learning.Simulation;

namespace Consortium.Benchmarks.Learning;

/// <summary>
/// What public bin edges cost beside edges sketched from the rows themselves: average precision on test days, all else equal.
/// </summary>
internal static class EdgeFigures
{
    private const int MaximumRows = 1 << 21;

    /// <summary>Trains on one pool, which gives the consortium's model byte for byte.</summary>
    public static void Measure(FigureReport report, FigureOptions options, BoostingSettings settings, ulong seed)
    {
        double loss = 0;
        if (DataFigures.Find(options.DataFolder) is { } path)
        {
            loss = Compare(report, "", BankSample.Pool(BankSample.Of(PaymentReader.ReadAll(path))), settings, seed);
        }

        loss = Math.Max(
            loss,
            Compare(
                report, "simulation_", BankSample.Pool(BankSample.Of(Simulator.Run(new SimulationPlan()).Set)), settings, seed));
        report.Add("public_edges_ap_loss", loss, "< 0.005, the larger of the two");
    }

    private static double Compare(FigureReport report, string prefix, BankSample pool, BoostingSettings settings, ulong seed)
    {
        double open = Train(BinEdgeSource.Public);
        report.Add($"{prefix}public_edges_ap", open);
        double sketched = Train(BinEdgeSource.Sketched);
        report.Add($"{prefix}sketched_edges_ap", sketched);
        return sketched - open;

        double Train(BinEdgeSource edges)
        {
            var plan = new TrainingPlan(pool.Training.Features.Schema, settings with { Edges = edges }, MaximumRows, seed);
            return AveragePrecision.Of(PooledTraining.Train(plan, pool.Rows).LogOdds(pool.Test.Features), pool.Test.Labels);
        }
    }
}

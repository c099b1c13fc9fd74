using Consortium.Learning.Cells;
using Consortium.Learning.Evaluation;
using Consortium.Learning.Families.Additive;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Models;
using Consortium.Learning.Simulation;

namespace Consortium.Benchmarks.Learning;

/// <summary>What a model loses as integer weights over cells: average precision on test days of simulated payments.</summary>
internal static class CellFigures
{
    private const int MaximumRows = 1 << 21;
    private const int LargestScore = 4104;

    public static void Measure(FigureReport report)
    {
        BankSample pool = BankSample.Pool(BankSample.Of(Simulator.Run(new SimulationPlan()).Set));
        double loss = Math.Max(
            Compare(report, "trees", pool, new BoostingSettings { Trees = 100, Leaves = 8, ColumnFraction = 0.3 }),
            Compare(report, "additive", pool, new AdditiveSettings()));
        Compare(report, "logistic", pool, new LogisticSettings());
        report.Add("quantisation_ap_loss", loss, "<= 0.001, the larger of trees and additive");
    }

    private static double Compare(FigureReport report, string name, BankSample pool, FamilySettings settings)
    {
        var plan = new TrainingPlan(pool.Training.Features.Schema, settings, MaximumRows, seed: 7);
        Model model = PooledTraining.Train(plan, pool.Rows);
        CellModel cells = CellModel.Quantise(model.Family.Cells(model)!, LargestScore);
        double full = AveragePrecision.Of(model.LogOdds(pool.Test.Features), pool.Test.Labels);
        double quantised = AveragePrecision.Of(cells.LogOdds(pool.Test.Features), pool.Test.Labels);
        report.Add($"{name}_cells", cells.Shape.CellCount);
        report.Add($"{name}_step_bits", cells.StepBits);
        report.Add($"{name}_ap", full);
        report.Add($"{name}_cells_ap", quantised);
        return full - quantised;
    }
}

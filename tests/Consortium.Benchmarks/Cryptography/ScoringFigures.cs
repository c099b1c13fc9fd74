using System.Numerics;
using Consortium.Cryptography.Sampling;
using Consortium.Cryptography.Scoring;

namespace Consortium.Benchmarks.Cryptography;

/// <summary>
/// Scoring of encrypted cells on one pinned thread: what client and server compute, what travels, how many scores are wrong, and
/// the same model in the clear.
/// </summary>
internal static class ScoringFigures
{
    private const string ModelsPart = "models";
    private const string ServicePart = "service";
    private const int ComparedScores = 100_000;
    private const int ComparedByTrees = 10_000;

    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(800);

    public static void Measure(FigureReport report, FigureOptions options)
    {
        if (options.Only == ModelsPart)
        {
            Learning.CellFigures.Measure(report);
            return;
        }

        Benchmarks.Measure.PinToOneProcessor();
        if (options.Only == ServicePart)
        {
            Hosting.ScorerFigures.Measure(report);
            return;
        }

        using var trees = new ScoringSample(ScoringParameters.Coarse(9_270, 1), groupCells: 30, largestWeight: 6);
        using var small = new ScoringSample(ScoringParameters.Fine(800, 4), groupCells: 8, largestWeight: 40);
        report.Add("serve_us_trees", Micro(trees.Serve), "<= 130");
        report.Add("serve_us_small", Micro(small.Serve) / 4, "<= 25");
        report.Add("encrypt_us", Micro(small.Encrypt), "<= 50");
        report.Add("encrypt_us_trees", Micro(trees.Encrypt));
        report.Add("open_us", Micro(trees.Open), "<= 5");
        report.Add("query_bytes_trees", trees.Parameters.QueryBytes, "<= 125000");
        report.Add("reply_bytes_trees", trees.Parameters.ReplyBytes, "<= 12000");
        report.Add("query_bytes_small", small.Parameters.QueryBytes / 4.0, "<= 10500");
        report.Add("reply_bytes_small", small.Parameters.ReplyBytes / 4.0, "<= 3100");
        report.Add(
            "wrong_scores",
            trees.WrongScores(ComparedByTrees) + small.WrongScores(ComparedScores - ComparedByTrees), $"0 of {ComparedScores}");
        report.Add("clear_us", Micro(trees.ScoreInTheClear), "9,270 cells in 309 groups");
        report.Add("distance_log2", Math.Max(trees.Model.DistanceLog2, small.Model.DistanceLog2), "<= -40");
        Lattice(report);
        Hosting.ScorerFigures.Measure(report);
        Learning.CellFigures.Measure(report);
    }

    /// <summary>
    /// Key, query and fresh zero are of one ring, modulus and width, so one estimate holds for what hides cells and what hides
    /// weights; a reply is a part of the fresh zero, rounded.
    /// </summary>
    private static void Lattice(FigureReport report)
    {
        double logModulus = BigInteger.Log((BigInteger)ScoringParameters.Modulus, 2);
        foreach (LatticeEstimate.Model model in LatticeEstimate.Models)
        {
            report.Add(
                $"lattice_bits_{model.Key}",
                LatticeEstimate.Bits(4096, logModulus, DiscreteGaussian.NarrowSigma, model));
        }

        report.Add("lattice_bits", report["lattice_bits_matzov_quantum_queries"], ">= 128, the least of the models");
    }

    private static double Micro(Action action) => Benchmarks.Measure.MedianSeconds(action, Budget) * 1e6;
}

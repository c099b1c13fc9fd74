using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Simulation;

namespace Consortium.Benchmarks.Learning.Poisoning;

/// <summary>
/// What the largest of five banks can do to a model with lies, and what the vote makes of it, over simulated payments of several
/// seeds: the model's average precision on each honest bank's test days, whoever voted how, and whether it was adopted.
/// </summary>
internal static class PoisoningFigures
{
    public const int Banks = 5;

    private const int Simulations = 3;
    private const int MaximumRows = 1 << 18;

    private static readonly BoostingSettings Boosting = new()
    {
        Trees = 20,
        LearningRate = 0.2,
        SplitsPerRound = 16,
        MinimumChildWeight = 5,
    };

    private static readonly LogisticSettings Logistic = new() { PositiveWeight = 5 };

    public static void Measure(FigureReport report, FigureOptions options)
    {
        for (ulong seed = 1; seed <= Simulations; seed++)
        {
            BankSample[] banks = BankSample.Of(Simulator.Run(new SimulationPlan
            {
                Banks = Banks,
                Accounts = 10_000,
                Days = 120,
                Payments = 500_000,
                LaunderingRate = 1.0 / 300,
                OutsidePatternShare = 0.4,
                Seed = seed,
            }).Set);
            Measure(report, $"boosting_{seed}", Boosting, banks, [Attack.None, .. Attack.ByLabels, .. Attack.ByNumbers]);
            if (seed == 1)
            {
                Measure(report, $"logistic_{seed}", Logistic, banks, [Attack.None, .. Attack.OnLogistic]);
            }
        }
    }

    private static void Measure(
        FigureReport report, string group, FamilySettings family, BankSample[] banks, IEnumerable<Attack> attacks)
    {
        int attacker = Array.IndexOf(banks, banks.MaxBy(bank => bank.Training.Count));
        BankSample[] honest = [.. banks.Where((_, bank) => bank != attacker)];
        var plan = new TrainingPlan(FeatureExtractor.Schema, family, MaximumRows, seed: 1, new AcceptanceSettings());
        foreach (BankSample bank in honest)
        {
            report.Add($"{group}_own_bank_{bank.Bank}", bank.PrecisionOf(PooledTraining.Train(plan, bank.Rows)));
        }

        report.Add($"{group}_own_mean", honest.Average(bank => report[$"{group}_own_bank_{bank.Bank}"]));
        foreach (Attack attack in attacks)
        {
            string name = $"{group}_{attack.Name}";
            PoisonedSession session = PoisonedSession.Run(plan, banks, attacker, attack);
            if (session is not { Candidate: { } candidate, Tally: { } tally })
            {
                report.Add($"{name}_adopted", 0, "no model comes of such sums: the session stands still");
                continue;
            }

            foreach (BankSample bank in honest)
            {
                report.Add($"{name}_bank_{bank.Bank}", bank.PrecisionOf(candidate));
            }

            report.Add($"{name}_mean", honest.Average(bank => report[$"{name}_bank_{bank.Bank}"]));
            report.Add($"{name}_accepting", tally.Accepting, attack == Attack.None ? null : "the attacker's own vote among them");
            report.Add($"{name}_rejecting", tally.Rejecting);
            report.Add($"{name}_adopted", tally.IsAdopted ? 1 : 0);
        }
    }
}

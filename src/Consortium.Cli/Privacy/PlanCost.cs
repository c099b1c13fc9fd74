using Consortium.Learning.Models;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Ledger;
using Consortium.Protocol.Messages;

namespace Consortium.Cli.Privacy;

/// <summary>What a plan with noise would tell, and what other settings would change.</summary>
/// <param name="Sentence">The plan's guarantee, for people.</param>
/// <param name="Deviation">
/// The standard deviation of a sum's noise, over the largest part of one payment: noise of 20 hides the parts of 20 payments.
/// </param>
/// <param name="DeviationOfBank">The same of each bank's part.</param>
/// <param name="LeftRho">Of the budget of that day of the window of which least is left.</param>
/// <param name="LeftEpsilon">What a plan may still tell there, alone.</param>
/// <param name="IsCounted">Whether a ledger was given.</param>
/// <param name="Rejection">Why ledgers do not allow the plan; null where they do.</param>
internal sealed record PlanCost(
    string Sentence, double Epsilon, double Delta, string Unit, double Rho, int Rounds, double Deviation,
    double DeviationOfBank, int LeastBanks, int SilentBanks, string Budget, double BudgetRho, double LeftRho,
    double LeftEpsilon, double LeftAfter, bool IsCounted, string? Rejection, IReadOnlyList<PlanCost.Change> Changes)
{
    public bool Fits => Rejection is null;

    public static PlanCost Of(
        SessionPlan plan, ConsortiumConfiguration configuration, ParticipationLedger ledger, bool isCounted)
    {
        TrainingPlan training = TrainingPlan.FromBytes(plan.Parameters.Span);
        PrivacyBudget budget = configuration.Budget!;
        PrivacyGuarantee guarantee = plan.GuaranteeUnder(budget)!;
        PrivacyLoss loss = plan.Noise!.Loss, spent = ledger.Spent(plan.Window);
        NoisePlan noise = training.Noise!;
        int rounds = training.Settings.MostRounds;
        var left = new PrivacyLoss(Math.Max(0, budget.Loss.Billionths - spent.Billionths));
        var after = new PrivacyLoss(Math.Max(0, left.Billionths - loss.Billionths));
        return new PlanCost(
            guarantee.Sentence, guarantee.Epsilon, guarantee.Delta, plan.Noise.Unit.ToString().ToLowerInvariant(), loss.Rho,
            rounds, DeviationOf(noise), BankDeviationOf(noise), noise.LeastBanks, noise.SilentBanks, budget.ToString(),
            budget.Loss.Rho, left.Rho, left.Epsilon(budget.Delta), after.Epsilon(budget.Delta), isCounted,
            ledger.CheckBudget(default, plan.Window, plan.Noise, budget)?.Detail,
            [.. Alternatives(noise, rounds, guarantee.Epsilon, budget)]);
    }

    private static IEnumerable<Change> Alternatives(NoisePlan noise, int rounds, double epsilon, PrivacyBudget budget)
    {
        Change Of(string setting, NoisePlan changed, double told) =>
            new(setting, DeviationOf(changed), BankDeviationOf(changed), told);
        NoisePlan Costing(double told, int of) => noise with
        {
            Multiplier = NoisePlan.MultiplierFor((budget with { Epsilon = told }).Loss, of),
        };
        yield return Of("half the epsilon", Costing(epsilon / 2, rounds), epsilon / 2);
        yield return Of("twice the epsilon", Costing(epsilon * 2, rounds), epsilon * 2);
        yield return Of("half the trees, same epsilon", Costing(epsilon, Math.Max(1, rounds / 2)), epsilon);
        yield return Of("twice the trees, same epsilon", Costing(epsilon, rounds * 2), epsilon);
        yield return Of("twice the trees, same noise", noise, noise.LossOf(rounds * 2).Epsilon(budget.Delta));
        if (noise.SilentBanks + 1 < noise.LeastBanks)
        {
            yield return Of(
                "one more bank may add none", noise with { SilentBanks = noise.SilentBanks + 1 }, epsilon);
        }

        if (noise.Unit == PrivacyUnit.Account)
        {
            yield return Of("twice the account cap", noise with { AccountCap = noise.AccountCap * 2 }, epsilon);
        }
    }

    private static double DeviationOf(NoisePlan noise) => noise.Multiplier * noise.PaymentsOfUnit;

    private static double BankDeviationOf(NoisePlan noise) =>
        DeviationOf(noise) / Math.Sqrt(noise.LeastBanks - noise.SilentBanks);

    /// <summary>The plan with one setting changed.</summary>
    internal sealed record Change(string Setting, double Deviation, double DeviationOfBank, double Epsilon);
}

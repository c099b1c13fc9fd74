using System.Globalization;
using Consortium.Learning.Models;
using Consortium.Privacy;
using Consortium.Protocol.Configuration;
using Consortium.Protocol.Messages;

namespace Consortium.Workloads;

/// <summary>
/// Whether the noise that a training plan has its banks draw is what the session plan says that it is: key holders count what
/// the session plan says, and only banks see both.
/// </summary>
internal static class NoiseReview
{
    public static IEnumerable<Problem> Problems(SessionPlan plan, TrainingPlan training, ConsortiumConfiguration configuration)
    {
        if (training.Noise is not { } noise)
        {
            if (plan.Noise is not null)
            {
                yield return new Problem(
                    "noise", "The session plan says that its sums carry noise; the training plan draws none.");
            }

            yield break;
        }

        if (plan.Noise is not { } terms)
        {
            yield return new Problem(
                "noise", "The training plan draws noise; the session plan does not say what it leaves to be told.");
            yield break;
        }

        if (noise.Unit != terms.Unit)
        {
            yield return new Problem(
                "noise.unit", $"The session plan says {Name(terms.Unit)}; the training plan's noise is for {Name(noise.Unit)}.");
        }

        // The plan's own rounds, and not only those that the model takes: a round is what key holders count.
        int rounds = Math.Min(plan.Rounds, training.Settings.MostRounds);
        PrivacyLoss loss = noise.LossOf(rounds);
        if (loss > terms.Loss)
        {
            yield return new Problem(
                "noise.loss", $"The session plan says that its rounds cost rho {terms.Loss}; {rounds} rounds cost {loss}.");
        }

        if (noise.LeastBanks > plan.MinimumCohort)
        {
            yield return new Problem(
                "noise.leastBanks",
                $"Noise is enough for sums over {noise.LeastBanks} banks or more; the plan allows sums over "
                    + $"{plan.MinimumCohort}.");
        }

        if (configuration.Budget is { } budget && budget.Delta * training.MaximumRows > 1)
        {
            yield return new Problem(
                "maximumRows",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"A bank may bring {training.MaximumRows} payments, and the consortium's delta {budget.Delta:0.###e-0} is "
                        + $"above one over that: use at most {Math.Floor(1 / budget.Delta)} rows, or a smaller delta."));
        }
    }

    private static string Name(PrivacyUnit unit) => unit == PrivacyUnit.Account ? "accounts" : "payments";
}

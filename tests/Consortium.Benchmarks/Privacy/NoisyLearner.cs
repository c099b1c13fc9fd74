using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Privacy;

namespace Consortium.Benchmarks.Privacy;

/// <summary>A learner made for noise: its plan for an epsilon, and its training by banks in one process.</summary>
internal static class NoisyLearner
{
    public const double Delta = 1e-6;

    public const int MaximumRows = 1_000_000;

    private const ulong Seed = 1;

    /// <summary>The plan of a whole session.</summary>
    /// <param name="epsilon">Null for exact sums.</param>
    /// <param name="cap">Payments of an account at most; 0 where the unit is a payment.</param>
    public static TrainingPlan Plan(FeatureSchema schema, double? epsilon, int cap, int banks, BoostingSettings settings)
    {
        NoisePlan? noise = epsilon is { } given
            ? new NoisePlan
            {
                Multiplier = NoisePlan.MultiplierFor(
                    new PrivacyBudget { Epsilon = given, Delta = Delta, Unit = PrivacyUnit.Payment }.Loss, settings.MostRounds),
                Unit = cap == 0 ? PrivacyUnit.Payment : PrivacyUnit.Account,
                AccountCap = cap,
                LeastBanks = banks,
            }
            : null;
        return new TrainingPlan(schema, noise is null ? settings : settings.Steadied(noise), MaximumRows, Seed, noise: noise);
    }

    public static Model Train(TrainingPlan plan, TrainingRows[] banks, int seed)
    {
        var local = new LocalTraining[banks.Length];
        Parallel.For(0, banks.Length, bank => local[bank] = new LocalTraining(
            plan, banks[bank], plan.Noise is null ? null : new SeededNoise((seed * 1000) + bank)));
        TrainingState state = TrainingState.Begin(plan);
        var contributions = new long[banks.Length][];
        while (state.Request is { } request)
        {
            TrainingState current = state;
            Parallel.For(0, banks.Length, bank => contributions[bank] = local[bank].Contribute(current));
            var sum = new long[request.Length];
            foreach (long[] contribution in contributions)
            {
                for (int i = 0; i < sum.Length; i++)
                {
                    sum[i] += contribution[i];
                }
            }

            state = state.Advance(sum, banks.Length);
        }

        return state.Model!;
    }
}

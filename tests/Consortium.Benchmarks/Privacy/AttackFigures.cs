#pragma warning disable RS0030 // Seeded, so that the figures come again.
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Payments;
using Consortium.Privacy;

namespace Consortium.Benchmarks.Privacy;

/// <summary>
/// A curious bank infers one payment of another bank from all sums of a session: its label, or whether it is there. The payment
/// is singled out by a rare amount at a known time, and the attacker knows everything else: all other payments with their labels,
/// its own noise, and the payment's columns. It takes the likelier of the two cases, which no attack does better than.
/// </summary>
internal static class AttackFigures
{
    private const int Trials = 1_000;
    private const int Rows = 60;
    private const int Columns = 24;
    private const int Trees = 48;
    private const int Banks = 5;

    private static readonly FeatureSchema Schema = new(
        1,
        [
            .. Enumerable.Range(0, Columns).Select(column => new FeatureDefinition
            {
                Name = $"amount-{column}",
                Description = $"amount {column}",
                Group = FeatureGroup.Row,
                Unit = FeatureUnit.Amount,
            }),
        ]);

    private static readonly BoostingSettings Settings = BoostingSettings.ForNoise with { Trees = Trees, KeptColumns = 8 };

    public static void Measure(FigureReport report)
    {
        report.Add("attack_advantage_without_noise", Advantage(epsilon: null, isMembership: false));
        report.Add("attack_advantage", Advantage(1, isMembership: false), "never above attack_bound");
        report.Add("attack_bound", Bound(1), "of epsilon 1");
        report.Add("attack_advantage_epsilon_8", Advantage(8, isMembership: false), "never above attack_bound_epsilon_8");
        report.Add("attack_bound_epsilon_8", Bound(8));
        report.Add("membership_attack_advantage_without_noise", Advantage(epsilon: null, isMembership: true));
        report.Add("membership_attack_advantage", Advantage(1, isMembership: true), "never above attack_bound");
    }

    /// <summary>The most by which true and false positive rates can differ under (epsilon, delta).</summary>
    private static double Bound(double epsilon) =>
        (Math.Exp(epsilon) - 1 + (2 * NoisyLearner.Delta)) / (Math.Exp(epsilon) + 1);

    /// <summary>True positives less false positives of the likelier case, over as many trials of each case.</summary>
    private static double Advantage(double? epsilon, bool isMembership)
    {
        TrainingPlan plan = NoisyLearner.Plan(Schema, epsilon, cap: 0, Banks, Settings);
        var guesses = new int[2];
        Parallel.For(0, 2 * Trials, trial =>
        {
            int truth = trial % 2;
            if (GuessesPositive(plan, trial, truth == 1, isMembership))
            {
                Interlocked.Increment(ref guesses[truth]);
            }
        });
        return (guesses[1] - guesses[0]) / (double)Trials;
    }

    private static bool GuessesPositive(TrainingPlan plan, int trial, bool isPositive, bool isMembership)
    {
        TrainingRows positive = RowsOf(trial / 2, Label.Laundering, includes: true);
        TrainingRows negative = RowsOf(trial / 2, Label.Legitimate, includes: !isMembership);
        var noise = new SeededNoise(trial);
        var candidates = new[] { Quiet(plan, negative), Quiet(plan, positive) };
        double ratio = 0;
        for (TrainingState state = TrainingState.Begin(plan); state.Request is { } request;)
        {
            long[] without = candidates[0].Contribute(state), with = candidates[1].Contribute(state);
            long[] sum = isPositive ? [.. with] : [.. without];
            if (request.Noise is { } added)
            {
                // What the others' noise leaves when the attacker has taken its own away.
                int honest = plan.Noise!.LeastBanks - plan.Noise.SilentBanks;
                for (int kind = 0; kind < added.Variances.Length; kind++)
                {
                    var drawn = new long[sum.Length / added.Variances.Length];
                    noise.Sample(added.Variances[kind] * honest, drawn);
                    double variance = (double)added.Variances[kind] * honest;
                    for (int i = 0; i < drawn.Length; i++)
                    {
                        int at = (i * added.Variances.Length) + kind;
                        sum[at] += drawn[i];
                        ratio += (Square(sum[at] - without[at]) - Square(sum[at] - with[at])) / (2 * variance);
                    }
                }
            }
            else if (!with.AsSpan().SequenceEqual(without))
            {
                return sum.AsSpan().SequenceEqual(with);
            }

            state = state.Advance(Bounded(sum, request), cohort: 1);
        }

        return ratio > 0;
    }

    /// <summary>One bank's bounds are narrower than those of the sum that is played here.</summary>
    private static long[] Bounded(long[] sum, RoundRequest request) =>
        [.. sum.Select(entry => Math.Clamp(entry, 0, request.Levels - 1))];

    private static double Square(double value) => value * value;

    private static LocalTraining Quiet(TrainingPlan plan, TrainingRows rows) => new(plan, rows, new Silence());

    /// <summary>Ordinary payments of ten to a thousand, and one of two million.</summary>
    private static TrainingRows RowsOf(int seed, Label label, bool includes)
    {
        var random = new Random(seed);
        var features = new FeatureMatrix(Schema);
        List<Label> labels = [];
        var row = new float[Columns];
        for (int i = 0; i < Rows; i++)
        {
            foreach (ref float value in row.AsSpan())
            {
                value = (float)(3.3 + (6.7 * random.NextDouble()));
            }

            features.AddRow(row);
            labels.Add(random.Next(20) == 0 ? Label.Laundering : Label.Legitimate);
        }

        if (includes)
        {
            Array.Fill(row, 21);
            features.AddRow(row);
            labels.Add(label);
        }

        return new TrainingRows(features, [.. labels], new FeatureMatrix(Schema), []);
    }

    private sealed class Silence : NoiseSource
    {
        public override void Sample(long variance, Span<long> destination) => destination.Clear();
    }
}

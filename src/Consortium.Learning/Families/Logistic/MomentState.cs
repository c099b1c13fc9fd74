using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Logistic;

/// <summary>Logistic regression's first round: each compressed feature's mean and deviation over the cohort.</summary>
/// <remarks>
/// The vector holds, for each feature: rows that have it, sum of its quantised values plus an offset, sum of their squares.
/// A value is quantised as <see cref="LogisticModel.Compress"/> × 2^7, at most 2^14 in magnitude.
/// </remarks>
internal sealed class MomentState(TrainingPlan plan) : TrainingState(plan, round: 0)
{
    public const byte KindByte = 3;

    private const double Scale = 1 << 7;
    private const long LargestValue = 1 << 14;

    public override RoundRequest? Request => new(3 * Plan.FeatureCount, (Plan.MaximumRows * LargestValue * LargestValue) + 1);

    protected override byte Kind => KindByte;

    private long Offset => Plan.MaximumRows * LargestValue;

    public void Contribute(TrainingRows rows, Span<long> sums)
    {
        FeatureMatrix features = rows.Training;
        for (int feature = 0; feature < features.ColumnCount; feature++)
        {
            long present = 0;
            long sum = 0;
            long squares = 0;
            foreach (float value in features.Column(feature))
            {
                if (!float.IsNaN(value))
                {
                    long quantised = (long)Math.Round(LogisticModel.Compress(value) * Scale);
                    present++;
                    sum += quantised;
                    squares += quantised * quantised;
                }
            }

            sums[3 * feature] = present;
            sums[(3 * feature) + 1] = sum + Offset;
            sums[(3 * feature) + 2] = squares;
        }
    }

    protected override void Write(CanonicalWriter writer)
    {
    }

    protected override TrainingState Next(ReadOnlySpan<long> sum, int cohort)
    {
        var means = new double[Plan.FeatureCount];
        var inverseDeviations = new double[means.Length];
        for (int feature = 0; feature < means.Length; feature++)
        {
            double present = sum[3 * feature];
            if (present > 0)
            {
                double mean = (sum[(3 * feature) + 1] - (cohort * Offset)) / present;
                double variance = (sum[(3 * feature) + 2] / present) - (mean * mean);
                means[feature] = mean / Scale;
                inverseDeviations[feature] = variance > 0.5 ? Scale / Math.Sqrt(variance) : 0;
            }
        }

        return NewtonState.Begin(Plan, means, inverseDeviations);
    }
}

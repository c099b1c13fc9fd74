using System.Collections.Immutable;
using Consortium.Learning.Features;
using Consortium.Learning.Payments;

namespace Consortium.Learning.Binning;

/// <summary>
/// Bin edges that follow from a column's <see cref="FeatureUnit"/> alone: no bank's payments decide where they lie, and no round
/// tells anything for them.
/// </summary>
/// <remarks>
/// A grid is fine where a kind of number usually lies and coarser away from there, and it uses the bins that a plan allows. Exact
/// zero, and a share of exactly one, have bins of their own. Only integers, powers of two and IEEE 754 basic operations are used,
/// so the edges are the same on every machine.
/// </remarks>
internal static class PublicEdges
{
    /// <summary>Counts of days reach back no further: an account's memory ends there.</summary>
    private const int MostDays = 360;

    private const int MostCount = 1024;

    /// <summary>Category codes are -1 to 31: a power of ten, an hour, a day of the month.</summary>
    private const int MostCategory = 31;

    private const int DeviationSteps = 16;
    private const int MostDeviations = 64;
    private const int RatioSteps = 32;
    private const int MostRatioDoublings = 12;

    /// <summary>log2 of money: 16 to a million in fine steps, and up to 2^26 in coarse ones.</summary>
    private static readonly Stretch[] AmountScale = [new(0, 4, 1), new(4, 20, 3), new(20, 26, 1)];

    /// <summary>log2 of hours: a minute to a year.</summary>
    private static readonly Stretch[] HourScale = [new(-6, 0, 1), new(0, 13.125, 2)];

    /// <summary>log2 of relative differences.</summary>
    private static readonly Stretch[] DifferenceScale = [new(-13, -10, 1), new(-10, 0, 3), new(0, 8, 1)];

    private static readonly Stretch[] DoublingScale = [new(0, 4, 3), new(4, 8, 1)];

    private static readonly Stretch[] ShareScale = [new(0, 1, 1)];

    /// <summary>The edges of a column.</summary>
    /// <param name="unit">What its numbers mean.</param>
    /// <param name="bins">Bins of present values at most, 2 to <see cref="BinEdges.MaximumBins"/>.</param>
    public static BinEdges Of(FeatureUnit unit, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, BinEdges.MaximumBins);
        int count = bins - 1;
        IEnumerable<double> edges = unit switch
        {
            FeatureUnit.Count => Steps(count, MostCount).Select(BelowInteger),
            FeatureUnit.Amount => Along(count - 1, AmountScale).Prepend(0),
            FeatureUnit.Share => Along(count - 2, ShareScale).Prepend(0).Append(float.BitDecrement(1)),
            FeatureUnit.Ratio =>
                BothSides(count - 1, MostRatioDoublings * RatioSteps)
                    .Select(step => PowerOfTwo((double)step / RatioSteps))
                    .Prepend(0),
            FeatureUnit.Hours => Along(count, HourScale).Select(PowerOfTwo),
            FeatureUnit.Days => Steps(count - 1, MostDays).Select(BelowInteger).Prepend(0),
            FeatureUnit.Deviations =>
                BothSides(count, MostDeviations * DeviationSteps).Select(step => (double)step / DeviationSteps),
            FeatureUnit.Flag => [0.5],
            FeatureUnit.Category => Enumerable.Range(0, MostCategory + 1).Select(BelowInteger),
            FeatureUnit.Currency => Steps(count, Currencies.FirstVersionCount - 1).Select(BelowInteger),
            FeatureUnit.PaymentFormat => Enumerable.Range(1, (int)PaymentFormat.Wire).Select(BelowInteger),
            FeatureUnit.Weekday => Enumerable.Range(1, (int)DayOfWeek.Saturday).Select(BelowInteger),
            FeatureUnit.DaysChange => BothSides(count, MostDays).Select(BelowInteger),
            FeatureUnit.Difference => Along(count - 1, DifferenceScale).Select(PowerOfTwo).Prepend(0),
            FeatureUnit.Doublings => Along(count - 1, DoublingScale).Prepend(0),
            _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "No grid is known for this kind of column."),
        };
        return new BinEdges(Thinned([.. edges.Select(edge => (float)edge).Order().Distinct()], count));
    }

    private static double BelowInteger(int integer) => integer - 0.5;

    /// <summary>
    /// 2^x, a straight line between whole powers: the inverse of the logarithm that
    /// <see cref="Families.Logistic.LogisticModel.Compress"/> takes.
    /// </summary>
    private static double PowerOfTwo(double exponent)
    {
        double whole = Math.Floor(exponent);
        return Math.ScaleB(1 + (exponent - whole), (int)whole);
    }

    /// <summary>
    /// Integers from 1 up to <paramref name="limit"/>: one by one first, then each larger than the one before by at least the
    /// least part, in 256ths, that needs no more than <paramref name="count"/> of them.
    /// </summary>
    private static int[] Steps(int count, int limit)
    {
        if (count < 1)
        {
            return [];
        }

        for (int growth = 1; ; growth += 1 + (growth / 8))
        {
            var steps = new List<int>(count);
            long step = 1;
            while (steps.Count < count && step < limit)
            {
                steps.Add((int)step);
                step += Math.Max(1, ((step * growth) + 255) / 256);
            }

            if (steps.Count < count)
            {
                steps.Add(limit);
                return [.. steps];
            }

            if (growth > 256 * limit)
            {
                return [.. steps];
            }
        }
    }

    /// <summary>Zero and the same steps on both sides of it.</summary>
    private static IEnumerable<int> BothSides(int count, int limit)
    {
        int[] steps = Steps((count - 1) / 2, limit);
        return steps.Select(step => -step).Append(0).Concat(steps);
    }

    /// <summary>Points from a scale's start to its end, by a stretch's weight denser or sparser.</summary>
    private static IEnumerable<double> Along(int count, Stretch[] scale)
    {
        double total = scale.Sum(stretch => stretch.Weight * (stretch.End - stretch.Start));
        for (int point = 0; point < count; point++)
        {
            double rest = total * point / Math.Max(1, count - 1);
            int at = 0;
            for (; at < scale.Length - 1 && rest > scale[at].Weight * (scale[at].End - scale[at].Start); at++)
            {
                rest -= scale[at].Weight * (scale[at].End - scale[at].Start);
            }

            yield return Math.Min(scale[at].End, scale[at].Start + (rest / scale[at].Weight));
        }
    }

    /// <summary>At most <paramref name="most"/> of the edges, evenly by their place.</summary>
    private static ImmutableArray<float> Thinned(float[] edges, int most) => edges.Length <= most
        ? [.. edges]
        : [.. Enumerable.Range(0, most).Select(i => edges[(int)((((2L * i) + 1) * edges.Length) / (2L * most))])];

    private readonly record struct Stretch(double Start, double End, double Weight);
}

using Consortium.Learning.Payments;

namespace Consortium.Learning.Evaluation;

/// <summary>
/// Rows counted by bin of raw score and by label: enough to know a model's metrics, and whole numbers, so that a consortium's
/// histogram is the sum of its banks'.
/// </summary>
/// <remarks>
/// Raw scores are log-odds. Bins are 1/128 wide from -16 to 16; the first and the last also hold all that lies beyond. Counts at
/// a threshold that is a bin's lower edge are exact. Average precision is known only to lie in an interval, which
/// <see cref="AveragePrecisionBounds"/> gives: the order of rows within a bin is not in the histogram.
/// </remarks>
public sealed class ScoreHistogram
{
    public const int BinCount = 4096;

    /// <summary>Entries of <see cref="Counts"/>: legitimate rows bin by bin, then laundering rows bin by bin.</summary>
    public const int Length = 2 * BinCount;

    /// <summary>The largest entry of a sum that is read: totals then stay below 2^53, where doubles count exactly.</summary>
    public const long MaxCount = 1L << 40;

    private const double BinsPerUnit = 128;

    private readonly long[] _counts;

    private ScoreHistogram(long[] counts) => _counts = counts;

    /// <summary>What a bank contributes: every entry from 0 to the number of its rows.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>Rows of both labels.</summary>
    public long Rows => Sum(_counts);

    public long Laundering => Sum(Positives);

    public double BaseRate => (double)Laundering / Rows;

    private ReadOnlySpan<long> Negatives => _counts.AsSpan(0, BinCount);

    private ReadOnlySpan<long> Positives => _counts.AsSpan(BinCount, BinCount);

    /// <exception cref="ArgumentException">Lengths differ, a score is NaN, or a label is unknown.</exception>
    public static ScoreHistogram Of(ReadOnlySpan<double> rawScores, ReadOnlySpan<Label> labels)
    {
        AveragePrecision.Guard(rawScores, labels);
        var counts = new long[Length];
        for (int row = 0; row < rawScores.Length; row++)
        {
            counts[(int)labels[row] * BinCount + BinOf(rawScores[row])]++;
        }

        return new ScoreHistogram(counts);
    }

    /// <summary>Reads a sum of <see cref="Counts"/> of any number of banks.</summary>
    /// <exception cref="ArgumentException">
    /// Not <see cref="Length"/> entries, or one is not from 0 to <see cref="MaxCount"/>.
    /// </exception>
    public static ScoreHistogram FromSum(ReadOnlySpan<long> sum)
    {
        if (sum.Length != Length)
        {
            throw new ArgumentException($"A score histogram has {Length} counts, not {sum.Length}.");
        }

        int wrong = sum.IndexOfAnyExceptInRange(0, MaxCount);
        return wrong < 0
            ? new ScoreHistogram(sum.ToArray())
            : throw new ArgumentException($"Count {wrong} of a score histogram is {sum[wrong]}, not from 0 to {MaxCount}.");
    }

    /// <summary>The least score in a bin; negative infinity for the first.</summary>
    public static double LowerEdge(int bin)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bin);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bin, BinCount);
        return bin == 0 ? double.NegativeInfinity : (bin - BinCount / 2) / BinsPerUnit;
    }

    /// <summary>
    /// The average precision with each bin's rows taken as of one score, and bounds between which
    /// <see cref="AveragePrecision.Of"/> of the very rows lies, whatever their order within bins. All NaN without laundering.
    /// </summary>
    /// <remarks>
    /// Of a bin with p laundering and n legitimate rows, with t laundering among r rows above it, the i-th laundering row is
    /// reached at a precision of at least (t + i) / (r + n + i) = 1 - (r + n - t) / (r + n + i), when all legitimate rows come
    /// first, and at most (t + p) / (r + p), when none does. The lower sum over i takes 1 / x as at most its mean from x - 1/2 to
    /// x + 1/2.
    /// </remarks>
    public (double Low, double Estimate, double High) AveragePrecisionBounds()
    {
        double low = 0, estimate = 0, high = 0;
        long reached = 0, rows = 0;
        for (int bin = BinCount - 1; bin >= 0; bin--)
        {
            long positives = Positives[bin], negatives = Negatives[bin];
            if (positives > 0)
            {
                low += positives - (rows + negatives - reached) * double.LogP1(positives / (rows + negatives + 0.5));
                estimate += positives * ((double)(reached + positives) / (rows + positives + negatives));
                high += positives * ((double)(reached + positives) / (rows + positives));
            }

            reached += positives;
            rows += positives + negatives;
        }

        return (low / reached, estimate / reached, high / reached);
    }

    /// <summary>The bin edge of the best F1; of equal F1 the highest. Positive infinity without laundering.</summary>
    public (double Threshold, AlertCounts Counts) OfBestF1()
    {
        double threshold = double.PositiveInfinity;
        var best = new AlertCounts(0, 0, Laundering);
        AlertCounts counts = best;
        for (int bin = BinCount - 1; bin >= 0; bin--)
        {
            counts = counts with
            {
                Alerts = counts.Alerts + Positives[bin] + Negatives[bin],
                Hits = counts.Hits + Positives[bin],
            };
            if (counts.IsBetterF1Than(best))
            {
                (threshold, best) = (LowerEdge(bin), counts);
            }
        }

        return (threshold, best);
    }

    /// <summary>
    /// The lowest bin edge that gives at most <paramref name="budget"/> alerts; positive infinity when none does.
    /// </summary>
    public (double Threshold, AlertCounts Counts) OfBudget(long budget)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(budget);
        double threshold = double.PositiveInfinity;
        var counts = new AlertCounts(0, 0, Laundering);
        for (int bin = BinCount - 1; bin >= 0 && counts.Alerts + Positives[bin] + Negatives[bin] <= budget; bin--)
        {
            counts = counts with
            {
                Alerts = counts.Alerts + Positives[bin] + Negatives[bin],
                Hits = counts.Hits + Positives[bin],
            };
            threshold = LowerEdge(bin);
        }

        return (threshold, counts);
    }

    /// <summary>Counts what alerting on scores of at least a bin edge finds: exact.</summary>
    /// <exception cref="ArgumentException">The threshold is no bin's lower edge.</exception>
    public AlertCounts At(double threshold)
    {
        int first = double.IsPositiveInfinity(threshold) ? BinCount : BinOf(threshold);
        if (first < BinCount && LowerEdge(first) != threshold)
        {
            throw new ArgumentException($"Threshold {threshold} is not an edge of the histogram's bins.");
        }

        long hits = Sum(Positives[first..]);
        return new AlertCounts(hits + Sum(Negatives[first..]), hits, Laundering);
    }

    /// <summary>Scaling by a power of two is exact, so a score at an edge always falls on the same side.</summary>
    private static int BinOf(double score) =>
        (int)Math.Clamp(Math.Floor(score * BinsPerUnit) + BinCount / 2, 0, BinCount - 1);

    private static long Sum(ReadOnlySpan<long> counts)
    {
        long sum = 0;
        foreach (long count in counts)
        {
            sum += count;
        }

        return sum;
    }
}

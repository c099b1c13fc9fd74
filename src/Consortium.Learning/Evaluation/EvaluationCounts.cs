using Consortium.Learning.Payments;

namespace Consortium.Learning.Evaluation;

/// <summary>
/// What a bank contributes so that the consortium's metrics can be released as a secure sum: its score histogram, and what its
/// own analysts' daily alerts found, for each number of alerts a day that the plan names.
/// </summary>
/// <remarks>
/// As a vector: <see cref="ScoreHistogram.Counts"/>, then alerts and hits for each number of alerts a day. Every entry is from 0
/// to the number of the bank's rows. These counts stay the same while a bank's rows do, so a session asks for one set of rows
/// once: two sums whose cohorts differ by one bank would give that bank's counts away.
/// </remarks>
public sealed class EvaluationCounts
{
    private readonly AlertCounts[] _atDailyAlerts;

    private EvaluationCounts(ScoreHistogram histogram, AlertCounts[] atDailyAlerts) =>
        (Histogram, _atDailyAlerts) = (histogram, atDailyAlerts);

    public ScoreHistogram Histogram { get; }

    /// <summary>
    /// Parallel to the numbers of alerts a day that the counts were taken for: each bank alerts that many of its own rows.
    /// </summary>
    public ReadOnlySpan<AlertCounts> AtDailyAlerts => _atDailyAlerts;

    /// <summary>Entries in the vector of a plan that names <paramref name="dailyAlerts"/> numbers of alerts a day.</summary>
    public static int VectorLength(int dailyAlerts) => ScoreHistogram.Length + 2 * dailyAlerts;

    /// <param name="alertsPerDay">The numbers of alerts a day to count for, each at least 1.</param>
    public static EvaluationCounts Of(ScoredRows rows, ReadOnlySpan<int> alertsPerDay)
    {
        var atDailyAlerts = new AlertCounts[alertsPerDay.Length];
        for (int i = 0; i < atDailyAlerts.Length; i++)
        {
            atDailyAlerts[i] = DailyAlerts.Count(rows.Scores.Span, rows.Labels.Span, rows.Days.Span, alertsPerDay[i]);
        }

        return new EvaluationCounts(ScoreHistogram.Of(rows.Scores.Span, rows.Labels.Span), atDailyAlerts);
    }

    public long[] ToVector()
    {
        var vector = new long[VectorLength(_atDailyAlerts.Length)];
        Histogram.Counts.CopyTo(vector);
        for (int i = 0; i < _atDailyAlerts.Length; i++)
        {
            vector[ScoreHistogram.Length + 2 * i] = _atDailyAlerts[i].Alerts;
            vector[ScoreHistogram.Length + 2 * i + 1] = _atDailyAlerts[i].Hits;
        }

        return vector;
    }

    /// <summary>Reads the sum of any number of banks' vectors.</summary>
    /// <exception cref="ArgumentException">
    /// The length is wrong, or counts contradict one another: no honest vectors add up to these.
    /// </exception>
    public static EvaluationCounts FromSum(ReadOnlySpan<long> sum, int dailyAlerts)
    {
        if (sum.Length != VectorLength(dailyAlerts))
        {
            throw new ArgumentException($"Evaluation counts have {VectorLength(dailyAlerts)} entries, not {sum.Length}.");
        }

        ScoreHistogram histogram = ScoreHistogram.FromSum(sum[..ScoreHistogram.Length]);
        (long rows, long laundering) = (histogram.Rows, histogram.Laundering);
        var atDailyAlerts = new AlertCounts[dailyAlerts];
        for (int i = 0; i < dailyAlerts; i++)
        {
            var counts = new AlertCounts(sum[ScoreHistogram.Length + 2 * i], sum[ScoreHistogram.Length + 2 * i + 1], laundering);
            if (counts.Hits < 0 || counts.Hits > laundering || counts.Alerts < counts.Hits || counts.Alerts > rows)
            {
                throw new ArgumentException(
                    $"{counts.Alerts} alerts with {counts.Hits} hits among {rows} rows, {laundering} laundering.");
            }

            atDailyAlerts[i] = counts;
        }

        return new EvaluationCounts(histogram, atDailyAlerts);
    }
}

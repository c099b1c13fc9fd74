using Consortium.Learning.Payments;

namespace Consortium.Learning.Evaluation;

/// <summary>Alerting on every row whose score reaches a threshold, and choosing that threshold on validation rows.</summary>
public static class AlertThreshold
{
    /// <summary>
    /// The threshold of the best F1, which must be one of the scores; of equal F1 the highest, which alerts least.
    /// </summary>
    /// <returns>The threshold and what it finds in these very rows; positive infinity when no row is laundering.</returns>
    /// <exception cref="ArgumentException">Lengths differ, a score is NaN, or a label is unknown.</exception>
    public static (double Threshold, AlertCounts Counts) OfBestF1(ReadOnlySpan<double> scores, ReadOnlySpan<Label> labels)
    {
        AveragePrecision.Guard(scores, labels);
        double[] ordered = scores.ToArray();
        Label[] truth = labels.ToArray();
        Array.Sort(ordered, truth);
        long laundering = labels.Count(Label.Laundering);

        double threshold = double.PositiveInfinity;
        var best = new AlertCounts(0, 0, laundering);
        long hits = 0;
        for (int i = ordered.Length - 1; i >= 0; i--)
        {
            hits += (long)truth[i];
            var counts = new AlertCounts(ordered.Length - i, hits, laundering);
            if ((i == 0 || ordered[i - 1] != ordered[i]) && counts.IsBetterF1Than(best))
            {
                (threshold, best) = (ordered[i], counts);
            }
        }

        return (threshold, best);
    }

    /// <summary>Counts what alerting on scores of at least <paramref name="threshold"/> finds.</summary>
    public static AlertCounts Count(ReadOnlySpan<double> scores, ReadOnlySpan<Label> labels, double threshold)
    {
        AveragePrecision.Guard(scores, labels);
        long alerts = 0, hits = 0, laundering = 0;
        for (int row = 0; row < scores.Length; row++)
        {
            long alert = scores[row] >= threshold ? 1 : 0;
            alerts += alert;
            hits += alert & (long)labels[row];
            laundering += (long)labels[row];
        }

        return new AlertCounts(alerts, hits, laundering);
    }
}

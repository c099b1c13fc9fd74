namespace Consortium.Learning.Families.Boosting;

/// <summary>
/// How well a model ranks the cohort's validation rows, from summed counts of rows by score: laundering and legitimate ones for
/// each of <see cref="Buckets"/> ranges of log-odds. Only rows that score above a floor are counted, and floor and ranges shift
/// from tree to tree, so that no count is asked for twice and the counts' total is not the number of rows.
/// </summary>
internal static class ValidationMeasure
{
    public const int Buckets = 128;
    public const int Length = 2 * Buckets;

    private const double Floor = -4.5;
    private const double Width = 0.125;

    /// <summary>Adds each row to the laundering or legitimate count of its bucket.</summary>
    /// <param name="shift">In [0, 1): moves floor and buckets by that part of half a unit of log-odds.</param>
    public static void Count(ReadOnlySpan<double> logOdds, ReadOnlySpan<byte> labels, double shift, Span<long> counts)
    {
        double floor = Floor + (shift * 0.5);
        for (int row = 0; row < logOdds.Length; row++)
        {
            double above = (logOdds[row] - floor) / Width;
            if (above >= 0)
            {
                counts[(2 * (int)Math.Min(above, Buckets - 1)) + labels[row]]++;
            }
        }
    }

    /// <summary>Sum over laundering rows of the precision at their score: average precision times all laundering rows.</summary>
    public static double Of(ReadOnlySpan<long> counts)
    {
        double hits = 0;
        double alerts = 0;
        double measure = 0;
        for (int bucket = Buckets - 1; bucket >= 0; bucket--)
        {
            double legitimate = counts[2 * bucket];
            double laundering = counts[(2 * bucket) + 1];
            if (laundering > 0)
            {
                measure += laundering * ((hits + (laundering / 2)) / (alerts + ((legitimate + laundering) / 2)));
            }

            hits += laundering;
            alerts += legitimate + laundering;
        }

        return measure;
    }
}

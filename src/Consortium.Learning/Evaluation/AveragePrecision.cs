using Consortium.Learning.Payments;

namespace Consortium.Learning.Evaluation;

/// <summary>The area under the precision-recall steps: the mean precision at which laundering rows are reached.</summary>
public static class AveragePrecision
{
    /// <summary>
    /// Sum over distinct scores of (recall gained) × (precision at that score). Rows of equal score are one step, so the
    /// result does not depend on the order of rows. Beside it belongs the base rate, which random scores reach.
    /// </summary>
    /// <exception cref="ArgumentException">Lengths differ, a score is NaN, or a label is unknown.</exception>
    /// <returns>0 to 1; NaN when no row is laundering.</returns>
    public static double Of(ReadOnlySpan<double> scores, ReadOnlySpan<Label> labels)
    {
        Guard(scores, labels);
        double[] ordered = scores.ToArray();
        Label[] truth = labels.ToArray();
        Array.Sort(ordered, truth);

        long laundering = 0, rows = 0, reached = 0;
        double sum = 0;
        for (int i = ordered.Length - 1; i >= 0;)
        {
            double score = ordered[i];
            long gained = 0;
            for (; i >= 0 && ordered[i] == score; i--)
            {
                gained += (long)truth[i];
                rows++;
            }

            reached += gained;
            laundering += gained;
            sum += gained * ((double)reached / rows);
        }

        return laundering == 0 ? double.NaN : sum / laundering;
    }

    /// <summary>The share of laundering rows; NaN for no rows.</summary>
    public static double BaseRate(ReadOnlySpan<Label> labels) =>
        labels.IsEmpty ? double.NaN : (double)labels.Count(Label.Laundering) / labels.Length;

    internal static void Guard(ReadOnlySpan<double> scores, ReadOnlySpan<Label> labels)
    {
        if (scores.Length != labels.Length)
        {
            throw new ArgumentException($"{scores.Length} scores for {labels.Length} labels.");
        }

        int unknown = labels.IndexOf(Label.Unknown);
        if (unknown >= 0)
        {
            throw new ArgumentException($"Row {unknown} has no label: evaluate labelled rows only.");
        }

        for (int i = 0; i < scores.Length; i++)
        {
            if (double.IsNaN(scores[i]))
            {
                throw new ArgumentException($"The score of row {i} is NaN.");
            }
        }
    }
}

using System.Collections.Immutable;
using Consortium.Learning.Payments;

namespace Consortium.Cli.Reporting;

/// <summary>One alert threshold: the share of laundering found and the share of alerts that are.</summary>
internal readonly record struct CurvePoint(double Recall, double Precision)
{
    private const int MostPoints = 160;

    /// <summary>The curve of distinct scores, thinned to what a plot can show; empty without laundering.</summary>
    public static ImmutableArray<CurvePoint> CurveOf(ReadOnlySpan<double> scores, ReadOnlySpan<Label> labels)
    {
        double[] ordered = scores.ToArray();
        Label[] truth = labels.ToArray();
        Array.Sort(ordered, truth);
        int laundering = labels.Count(Label.Laundering);
        if (laundering == 0)
        {
            return [];
        }

        var points = new List<CurvePoint>();
        int hits = 0, taken = 0;
        double next = 0;
        for (int i = ordered.Length - 1; i >= 0; i--)
        {
            hits += truth[i] == Label.Laundering ? 1 : 0;
            taken++;
            bool isStep = i == 0 || ordered[i - 1] != ordered[i];
            double recall = (double)hits / laundering;
            if (isStep && hits > 0 && (recall >= next || hits == laundering))
            {
                points.Add(new CurvePoint(Math.Round(recall, 5), Math.Round((double)hits / taken, 5)));
                next = recall + (1.0 / MostPoints);
                if (hits == laundering)
                {
                    break;
                }
            }
        }

        return [.. points];
    }
}

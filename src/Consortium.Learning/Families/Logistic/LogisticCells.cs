using Consortium.Learning.Cells;

namespace Consortium.Learning.Families.Logistic;

/// <summary>
/// A logistic regression as cells: each feature's standardised value is cut into public intervals, and a cell's value is the
/// weight times the middle of its interval. The cut is the price of cells that are 0 or 1; it moves a feature's part by at most
/// half an interval.
/// </summary>
internal static class LogisticCells
{
    /// <summary>
    /// Where standardised values are cut: every quarter near zero, and wider beyond. The outermost cells hold mostly what is
    /// clamped to the limit, and have its value.
    /// </summary>
    private static readonly double[] Cuts =
    [
        -7, -5, -3.5, -2.5, -1.875, -1.625, -1.375, -1.125, -0.875, -0.625, -0.375, -0.125,
        0.125, 0.375, 0.625, 0.875, 1.125, 1.375, 1.625, 1.875, 2.5, 3.5, 5, 7,
    ];

    public static CellTable? Of(LogisticModel model)
    {
        var groups = new List<CellGroup>();
        var values = new List<double>();
        for (int feature = 0; feature < model.FeatureCount; feature++)
        {
            if (!(model.InverseDeviations[feature] > 0))
            {
                continue;
            }

            // Steps of the float scale may make two cuts one edge: the later one names the cell above it.
            var edges = new List<float>();
            var cells = new List<double> { -LogisticModel.Limit };
            for (int cut = 0; cut < Cuts.Length; cut++)
            {
                float edge = Uncompress((Cuts[cut] / model.InverseDeviations[feature]) + model.Means[feature]);
                double middle = cut + 1 < Cuts.Length ? (Cuts[cut] + Cuts[cut + 1]) / 2 : LogisticModel.Limit;
                if (edges.Count > 0 && edge <= edges[^1])
                {
                    cells[^1] = middle;
                    continue;
                }

                edges.Add(edge);
                cells.Add(middle);
            }

            groups.Add(CellGroup.OfBins(feature, [.. edges]));
            values.AddRange(cells.Append(0).Select(middle => model.Weights[feature] * middle));
        }

        return groups.Count == 0
            ? null
            : new CellTable(
                new CellShape(model.FeatureCount, model.SchemaDigest.Span, [.. groups]), [.. values], model.Intercept);
    }

    /// <summary>The inverse of <see cref="LogisticModel.Compress"/>: powers of two with straight lines between them.</summary>
    private static float Uncompress(double compressed)
    {
        double size = Math.Abs(compressed), whole = Math.Floor(Math.Min(size, 127));
        double value = Math.ScaleB(1 + Math.Min(size - whole, 1), (int)whole) - 1;
        return (float)(compressed < 0 ? -value : value);
    }
}

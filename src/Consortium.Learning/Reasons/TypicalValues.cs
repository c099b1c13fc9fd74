using Consortium.Learning.Features;

namespace Consortium.Learning.Reasons;

/// <summary>
/// Each feature's median over a bank's own rows, which its analysts read beside an alert's values. Nothing of another bank is in
/// it.
/// </summary>
public sealed class TypicalValues
{
    /// <summary>
    /// Medians are taken over about so many rows at even distances: a sample of this size errs by a percent in rank.
    /// </summary>
    internal const int SampleRows = 8192;

    private readonly float[] _medians;

    private TypicalValues(float[] medians) => _medians = medians;

    /// <summary>The median of a feature where it is not missing; NaN where it always is.</summary>
    public float this[int feature] => _medians[feature];

    public int Count => _medians.Length;

    /// <summary>Places at even distances among so many rows: their rows alone have the medians of all.</summary>
    public static int[] Sample(int rows)
    {
        int stride = StrideOf(rows);
        return [.. Enumerable.Range(0, (rows + stride - 1) / stride).Select(i => i * stride)];
    }

    /// <param name="ownRows">Ordinary rows of the bank whose analysts read the reasons, such as those it trained on.</param>
    public static TypicalValues Of(FeatureMatrix ownRows)
    {
        ArgumentNullException.ThrowIfNull(ownRows);
        int stride = StrideOf(ownRows.RowCount);
        var medians = new float[ownRows.ColumnCount];
        var sample = new List<float>(2 * SampleRows);
        for (int feature = 0; feature < medians.Length; feature++)
        {
            ReadOnlySpan<float> column = ownRows.Column(feature);
            sample.Clear();
            for (int row = 0; row < column.Length; row += stride)
            {
                if (!float.IsNaN(column[row]))
                {
                    sample.Add(column[row]);
                }
            }

            sample.Sort();
            medians[feature] = sample.Count == 0 ? float.NaN : sample[sample.Count / 2];
        }

        return new TypicalValues(medians);
    }

    private static int StrideOf(int rows) => Math.Max(1, rows / SampleRows);
}

using Consortium.Benchmarks.LightGbm;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Export;
using Consortium.Learning.Reasons;

namespace Consortium.Benchmarks.Learning;

/// <summary>Scoring and explaining, ours and LightGBM's of the same trees on the same rows, one thread each.</summary>
internal static class EvaluationFigures
{
    private const int ScoredRows = 16384;
    private const int ExplainedRows = 1024;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    /// <summary>Figures of a trained model on rows of its schema, of which a part at even distances is taken.</summary>
    public static void Measure(FigureReport report, TreeEnsemble model, FeatureMatrix testRows)
    {
        int stride = Math.Max(1, testRows.RowCount / ScoredRows);
        FeatureMatrix rows = testRows.Select([.. Enumerable.Range(0, testRows.RowCount / stride).Select(i => i * stride)]);
        int columns = rows.ColumnCount;
        var rowMajor = new float[rows.RowCount * columns];
        for (int row = 0; row < rows.RowCount; row++)
        {
            rows.CopyRow(row, rowMajor.AsSpan(row * columns, columns));
        }

        using LightGbmBooster booster = LightGbmBooster.FromModelText(LightGbmText.Write(model, rows.Schema));
        if (!booster.PredictRaw(rowMajor, rows.RowCount, columns, MatrixOrder.RowMajor)
            .AsSpan()
            .SequenceEqual(model.LogOdds(rows)))
        {
            throw new InvalidOperationException("LightGBM and ours score differently: the figures would compare different work.");
        }

        report.Add(
            "score_rows_per_s",
            rows.RowCount / Benchmarks.Measure.MedianSeconds(() => model.LogOdds(rows), Budget));
        report.Add(
            "lightgbm_score_rows_per_s",
            rows.RowCount / Benchmarks.Measure.MedianSeconds(
                () => booster.PredictRaw(rowMajor, rows.RowCount, columns, MatrixOrder.RowMajor), Budget));

        int next = 0;
        report.Add(
            "score_one_row_us",
            1e6 * Benchmarks.Measure.MedianSeconds(
                () => model.LogOdds(rowMajor.AsSpan(next++ % rows.RowCount * columns, columns)), Budget));

        Explainer explainer = Explainer.For(model);
        int[] explained = [.. Enumerable.Range(0, Math.Min(ExplainedRows, rows.RowCount))];
        report.Add(
            "explain_rows_per_s",
            explained.Length / Benchmarks.Measure.MedianSeconds(() => explainer.Explain(rows, explained), Budget));
        report.Add(
            "lightgbm_explain_rows_per_s",
            explained.Length / Benchmarks.Measure.MedianSeconds(
                () => booster.PredictContributions(
                    rowMajor.AsSpan(0, explained.Length * columns), explained.Length, columns, MatrixOrder.RowMajor),
                Budget));
    }
}

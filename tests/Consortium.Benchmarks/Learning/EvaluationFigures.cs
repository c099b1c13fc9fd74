using Consortium.Benchmarks.LightGbm;
using Consortium.Learning.Evaluation.Reasons;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Export;

namespace Consortium.Benchmarks.Learning;

/// <summary>Scoring and explaining, ours and LightGBM's of the same trees on the same rows, one thread each.</summary>
internal static class EvaluationFigures
{
    private const int Features = 114;
    private const int Trees = 300;
    private const int Leaves = 31;
    private const int Rows = 16384;
    private const int ExplainedRows = 1024;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(2);

    /// <summary>Figures of drawn trees and rows: 300 trees of 31 leaves over 114 features.</summary>
    public static void Measure(FigureReport report, FigureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var random = new SplitMix(7);
        FeatureSchema schema = new(1, [.. Enumerable.Range(0, Features).Select(i => new FeatureDefinition
        {
            Name = $"column_{i}",
            Group = FeatureGroup.Row,
            Unit = FeatureUnit.Count,
            Description = FeatureDefinition.ValueMark,
        })]);
        var rows = new FeatureMatrix(schema, Rows);
        var row = new float[Features];
        for (int i = 0; i < Rows; i++)
        {
            for (int column = 0; column < Features; column++)
            {
                row[column] = random.Below(16) == 0 ? float.NaN : random.Unit();
            }

            rows.AddRow(row);
        }

        var trees = new Tree[Trees];
        for (int i = 0; i < Trees; i++)
        {
            trees[i] = DrawTree(ref random);
        }

        Measure(report, new TreeEnsemble(Features, schema.Digest, -3, [.. trees]), rows);
    }

    /// <summary>Figures of a trained model on rows of its schema.</summary>
    public static void Measure(FigureReport report, TreeEnsemble model, FeatureMatrix rows)
    {
        int columns = rows.ColumnCount;
        var rowMajor = new float[rows.RowCount * columns];
        for (int row = 0; row < rows.RowCount; row++)
        {
            rows.CopyRow(row, rowMajor.AsSpan(row * columns, columns));
        }

        using LightGbmBooster booster = LightGbmBooster.FromModelText(LightGbmText.Write(model, rows.Schema));
        if (!booster.PredictRaw(rowMajor, rows.RowCount, columns, MatrixOrder.RowMajor).AsSpan().SequenceEqual(model.LogOdds(rows)))
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
                () => booster.PredictContributions(rowMajor.AsSpan(0, explained.Length * columns), explained.Length, columns, MatrixOrder.RowMajor),
                Budget));
    }

    /// <summary>Splits drawn leaves at drawn values, weighting children by how many uniform values go each way.</summary>
    private static Tree DrawTree(ref SplitMix random)
    {
        const int Splits = Leaves - 1;
        int[] features = new int[Splits], left = new int[Splits], right = new int[Splits];
        var thresholds = new float[Splits];
        var missingLeft = new bool[Splits];
        double[] splitWeights = new double[Splits], leafWeights = new double[Leaves], leafValues = new double[Leaves];
        var parent = new (int Split, bool IsLeft)[Leaves];
        leafWeights[0] = 1;
        for (int i = 0; i < Splits; i++)
        {
            int leaf = random.Below(i + 1);
            if (i > 0)
            {
                (parent[leaf].IsLeft ? left : right)[parent[leaf].Split] = i;
            }

            features[i] = random.Below(Features);
            thresholds[i] = 0.1f + 0.8f * random.Unit();
            missingLeft[i] = random.Below(2) == 0;
            (left[i], right[i]) = (~leaf, ~(i + 1));
            (parent[leaf], parent[i + 1]) = ((i, true), (i, false));
            splitWeights[i] = leafWeights[leaf];
            leafWeights[i + 1] = splitWeights[i] * (1 - thresholds[i]);
            leafWeights[leaf] = splitWeights[i] * thresholds[i];
        }

        for (int leaf = 0; leaf < Leaves; leaf++)
        {
            leafValues[leaf] = 0.1 * (random.Unit() - 0.5);
        }

        return Tree.Create(
            Features, features, new int[Splits], thresholds, missingLeft, left, right, new double[Splits], splitWeights, leafValues, leafWeights);
    }

    /// <summary>Steele, Lea and Flood's generator: the same figures' input on every machine.</summary>
    private struct SplitMix(ulong state)
    {
        public int Below(int limit) => (int)(Next() % (ulong)limit);

        public float Unit() => (Next() >> 40) * (1f / (1 << 24));

        private ulong Next()
        {
            ulong z = state += 0x9e3779b97f4a7c15;
            z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
            z = (z ^ z >> 27) * 0x94d049bb133111eb;
            return z ^ z >> 31;
        }
    }
}

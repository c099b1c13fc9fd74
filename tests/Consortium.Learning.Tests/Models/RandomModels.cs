using System.Collections.Immutable;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;
using CsCheck;

namespace Consortium.Learning.Tests.Models;

/// <summary>Models of any shape, and rows that fall on, just beside and far from their thresholds, or miss values.</summary>
internal static class RandomModels
{
    private static readonly float[] Cuts = [-1e30f, -3.5f, -1f, -float.Epsilon, 0f, 0.1f, 0.3f, 1f, 16777216f, 3e38f];

    private static readonly float[] Values =
    [
        .. Cuts, .. Cuts.Select(float.BitIncrement), .. Cuts.Select(float.BitDecrement),
        float.NaN, float.NaN, float.NaN, -0f, float.PositiveInfinity, float.NegativeInfinity,
    ];

    public static readonly Gen<TreeEnsemble> Ensemble =
        from features in Gen.Int[1, 6]
        from trees in Tree(features, maximumSplits: 12).Array[0, 8]
        from baseScore in Gen.Double[-6, 1]
        select new TreeEnsemble(features, Schema(features).Digest, baseScore, [.. trees]);

    public static readonly Gen<LogisticModel> Logistic =
        from features in Gen.Int[1, 6]
        from means in Gen.Double[-20, 20].Array[features]
        from deviations in Gen.OneOf(Gen.Const(0.0), Gen.Double[0.001, 100]).Array[features]
        from weights in Gen.Double[-2, 2].Array[features]
        from intercept in Gen.Double[-6, 1]
        select new LogisticModel(Schema(features).Digest, [.. means], [.. deviations], [.. weights], intercept);

    public static FeatureSchema Schema(int features) => new(1, [.. Enumerable.Range(0, features).Select(i => new FeatureDefinition
    {
        Name = $"column_{i}",
        Group = FeatureGroup.Account,
        Unit = FeatureUnit.Count,
        Description = $"made {{value}} payments of kind {(char)('A' + i)}",
    })]);

    public static Gen<float[]> Row(int features) => Gen.Int[0, Values.Length - 1].Select(index => Values[index]).Array[features];

    public static Gen<FeatureMatrix> Rows(int features, int most = 70) =>
        Row(features).Array[1, most].Select(rows => Matrix(features, rows));

    public static FeatureMatrix Matrix(int features, params IEnumerable<float[]> rows)
    {
        var matrix = new FeatureMatrix(Schema(features));
        foreach (float[] row in rows)
        {
            matrix.AddRow(row);
        }

        return matrix;
    }

    public static float[] RowMajor(FeatureMatrix matrix)
    {
        var values = new float[matrix.RowCount * matrix.ColumnCount];
        for (int row = 0; row < matrix.RowCount; row++)
        {
            matrix.CopyRow(row, values.AsSpan(row * matrix.ColumnCount, matrix.ColumnCount));
        }

        return values;
    }

    public static Gen<Tree> Tree(int features, int maximumSplits) =>
        from splits in Gen.Int[0, maximumSplits]
        from grown in Gen.UInt.Array[splits]
        from split in Gen.Select(Gen.Int[0, features - 1], Gen.Int[0, Cuts.Length - 1], Gen.Bool).Array[splits]
        from leafValues in Gen.Double[-2, 2].Array[splits + 1]
        from leafWeights in Gen.Int[1, 1000].Array[splits + 1]
        select Grow(features, grown, split, leafValues, leafWeights);

    /// <summary>Splits a leaf that <paramref name="grown"/> chooses, once for each split.</summary>
    private static Tree Grow(
        int features, uint[] grown, (int Feature, int Cut, bool MissingLeft)[] split, double[] leafValues, int[] leafWeights)
    {
        int splits = grown.Length;
        var left = new int[splits];
        var right = new int[splits];
        var parentOf = new (int Split, bool IsLeft)[splits + 1];
        for (int i = 0; i < splits; i++)
        {
            int leaf = (int)(grown[i] % (uint)(i + 1));
            if (i > 0)
            {
                (parentOf[leaf].IsLeft ? left : right)[parentOf[leaf].Split] = i;
            }

            (left[i], right[i]) = (~leaf, ~(i + 1));
            parentOf[leaf] = (i, true);
            parentOf[i + 1] = (i, false);
        }

        var splitWeights = new double[splits];
        for (int i = splits - 1; i >= 0; i--)
        {
            splitWeights[i] = Weight(left[i]) + Weight(right[i]);
        }

        return Learning.Families.Boosting.Tree.Create(
            features,
            [.. split.Select(s => s.Feature)],
            [.. split.Select(s => s.Cut)],
            [.. split.Select(s => Cuts[s.Cut])],
            [.. split.Select(s => s.MissingLeft)],
            left,
            right,
            [.. split.Select(s => s.Cut + 0.5)],
            splitWeights,
            leafValues,
            [.. leafWeights.Select(weight => (double)weight)]);

        double Weight(int child) => child >= 0 ? splitWeights[child] : leafWeights[~child];
    }
}

using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Reasons;
using Consortium.Learning.Tests.Models;
using Consortium.Primitives;
using CsCheck;

namespace Consortium.Learning.Tests.Reasons;

public sealed class ExplainerTests
{
    /// <summary>Every subset of features by its definition: the mean over orders of what a feature's arrival adds.</summary>
    [Fact]
    public void Explain_RandomTrees_AreTheShapleyValuesOfAllSubsets() =>
        RandomModels.Ensemble
            .SelectMany(model => RandomModels.Rows(model.FeatureCount, most: 20).Select(rows => (model, rows)))
            .Sample((model, rows) =>
            {
                double[] contributions = ExplainAll(Explainer.For(model), rows);
                var row = new float[model.FeatureCount];
                for (int i = 0; i < rows.RowCount; i++)
                {
                    rows.CopyRow(i, row);
                    double[] expected = ShapleyByEnumeration(model, row);
                    for (int feature = 0; feature < row.Length; feature++)
                    {
                        Assert.Equal(expected[feature], contributions[i * row.Length + feature], 1e-10);
                    }
                }
            }, iter: 300);

    [Fact]
    public void Explain_RandomTrees_AddUpToLogOdds() =>
        RandomModels.Ensemble
            .SelectMany(model => RandomModels.Rows(model.FeatureCount).Select(rows => (model, rows)))
            .Sample((model, rows) => AssertAddsUp(model, rows));

    /// <summary>Paths of up to 40 distinct features, where enumeration is out of reach: many quadrature points.</summary>
    [Fact]
    public void Explain_DeepTreesOfManyFeatures_AddUpToLogOdds() =>
        Gen.Select(RandomModels.Tree(40, 200).Array[1, 4], RandomModels.Rows(40, most: 20)).Sample(
            (trees, rows) => AssertAddsUp(new TreeEnsemble(40, RandomModels.Schema(40).Digest, -2, [.. trees]), rows),
            iter: 50);

    [Fact]
    public void Explain_MoreRowsThanABatch_AreThoseOfEachRowAlone() =>
        RandomModels.Ensemble
            .SelectMany(model => RandomModels.Row(model.FeatureCount).Array[300].Select(rows => (model, rows)))
            .Sample(
                (model, rows) =>
                {
                    Explainer explainer = Explainer.For(model);
                    FeatureMatrix matrix = RandomModels.Matrix(model.FeatureCount, rows);
                    double[] together = ExplainAll(explainer, matrix);
                    int[] some = [299, 0, 131, 131];
                    double[] alone = explainer.Explain(matrix, some);
                    for (int i = 0; i < some.Length; i++)
                    {
                        Assert.Equal(
                            together.AsSpan(some[i] * model.FeatureCount, model.FeatureCount),
                            alone.AsSpan(i * model.FeatureCount, model.FeatureCount));
                    }
                },
                iter: 5);

    [Fact]
    public void Explain_ChildThatNoTrainingWeightReached_StillAddsUp()
    {
        Tree tree = Tree.Create(
            2, [0, 1], [0, 0], [1f, 0.3f], [true, false], [~0, ~1], [1, ~2], [1, 1], [5, 0], [10, 20, 30], [5, 0, 0]);
        AssertAddsUp(
            new TreeEnsemble(2, RandomModels.Schema(2).Digest, -1, [tree]),
            RandomModels.Matrix(2, [0f, 0f], [2f, 0f], [2f, 1f], [float.NaN, float.NaN]));
    }

    [Fact]
    public void Explain_Logistic_AddUpToLogOddsAndSpareFeaturesAtTheirMean() =>
        RandomModels.Logistic
            .SelectMany(model => RandomModels.Rows(model.FeatureCount).Select(rows => (model, rows)))
            .Sample((model, rows) =>
            {
                AssertAddsUp(model, rows);
                double[] contributions = ExplainAll(Explainer.For(model), rows);
                for (int i = 0; i < contributions.Length; i++)
                {
                    Assert.True(!float.IsNaN(rows[i / model.FeatureCount, i % model.FeatureCount]) || contributions[i] == 0);
                }
            });

    [Fact]
    public void Explain_TrainedModels_AddUpToLogOdds()
    {
        AssertAddsUp(TrainedModels.Trees, TrainedModels.Rows);
        AssertAddsUp(TrainedModels.Logistic, TrainedModels.Rows);
    }

    [Fact]
    public void Explain_OtherSchema_IsRejected()
    {
        var model = new TreeEnsemble(2, RandomModels.Schema(3).Digest, 0, []);
        Assert.Throws<ArgumentException>(() => Explainer.For(model).Explain(RandomModels.Matrix(2, [0f, 0f]), [0]));
    }

    [Fact]
    public void GaussLegendre_EachCount_IntegratesPowersExactly()
    {
        for (int count = 1; count <= ExplainedTree.MaximumFeaturesOnPath / 2; count++)
        {
            (double[] points, double[] weights) = Quadrature.GaussLegendre(count);
            for (int power = 0; power < 2 * count; power++)
            {
                Assert.Equal(
                    1.0 / (power + 1), points.Zip(weights, (point, weight) => weight * Math.Pow(point, power)).Sum(), 1e-12);
            }
        }
    }

    internal static double[] ExplainAll(Explainer explainer, FeatureMatrix rows) =>
        explainer.Explain(rows, [.. Enumerable.Range(0, rows.RowCount)]);

    private static void AssertAddsUp(Model model, FeatureMatrix rows)
    {
        Explainer explainer = Explainer.For(model);
        double[] contributions = ExplainAll(explainer, rows);
        double[] logOdds = model.LogOdds(rows);
        for (int row = 0; row < rows.RowCount; row++)
        {
            double sum = contributions.AsSpan(row * model.FeatureCount, model.FeatureCount).ToArray().Sum();
            Assert.Equal(logOdds[row], explainer.ExpectedLogOdds + sum, 1e-9);
        }
    }

    private static double[] ShapleyByEnumeration(TreeEnsemble model, float[] row)
    {
        int features = row.Length;
        double[] value =
            [.. Enumerable.Range(0, 1 << features).Select(
                known => model.Trees.Sum(tree => Expected(tree, row, known, tree.SplitCount == 0 ? ~0 : 0)))];
        var shapley = new double[features];
        for (int known = 0; known < value.Length; known++)
        {
            int size = int.PopCount(known);
            for (int feature = 0; feature < features; feature++)
            {
                if ((known >> feature & 1) == 0)
                {
                    double orders = Factorial(size) * Factorial(features - size - 1) / Factorial(features);
                    shapley[feature] += orders * (value[known | 1 << feature] - value[known]);
                }
            }
        }

        return shapley;
    }

    /// <summary>The tree's expected value when only the features in the set <paramref name="known"/> are.</summary>
    private static double Expected(Tree tree, float[] row, int known, int node)
    {
        if (node < 0)
        {
            return tree.LeafValues[~node];
        }

        int feature = tree.Features[node];
        if ((known >> feature & 1) != 0)
        {
            bool goesLeft = float.IsNaN(row[feature]) ? tree.MissingLeft[node] : row[feature] <= tree.Thresholds[node];
            return Expected(tree, row, known, goesLeft ? tree.Left[node] : tree.Right[node]);
        }

        double left = Weight(tree.Left[node]), right = Weight(tree.Right[node]);
        return (left * Expected(tree, row, known, tree.Left[node]) + right * Expected(tree, row, known, tree.Right[node]))
            / (left + right);

        double Weight(int child) => child >= 0 ? tree.SplitWeights[child] : tree.LeafWeights[~child];
    }

    private static double Factorial(int n) => n <= 1 ? 1 : n * Factorial(n - 1);
}

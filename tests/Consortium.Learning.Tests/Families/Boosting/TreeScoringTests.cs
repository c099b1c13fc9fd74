using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Tests.Models;
using Consortium.Primitives;
using CsCheck;

namespace Consortium.Learning.Tests.Families.Boosting;

public sealed class TreeScoringTests
{
    [Fact]
    public void LogOdds_ManyRows_AreThoseOfEachRowAloneToTheBit() =>
        RandomModels.Ensemble
            .SelectMany(model => RandomModels.Rows(model.FeatureCount).Select(rows => (model, rows)))
            .Sample((model, rows) => AssertSameAsScalar(model, rows));

    [Fact]
    public void LogOdds_MoreRowsThanATile_AreThoseOfEachRowAlone() =>
        RandomModels.Ensemble
            .SelectMany(model => RandomModels.Row(model.FeatureCount).Array[600].Select(rows => (model, rows)))
            .Sample((model, rows) => AssertSameAsScalar(model, RandomModels.Matrix(model.FeatureCount, rows)), iter: 5);

    [Fact]
    public void LogOdds_TreeTooLargeToDecideWhole_IsThatOfEachRowAlone() =>
        Gen.Select(RandomModels.Tree(3, 2000).Where(tree => tree.SplitCount > 600), RandomModels.Tree(3, 9), RandomModels.Rows(3))
            .Sample(
                (large, small, rows) =>
                    AssertSameAsScalar(new TreeEnsemble(3, RandomModels.Schema(3).Digest, 0.5, [small, large, small]), rows),
                iter: 5);

    [Fact]
    public void LogOdds_Row_FollowsItsPath()
    {
        // x0 <= 1 (missing left) ? leaf 0 : (x1 <= 0.3 (missing right) ? leaf 1 : leaf 2)
        Tree tree = Tree.Create(
            2, [0, 1], [0, 0], [1f, 0.3f], [true, false], [~0, ~1], [1, ~2], [1, 1], [3, 2], [10, 20, 30], [1, 1, 1]);
        var model = new TreeEnsemble(2, RandomModels.Schema(2).Digest, -1, [tree]);

        Assert.Equal(9, model.LogOdds([1f, 7f]));
        Assert.Equal(9, model.LogOdds([float.NaN, 7f]));
        Assert.Equal(19, model.LogOdds([1.5f, 0.3f]));
        Assert.Equal(29, model.LogOdds([1.5f, float.NaN]));
        Assert.Equal(29, model.LogOdds([1.5f, float.BitIncrement(0.3f)]));
    }

    [Fact]
    public void LogOdds_LogisticRow_IsThatOfManyRows() =>
        RandomModels.Logistic
            .SelectMany(model => RandomModels.Rows(model.FeatureCount).Select(rows => (model, rows)))
            .Sample((model, rows) => AssertSameAsScalar(model, rows));

    private static void AssertSameAsScalar(Model model, FeatureMatrix rows)
    {
        double[] expected = new double[rows.RowCount];
        var row = new float[rows.ColumnCount];
        for (int i = 0; i < expected.Length; i++)
        {
            rows.CopyRow(i, row);
            expected[i] = model.LogOdds(row);
        }

        Assert.Equal(expected, model.LogOdds(rows));
    }
}

using Consortium.Benchmarks.LightGbm;
using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Learning.Models.Export;
using Consortium.Learning.Reasons;
using Consortium.Learning.Tests.Models;
using Consortium.Learning.Tests.Reasons;
using Consortium.Primitives;
using CsCheck;

namespace Consortium.Learning.Tests.Families.Boosting;

/// <summary>Exports are loaded by LightGBM 4.7.0 itself.</summary>
public sealed class LightGbmTextTests
{
    [Fact]
    public void Write_AnyTrees_LightGbmScoresToTheBit() =>
        RandomModels.Ensemble
            .SelectMany(model => Rows(model.FeatureCount, most: 70).Select(rows => (model, rows)))
            .Sample(AssertSameScores, iter: 300);

    [Fact]
    public void Write_TrainedTrees_LightGbmScoresToTheBit() => AssertSameScores(TrainedModels.Trees, TrainedModels.Rows);

    /// <summary>
    /// LightGBM's own TreeSHAP is a second opinion on ours, but for counts that are weights rounded to a millionth.
    /// </summary>
    [Fact]
    public void Write_AnyTrees_LightGbmExplainsTheSame() =>
        RandomModels.Ensemble
            .SelectMany(model => Rows(model.FeatureCount, most: 20).Select(rows => (model, rows)))
            .Sample((model, rows) =>
            {
                using LightGbmBooster booster = Load(model, rows);
                double[] theirs = booster.PredictContributions(
                    RandomModels.RowMajor(rows), rows.RowCount, rows.ColumnCount, MatrixOrder.RowMajor);
                Explainer explainer = Explainer.For(model);
                double[] ours = ExplainerTests.ExplainAll(explainer, rows);
                for (int row = 0; row < rows.RowCount; row++)
                {
                    for (int feature = 0; feature < rows.ColumnCount; feature++)
                    {
                        Assert.Equal(
                            theirs[row * (rows.ColumnCount + 1) + feature], ours[row * rows.ColumnCount + feature], 1e-3);
                    }

                    Assert.Equal(theirs[row * (rows.ColumnCount + 1) + rows.ColumnCount], explainer.ExpectedLogOdds, 1e-3);
                }
            }, iter: 200);

    [Fact]
    public void Write_NameWithABlank_IsRejected()
    {
        var schema = new FeatureSchema(1, [RandomModels.Schema(1).Features[0] with { Name = "two words" }]);
        Assert.Throws<ArgumentException>(() => LightGbmText.Write(new TreeEnsemble(1, schema.Digest, 0, []), schema));
    }

    [Fact]
    public void Write_OtherSchema_IsRejected() =>
        Assert.Throws<ArgumentException>(
            () => LightGbmText.Write(new TreeEnsemble(1, RandomModels.Schema(1).Digest, 0, []), RandomModels.Schema(2)));

    private static void AssertSameScores(TreeEnsemble model, FeatureMatrix rows)
    {
        using LightGbmBooster booster = Load(model, rows);
        float[] values = RandomModels.RowMajor(rows);

        Assert.Equal(model.LogOdds(rows), booster.PredictRaw(values, rows.RowCount, rows.ColumnCount, MatrixOrder.RowMajor));
        double[] probabilities = booster.Predict(values, rows.RowCount, rows.ColumnCount, MatrixOrder.RowMajor);
        Assert.All(probabilities.Zip(model.Probabilities(rows)), pair => Assert.Equal(pair.First, pair.Second, 1e-14));
    }

    /// <summary>LightGBM reads what lies within 1e-35 of 0 as 0, so such values are 0 here.</summary>
    private static Gen<FeatureMatrix> Rows(int features, int most) =>
        RandomModels.Row(features).Array[1, most].Select(rows => RandomModels.Matrix(
            features, rows.Select(row => row.Select(value => Math.Abs(value) <= 1e-35f ? 0 : value).ToArray())));

    private static LightGbmBooster Load(TreeEnsemble model, FeatureMatrix rows) =>
        LightGbmBooster.FromModelText(LightGbmText.Write(model, rows.Schema));
}

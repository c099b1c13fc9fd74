using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Features;
using Consortium.Learning.Models;
using Consortium.Primitives;
using CsCheck;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Consortium.Learning.Tests.Models.Export;

/// <summary>Exports are loaded by ONNX Runtime itself.</summary>
public sealed class OnnxExportTests
{
    [Fact]
    public void Write_AnyTrees_OnnxRuntimeScoresAreOursIn32Bits() =>
        RandomModels.Ensemble
            .SelectMany(model => RandomModels.Rows(model.FeatureCount).Select(rows => (model, rows)))
            .Sample(AssertSameScores, iter: 200);

    [Fact]
    public void Write_AnyLogisticModel_OnnxRuntimeScoresAreOursIn32Bits() =>
        RandomModels.Logistic
            .SelectMany(model => Rows(model.FeatureCount).Select(rows => (model, rows)))
            .Sample(AssertSameScores, iter: 200);

    [Fact]
    public void Write_TrainedModels_OnnxRuntimeScoresAreOursIn32Bits()
    {
        AssertSameScores(TrainedModels.Trees, TrainedModels.Rows);
        AssertSameScores(TrainedModels.Logistic, TrainedModels.Rows);
    }

    [Fact]
    public void Write_AnyModel_NamesItsDigests()
    {
        var model = new TreeEnsemble(2, RandomModels.Schema(2).Digest, -3, []);
        using var session = new InferenceSession(Onnx(model));

        Assert.Equal(Convert.ToHexStringLower(model.Digest.Span), session.ModelMetadata.CustomMetadataMap["model_digest"]);
        Assert.Equal(Convert.ToHexStringLower(model.SchemaDigest.Span), session.ModelMetadata.CustomMetadataMap["schema_digest"]);
    }

    private static byte[] Onnx(Model model) =>
        model.Family.Formats.Single(format => format.Name == "onnx").Write(model, RandomModels.Schema(model.FeatureCount));

    /// <summary>Thresholds' neighbourhood, and values across all sizes with powers of two, where the exponent jumps.</summary>
    private static Gen<FeatureMatrix> Rows(int features) =>
        Gen.OneOf(
            RandomModels.Row(features),
            Gen.OneOf(
                Gen.Float[-1e6f, 1e6f], Gen.Int[-20, 127].Select(exponent => float.ScaleB(1, exponent) - 1)).Array[features])
            .Array[1, 40]
            .Select(rows => RandomModels.Matrix(features, rows));

    /// <summary>
    /// Within two units in the last of 32 bits: one for rounding the score, one for where its sum is rounded in 64.
    /// </summary>
    private static void AssertSameScores(Model model, FeatureMatrix rows)
    {
        using var session = new InferenceSession(Onnx(model));
        var features = new DenseTensor<float>(RandomModels.RowMajor(rows), [rows.RowCount, rows.ColumnCount]);
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs =
            session.Run([NamedOnnxValue.CreateFromTensor("features", features)]);
        float[] logOdds = [.. outputs.Single(output => output.Name == "log_odds").AsTensor<float>()];
        float[] probabilities = [.. outputs.Single(output => output.Name == "probability").AsTensor<float>()];

        double[] expected = model.LogOdds(rows);
        double[] expectedProbabilities = model.Probabilities(rows);
        for (int row = 0; row < expected.Length; row++)
        {
            Assert.Equal(
                expected[row], logOdds[row],
                2 * Math.Max(1e-7, float.BitIncrement((float)Math.Abs(expected[row])) - Math.Abs(expected[row])));
            Assert.Equal(expectedProbabilities[row], probabilities[row], 2e-6);
        }
    }
}

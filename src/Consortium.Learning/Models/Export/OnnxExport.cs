using Google.Protobuf;

namespace Consortium.Learning.Models.Export;

/// <summary>Models as ONNX files: any number of rows of 32-bit floats in, <c>log_odds</c> and <c>probability</c> out.</summary>
/// <remarks>
/// Inside, all is computed in 64-bit floats: thresholds are 32-bit numbers, so every row takes the very path it takes here, and
/// what differs is the rounding of the two outputs to 32 bits. Input <c>features</c> has the schema's columns in order, NaN where
/// missing. The file's metadata names the model's and the schema's digests.
/// </remarks>
internal static class OnnxExport
{
    private const int IrVersion = 8;
    private const int OperatorsVersion = 17;
    private const int MachineLearningVersion = 3;

    /// <summary>The format for a family.</summary>
    /// <param name="add">Adds what computes <c>log_odds</c>, a column of 32-bit floats, from <c>features</c>.</param>
    public static ModelFormat Format(Action<OnnxGraph, Model> add) => new("onnx", "ONNX", (model, _) => Write(model, add));

    private static byte[] Write(Model model, Action<OnnxGraph, Model> add)
    {
        var graph = new OnnxGraph("laundering");
        add(graph, model);
        graph.Operation("Sigmoid", ["log_odds"], "probability");
        graph.Proto.Input.Add(OnnxGraph.Matrix("features", model.FeatureCount));
        graph.Proto.Output.Add(OnnxGraph.Matrix("log_odds", 1));
        graph.Proto.Output.Add(OnnxGraph.Matrix("probability", 1));
        return new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "Consortium",
            Graph = graph.Proto,
            OpsetImport =
            {
                new OperatorSetIdProto { Domain = "", Version = OperatorsVersion },
                new OperatorSetIdProto { Domain = OnnxGraph.MachineLearning, Version = MachineLearningVersion },
            },
            MetadataProps =
            {
                new StringStringEntryProto { Key = "model_digest", Value = Convert.ToHexStringLower(model.Digest.Span) },
                new StringStringEntryProto { Key = "schema_digest", Value = Convert.ToHexStringLower(model.SchemaDigest.Span) },
            },
        }.ToByteArray();
    }
}

using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Families.Logistic;
using Consortium.Primitives;

namespace Consortium.Learning.Models.Export;

/// <summary>Models as ONNX files: any number of rows of 32-bit floats in, <c>log_odds</c> and <c>probability</c> out.</summary>
/// <remarks>
/// Inside, all is computed in 64-bit floats: thresholds are 32-bit numbers, so every row takes the very path it takes here, and what
/// differs is the rounding of the two outputs to 32 bits. Input <c>features</c> has the schema's columns in order, NaN where missing.
/// The file's metadata names the model's and the schema's digests.
/// </remarks>
public static class OnnxExport
{
    private const string MachineLearning = "ai.onnx.ml";
    private const int IrVersion = 8;
    private const int OperatorsVersion = 17;
    private const int MachineLearningVersion = 3;

    public static byte[] Write(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var graph = new OnnxMessage();
        switch (model)
        {
            case TreeEnsemble trees: AddTrees(graph, trees); break;
            case LogisticModel logistic: AddLogistic(graph, logistic); break;
            default: throw new ArgumentException($"No ONNX form for {model.GetType().Name}.", nameof(model));
        }

        Add(graph, OnnxMessage.Node("Sigmoid", ["log_odds"], "probability"));
        graph.Add(2, "laundering")
            .Add(11, OnnxMessage.Matrix("features", OnnxMessage.Float, model.FeatureCount))
            .Add(12, OnnxMessage.Matrix("log_odds", OnnxMessage.Float, 1))
            .Add(12, OnnxMessage.Matrix("probability", OnnxMessage.Float, 1));
        return new OnnxMessage()
            .Add(1, IrVersion)
            .Add(2, "Consortium")
            .Add(7, graph)
            .Add(8, OnnxMessage.OperatorSet("", OperatorsVersion))
            .Add(8, OnnxMessage.OperatorSet(MachineLearning, MachineLearningVersion))
            .Add(14, OnnxMessage.Entry("model_digest", Convert.ToHexStringLower(model.Digest.Span)))
            .Add(14, OnnxMessage.Entry("schema_digest", Convert.ToHexStringLower(model.SchemaDigest.Span)))
            .ToArray();
    }

    /// <summary>Cast, then one TreeEnsembleRegressor of doubles, whose output is 32 bits by its definition.</summary>
    private static void AddTrees(OnnxMessage graph, TreeEnsemble model)
    {
        var nodes = new NodeColumns();
        nodes.AddLeafOnly(tree: 0, model.BaseScore);
        for (int i = 0; i < model.Trees.Length; i++)
        {
            nodes.Add(tree: i + 1, model.Trees[i]);
        }

        Add(graph, OnnxMessage.Node("Cast", ["features"], "wide", "", OnnxMessage.Attribute("to", OnnxMessage.Double)));
        Add(graph, OnnxMessage.Node("TreeEnsembleRegressor", ["wide"], "log_odds", MachineLearning, nodes.ToAttributes()));
    }

    /// <summary>
    /// <see cref="LogisticModel.Standardize"/> in operators, then a product with the weights. The exponent comes from a floored
    /// logarithm; where that is one off beside a power of two, the chord is continuous and the result is the same but for rounding.
    /// </summary>
    private static void AddLogistic(OnnxMessage graph, LogisticModel model)
    {
        int features = model.FeatureCount;
        Constant(OnnxMessage.Scalar("one", 1f));
        Constant(OnnxMessage.Scalar("greatest", float.MaxValue));
        Constant(OnnxMessage.Tensor("unit", [1.0]));
        Constant(OnnxMessage.Tensor("two", [2.0]));
        Constant(OnnxMessage.Tensor("ln2", [Math.Log(2)]));
        Constant(OnnxMessage.Tensor("zero", [0.0]));
        Constant(OnnxMessage.Tensor("least_deviation", [-LogisticModel.Limit]));
        Constant(OnnxMessage.Tensor("most_deviation", [LogisticModel.Limit]));
        Constant(OnnxMessage.Tensor("means", model.Means.AsSpan(), 1, features));
        Constant(OnnxMessage.Tensor("inverse_deviations", model.InverseDeviations.AsSpan(), 1, features));
        Constant(OnnxMessage.Tensor("weights", model.Weights.AsSpan(), features, 1));
        Constant(OnnxMessage.Tensor("intercept", [model.Intercept]));

        // 1 + |x| in 32 bits, finite; then exponent and fraction in 64; then rounded to 32 as Compress does.
        Operation("Abs", ["features"], "size");
        Operation("Min", ["size", "greatest"], "finite");
        Operation("Add", ["finite", "one"], "shifted");
        Cast("shifted", OnnxMessage.Double, "wide");
        Operation("Log", ["wide"], "natural");
        Operation("Div", ["natural", "ln2"], "binary");
        Operation("Floor", ["binary"], "exponent");
        Operation("Pow", ["two", "exponent"], "power");
        Operation("Div", ["wide", "power"], "mantissa");
        Operation("Sub", ["mantissa", "unit"], "fraction");
        Operation("Add", ["exponent", "fraction"], "exact_logarithm");
        Cast("exact_logarithm", OnnxMessage.Float, "logarithm");
        Operation("Sign", ["features"], "sign");
        Operation("Mul", ["sign", "logarithm"], "compressed");

        Cast("compressed", OnnxMessage.Double, "compressed_wide");
        Operation("Sub", ["compressed_wide", "means"], "centred");
        Operation("Mul", ["centred", "inverse_deviations"], "scaled");
        Operation("Clip", ["scaled", "least_deviation", "most_deviation"], "clamped");
        Operation("IsNaN", ["features"], "missing");
        Operation("Where", ["missing", "zero", "clamped"], "standardized");
        Operation("MatMul", ["standardized", "weights"], "product");
        Operation("Add", ["product", "intercept"], "sum");
        Cast("sum", OnnxMessage.Float, "log_odds");

        void Constant(OnnxMessage tensor) => graph.Add(5, tensor);
        void Operation(string type, ReadOnlySpan<string> inputs, string output) => Add(graph, OnnxMessage.Node(type, inputs, output));
        void Cast(string input, int to, string output) =>
            Add(graph, OnnxMessage.Node("Cast", [input], output, "", OnnxMessage.Attribute("to", to)));
    }

    private static void Add(OnnxMessage graph, OnnxMessage node) => graph.Add(1, node);

    /// <summary>All trees' nodes as the parallel columns of the operator's attributes. A tree's splits come before its leaves.</summary>
    private sealed class NodeColumns
    {
        private readonly List<long> _trees = [], _nodes = [], _features = [], _whenTrue = [], _whenFalse = [], _missingIsTrue = [];
        private readonly List<double> _values = [], _leafValues = [];
        private readonly List<string> _modes = [];
        private readonly List<long> _leafTrees = [], _leafNodes = [], _leafTargets = [];

        public void AddLeafOnly(int tree, double value) => AddLeaf(tree, node: 0, value);

        public void Add(int tree, Tree added)
        {
            for (int split = 0; split < added.SplitCount; split++)
            {
                AddNode(tree, split, added.Features[split], added.Thresholds[split], "BRANCH_LEQ",
                    NodeOf(added, added.Left[split]), NodeOf(added, added.Right[split]), added.MissingLeft[split]);
            }

            for (int leaf = 0; leaf < added.LeafCount; leaf++)
            {
                AddLeaf(tree, added.SplitCount + leaf, added.LeafValues[leaf]);
            }
        }

        public OnnxMessage[] ToAttributes() =>
        [
            OnnxMessage.Attribute("n_targets", 1),
            OnnxMessage.Attribute("aggregate_function", "SUM"),
            OnnxMessage.Attribute("post_transform", "NONE"),
            OnnxMessage.Attribute("nodes_treeids", _trees),
            OnnxMessage.Attribute("nodes_nodeids", _nodes),
            OnnxMessage.Attribute("nodes_featureids", _features),
            OnnxMessage.Attribute("nodes_values_as_tensor", _values),
            OnnxMessage.Attribute("nodes_modes", _modes),
            OnnxMessage.Attribute("nodes_truenodeids", _whenTrue),
            OnnxMessage.Attribute("nodes_falsenodeids", _whenFalse),
            OnnxMessage.Attribute("nodes_missing_value_tracks_true", _missingIsTrue),
            OnnxMessage.Attribute("target_treeids", _leafTrees),
            OnnxMessage.Attribute("target_nodeids", _leafNodes),
            OnnxMessage.Attribute("target_ids", _leafTargets),
            OnnxMessage.Attribute("target_weights_as_tensor", _leafValues),
        ];

        private static int NodeOf(Tree tree, int child) => child >= 0 ? child : tree.SplitCount + ~child;

        private void AddLeaf(int tree, int node, double value)
        {
            AddNode(tree, node, feature: 0, value: 0, "LEAF", whenTrue: 0, whenFalse: 0, missingIsTrue: false);
            _leafTrees.Add(tree);
            _leafNodes.Add(node);
            _leafTargets.Add(0);
            _leafValues.Add(value);
        }

        private void AddNode(int tree, int node, int feature, double value, string mode, int whenTrue, int whenFalse, bool missingIsTrue)
        {
            _trees.Add(tree);
            _nodes.Add(node);
            _features.Add(feature);
            _values.Add(value);
            _modes.Add(mode);
            _whenTrue.Add(whenTrue);
            _whenFalse.Add(whenFalse);
            _missingIsTrue.Add(missingIsTrue ? 1 : 0);
        }
    }
}

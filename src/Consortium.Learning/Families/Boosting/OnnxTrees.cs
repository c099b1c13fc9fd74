using Consortium.Learning.Models.Export;

namespace Consortium.Learning.Families.Boosting;

/// <summary>Boosted trees as ONNX: one TreeEnsembleRegressor of doubles, whose output is 32 bits by its definition.</summary>
internal static class OnnxTrees
{
    public static void Add(OnnxGraph graph, TreeEnsemble model)
    {
        var nodes = new NodeColumns();
        nodes.AddLeafOnly(tree: 0, model.BaseScore);
        for (int i = 0; i < model.Trees.Length; i++)
        {
            nodes.Add(tree: i + 1, model.Trees[i]);
        }

        graph.CastToDouble("features", "wide");
        graph.Operation("TreeEnsembleRegressor", ["wide"], "log_odds", OnnxGraph.MachineLearning, nodes.ToAttributes());
    }

    /// <summary>
    /// All trees' nodes as the parallel columns of the operator's attributes. A tree's splits come before its leaves.
    /// </summary>
    private sealed class NodeColumns
    {
        private readonly List<long> _trees = [],
            _nodes = [],
            _features = [],
            _whenTrue = [],
            _whenFalse = [],
            _missingIsTrue = [];
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

        public AttributeProto[] ToAttributes() =>
        [
            OnnxGraph.Attribute("n_targets", 1),
            OnnxGraph.Attribute("aggregate_function", "SUM"),
            OnnxGraph.Attribute("post_transform", "NONE"),
            OnnxGraph.Attribute("nodes_treeids", _trees),
            OnnxGraph.Attribute("nodes_nodeids", _nodes),
            OnnxGraph.Attribute("nodes_featureids", _features),
            OnnxGraph.Attribute("nodes_values_as_tensor", _values),
            OnnxGraph.Attribute("nodes_modes", _modes),
            OnnxGraph.Attribute("nodes_truenodeids", _whenTrue),
            OnnxGraph.Attribute("nodes_falsenodeids", _whenFalse),
            OnnxGraph.Attribute("nodes_missing_value_tracks_true", _missingIsTrue),
            OnnxGraph.Attribute("target_treeids", _leafTrees),
            OnnxGraph.Attribute("target_nodeids", _leafNodes),
            OnnxGraph.Attribute("target_ids", _leafTargets),
            OnnxGraph.Attribute("target_weights_as_tensor", _leafValues),
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

        private void AddNode(
            int tree, int node, int feature, double value, string mode, int whenTrue, int whenFalse, bool missingIsTrue)
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

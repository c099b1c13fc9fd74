using System.Globalization;
using System.Text;
using Consortium.Learning.Features;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Boosting;

/// <summary>Trees in LightGBM's text format, version 4: LightGBM gives the same raw scores to the bit.</summary>
/// <remarks>
/// The base score is a first tree of one leaf, so that LightGBM adds the same numbers in the same order. LightGBM counts rows at
/// nodes, and we know none: <c>leaf_count</c> and <c>internal_count</c> are summed second derivatives on a scale of 2^20 at the
/// root, which is what its SHAP values weigh branches by. LightGBM reads values within 1e-35 of 0 as 0. <c>feature_infos</c>
/// holds the span of thresholds where LightGBM has that of values.
/// </remarks>
public static class LightGbmText
{
    private const double RootCount = 1 << 20;
    private const int MissingIsNaN = 2 << 2;
    private const int MissingGoesLeft = 2;

    /// <param name="schema">The one the model was trained on: it names the columns.</param>
    /// <exception cref="ArgumentException">The schema is another one, or a name holds what the format cannot.</exception>
    public static string Write(TreeEnsemble model, FeatureSchema schema)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(schema);
        if (!schema.Digest.SequenceEqual(model.SchemaDigest.Span))
        {
            throw new ArgumentException("The model was trained on another feature schema.", nameof(schema));
        }

        foreach (FeatureDefinition feature in schema.Features)
        {
            if (feature.Name.Length == 0
                || feature.Name.Any(character => character is <= ' ' or > '~' or '=' or ':' or ',' or '"'))
            {
                throw new ArgumentException($"LightGBM cannot hold the feature name '{feature.Name}'.", nameof(schema));
            }
        }

        List<string> trees = [Constant(model.BaseScore)];
        trees.AddRange(
            model.Trees.Select(
                (tree, index) => tree.SplitCount == 0 ? Constant(tree.LeafValues[0], index + 1) : Write(tree, index + 1)));

        var text = new StringBuilder();
        text.Append("tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n");
        Line(text, "max_feature_idx", schema.Count - 1);
        text.Append("objective=binary sigmoid:1\n");
        Line(text, "feature_names", string.Join(' ', schema.Features.Select(feature => feature.Name)));
        Line(text, "feature_infos", string.Join(' ', ThresholdSpans(model)));
        Line(text, "tree_sizes", string.Join(' ', trees.Select(tree => tree.Length)));
        text.Append('\n').AppendJoin("", trees);
        text.Append(
            "end of trees\n\nparameters:\n[boosting: gbdt]\n[objective: binary]\nend of parameters\n\npandas_categorical:null\n");
        return text.ToString();
    }

    private static string Constant(double value, int index = 0) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Tree={index}\nnum_leaves=1\nnum_cat=0\nleaf_value={value:R}\nis_linear=0\nshrinkage=1\n\n\n");

    private static string Write(Tree tree, int index)
    {
        (int[] splitCounts, int[] leafCounts, double[] splitValues) = Summarize(tree);
        var text = new StringBuilder();
        Line(text, "Tree", index);
        Line(text, "num_leaves", tree.LeafCount);
        Line(text, "num_cat", 0);
        Integers(text, "split_feature", tree.Features);
        Numbers(text, "split_gain", tree.Gains);
        Numbers(text, "threshold", tree.Thresholds.Select(threshold => (double)threshold));
        Integers(text, "decision_type", tree.MissingLeft.Select(left => MissingIsNaN | (left ? MissingGoesLeft : 0)));
        Integers(text, "left_child", tree.Left);
        Integers(text, "right_child", tree.Right);
        Numbers(text, "leaf_value", tree.LeafValues);
        Numbers(text, "leaf_weight", tree.LeafWeights);
        Integers(text, "leaf_count", leafCounts);
        Numbers(text, "internal_value", splitValues);
        Numbers(text, "internal_weight", tree.SplitWeights);
        Integers(text, "internal_count", splitCounts);
        text.Append("is_linear=0\nshrinkage=1\n\n\n");
        return text.ToString();
    }

    /// <summary>Counts that add up at every split, and each split's mean value by them.</summary>
    private static (int[] SplitCounts, int[] LeafCounts, double[] SplitValues) Summarize(Tree tree)
    {
        double total = tree.LeafWeights.Sum(weight => Math.Max(0, weight));
        int[] leafCounts = [.. tree.LeafWeights.Select(weight =>
            total > 0 ? Math.Max(1, (int)Math.Round(Math.Max(0, weight) / total * RootCount)) : 1)];
        var splitCounts = new int[tree.SplitCount];
        var splitValues = new double[tree.SplitCount];
        for (int split = tree.SplitCount - 1; split >= 0; split--)
        {
            (int leftCount, double leftValue) = Child(tree.Left[split]);
            (int rightCount, double rightValue) = Child(tree.Right[split]);
            splitCounts[split] = leftCount + rightCount;
            splitValues[split] = (leftCount * leftValue + rightCount * rightValue) / (leftCount + rightCount);
        }

        return (splitCounts, leafCounts, splitValues);

        (int Count, double Value) Child(int child) =>
            child >= 0 ? (splitCounts[child], splitValues[child]) : (leafCounts[~child], tree.LeafValues[~child]);
    }

    private static IEnumerable<string> ThresholdSpans(TreeEnsemble model)
    {
        var spans = new (float Low, float High)[model.FeatureCount];
        Array.Fill(spans, (float.PositiveInfinity, float.NegativeInfinity));
        foreach (Tree tree in model.Trees)
        {
            for (int split = 0; split < tree.SplitCount; split++)
            {
                ref (float Low, float High) span = ref spans[tree.Features[split]];
                span = (Math.Min(span.Low, tree.Thresholds[split]), Math.Max(span.High, tree.Thresholds[split]));
            }
        }

        return spans.Select(span =>
            span.Low <= span.High
                ? string.Create(CultureInfo.InvariantCulture, $"[{(double)span.Low:R}:{(double)span.High:R}]")
                : "none");
    }

    private static void Line<T>(StringBuilder text, string key, T value) =>
        text.Append(CultureInfo.InvariantCulture, $"{key}={value}\n");

    private static void Integers(StringBuilder text, string key, IEnumerable<int> values) =>
        Line(text, key, string.Join(' ', values.Select(value => value.ToString(CultureInfo.InvariantCulture))));

    private static void Numbers(StringBuilder text, string key, IEnumerable<double> values) =>
        Line(text, key, string.Join(' ', values.Select(Format)));

    /// <summary>The shortest digits that read back as the same number; infinity as the C library spells it.</summary>
    private static string Format(double value) => value switch
    {
        double.PositiveInfinity => "inf",
        double.NegativeInfinity => "-inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}

using System.Runtime.Intrinsics;
using Consortium.Learning.Features;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Boosting;

/// <summary>
/// Exact path-dependent SHAP values of boosted trees (Lundberg et al., "From local explanations to global understanding with
/// explainable AI for trees", 2020): a feature that is not known sends a row down both branches, by the training weight of each.
/// </summary>
/// <remarks>
/// That weight is the sum of second derivatives, as XGBoost's cover is: it follows from released sums, whereas row counts per
/// node are never asked of a bank. A leaf of value v behind features with shares z contributes to feature i, by Owen's integral
/// form of the Shapley value, v (o_i - z_i) times the integral over t from 0 to 1 of the product over its other features j of (1
/// - t) z_j + t o_j, where o_j is 1 if the row passes j's edges and else 0. The integrand is a polynomial in t, so a few
/// Gauss-Legendre points give it exactly; a walk down takes products along paths, a walk up adds leaves (the shape of Yu et al.,
/// "Linear TreeShap", 2022). Eight rows go at a time; edges that a row misses and passes differ in constants only, so there is no
/// branch.
/// </remarks>
internal sealed class TreeExplainer : Explainer
{
    private const int BlocksPerBatch = 16;

    private static readonly int Lanes = Vector512<double>.Count;

    private readonly ExplainedTree[] _trees;
    private readonly int[] _features;
    private readonly int[] _slots;

    /// <exception cref="ArgumentException">
    /// A path has more distinct features than <see cref="ExplainedTree.MaximumFeaturesOnPath"/>.
    /// </exception>
    public TreeExplainer(TreeEnsemble model)
        : this(model, [.. model.Trees.Select(tree => new ExplainedTree(tree))])
    {
    }

    private TreeExplainer(TreeEnsemble model, ExplainedTree[] trees)
        : base(model, model.BaseScore + trees.Sum(tree => tree.ExpectedValue))
    {
        _trees = trees;
        _features = [.. model.Trees.SelectMany(tree => tree.Features).Distinct().Order()];
        _slots = new int[model.FeatureCount];
        for (int slot = 0; slot < _features.Length; slot++)
        {
            _slots[_features[slot]] = slot;
        }
    }

    protected override void AddContributions(FeatureMatrix features, ReadOnlySpan<int> rows, Span<double> contributions)
    {
        int edges = _trees.Length == 0 ? 0 : _trees.Max(tree => tree.EdgeCount);
        var scratch = new Scratch(
            new Vector512<double>[_features.Length * BlocksPerBatch],
            new Vector512<double>[_features.Length * BlocksPerBatch],
            new Vector512<double>[edges + 1],
            new Vector512<double>[edges + 1],
            new Vector512<double>[edges / 2]);
        int batch = BlocksPerBatch * Lanes;
        for (int start = 0; start < rows.Length; start += batch)
        {
            ReadOnlySpan<int> some = rows.Slice(start, Math.Min(batch, rows.Length - start));
            Load(features, some, scratch.Values);
            Array.Clear(scratch.Contributions);
            int blocks = (some.Length + Lanes - 1) / Lanes;
            foreach (ExplainedTree tree in _trees)
            {
                for (int block = 0; block < blocks; block++)
                {
                    AddTree(tree, block, scratch);
                }
            }

            Store(scratch.Contributions, some.Length, contributions.Slice(start * Model.FeatureCount));
        }
    }

    private void Load(FeatureMatrix features, ReadOnlySpan<int> rows, Vector512<double>[] values)
    {
        for (int slot = 0; slot < _features.Length; slot++)
        {
            ReadOnlySpan<float> column = features.Column(_features[slot]);
            for (int i = 0; i < rows.Length; i++)
            {
                ref Vector512<double> block = ref values[slot * BlocksPerBatch + i / Lanes];
                block = block.WithElement(i % Lanes, column[rows[i]]);
            }
        }
    }

    private void Store(Vector512<double>[] contributions, int rows, Span<double> destination)
    {
        for (int slot = 0; slot < _features.Length; slot++)
        {
            for (int i = 0; i < rows; i++)
            {
                destination[i * Model.FeatureCount + _features[slot]] =
                    contributions[slot * BlocksPerBatch + i / Lanes][i % Lanes];
            }
        }
    }

    private void AddTree(ExplainedTree tree, int block, in Scratch scratch)
    {
        Decide(tree, block, scratch);
        for (int point = 0; point < tree.PointCount; point++)
        {
            ReadOnlySpan<EdgeFactors> factors = tree.Factors.AsSpan(point * tree.EdgeCount, tree.EdgeCount);
            WalkDown(tree, factors, scratch);
            WalkUp(tree, factors, block, scratch);
        }
    }

    /// <summary>Marks, for each edge, the rows that pass it and all edges of its feature above it.</summary>
    private void Decide(ExplainedTree explained, int block, in Scratch scratch)
    {
        Tree tree = explained.Tree;
        Span<Vector512<double>> passed = scratch.Passed;
        passed[explained.NoEdge] = Vector512<double>.AllBitsSet;
        for (int split = 0; split < tree.SplitCount; split++)
        {
            Vector512<double> values = scratch.Values[_slots[tree.Features[split]] * BlocksPerBatch + block];
            Vector512<double> threshold = Vector512.Create((double)tree.Thresholds[split]);
            Vector512<double> above = passed[explained.Ancestors[2 * split]];
            Vector512<double> goesLeft = tree.MissingLeft[split]
                ? ~Vector512.GreaterThan(values, threshold)
                : Vector512.LessThanOrEqual(values, threshold);
            passed[2 * split] = above & goesLeft;
            passed[2 * split + 1] = Vector512.AndNot(above, goesLeft);
        }
    }

    /// <summary>The product of the factors of all features on the path to each edge's end.</summary>
    private static void WalkDown(ExplainedTree tree, ReadOnlySpan<EdgeFactors> factors, in Scratch scratch)
    {
        ReadOnlySpan<Vector512<double>> passed = scratch.Passed;
        Span<Vector512<double>> products = scratch.Products;
        ReadOnlySpan<int> parents = tree.Parents, ancestors = tree.Ancestors;
        products[tree.NoEdge] = Vector512<double>.One;
        for (int edge = 0; edge < factors.Length; edge++)
        {
            ref readonly EdgeFactors factor = ref factors[edge];
            products[edge] = products[parents[edge]] * Vector512.ConditionalSelect(
                passed[edge],
                Vector512.Create(factor.Passed),
                Vector512.ConditionalSelect(
                    passed[ancestors[edge]], Vector512.Create(factor.Missed), Vector512.Create(factor.Lost)));
        }
    }

    /// <summary>Sums leaf × product below each edge, and adds what the edge's feature contributes to that sum.</summary>
    private void WalkUp(ExplainedTree explained, ReadOnlySpan<EdgeFactors> factors, int block, in Scratch scratch)
    {
        Tree tree = explained.Tree;
        Span<Vector512<double>> sums = scratch.Sums;
        for (int split = tree.SplitCount - 1; split >= 0; split--)
        {
            Vector512<double> above = scratch.Passed[explained.Ancestors[2 * split]];
            Vector512<double> left = SumBelow(tree, tree.Left[split], 2 * split, scratch);
            Vector512<double> right = SumBelow(tree, tree.Right[split], 2 * split + 1, scratch);
            sums[split] = left + right;
            scratch.Contributions[_slots[tree.Features[split]] * BlocksPerBatch + block] +=
                left * Gain(factors[2 * split], scratch.Passed[2 * split], above)
                + right * Gain(factors[2 * split + 1], scratch.Passed[2 * split + 1], above);
        }
    }

    private static Vector512<double> SumBelow(Tree tree, int child, int edge, in Scratch scratch) =>
        child >= 0 ? scratch.Sums[child] : scratch.Products[edge] * tree.LeafValues[~child];

    private static Vector512<double> Gain(in EdgeFactors factor, Vector512<double> passed, Vector512<double> passedAbove) =>
        Vector512.ConditionalSelect(
            passed, Vector512.Create(factor.PassedGain), passedAbove & Vector512.Create(factor.MissedGain));

    /// <param name="Values">Feature by feature, block by block, eight rows each.</param>
    /// <param name="Contributions">As <paramref name="Values"/>.</param>
    /// <param name="Passed">For each edge, all bits of the rows that pass it; the last is for no edge, which all pass.</param>
    /// <param name="Products">For each edge; the last is for no edge.</param>
    /// <param name="Sums">For each split.</param>
    private readonly record struct Scratch(
        Vector512<double>[] Values,
        Vector512<double>[] Contributions,
        Vector512<double>[] Passed,
        Vector512<double>[] Products,
        Vector512<double>[] Sums);
}

using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Boosting;

/// <summary>
/// A tree made ready for <see cref="TreeExplainer"/>: its edges, with all that does not depend on a row computed once.
/// </summary>
/// <remarks>
/// Split s has edges 2s to its left child and 2s + 1 to its right. <see cref="NoEdge"/> stands for "none above".
/// </remarks>
internal sealed class ExplainedTree
{
    /// <summary>
    /// More distinct features on one path than any tree here has; beyond it points and memory would grow without use.
    /// </summary>
    public const int MaximumFeaturesOnPath = 128;

    private readonly double[] _reach;

    public ExplainedTree(Tree tree)
    {
        Tree = tree;
        NoEdge = 2 * tree.SplitCount;
        Parents = new int[NoEdge];
        Ancestors = new int[NoEdge];
        _reach = new double[NoEdge];
        int mostFeatures = Connect();
        if (mostFeatures > MaximumFeaturesOnPath)
        {
            throw new ArgumentException(
                $"A path of the tree has {mostFeatures} distinct features; at most {MaximumFeaturesOnPath} can be explained.",
                nameof(tree));
        }

        (double[] points, double[] weights) = Quadrature.GaussLegendre(Math.Max(1, (mostFeatures + 1) / 2));
        PointCount = points.Length;
        Factors = new EdgeFactors[PointCount * NoEdge];
        for (int point = 0; point < PointCount; point++)
        {
            for (int edge = 0; edge < NoEdge; edge++)
            {
                Factors[point * NoEdge + edge] = FactorsOf(edge, points[point], weights[point]);
            }
        }

        ExpectedValue = tree.SplitCount == 0 ? tree.LeafValues[0] : Expected(0);
    }

    public Tree Tree { get; }

    public int NoEdge { get; }

    public int EdgeCount => NoEdge;

    public int PointCount { get; }

    /// <summary>The edge that leads to each edge's split.</summary>
    public int[] Parents { get; }

    /// <summary>The nearest edge above that is decided by the same feature.</summary>
    public int[] Ancestors { get; }

    /// <summary>Point by point, edge by edge.</summary>
    public EdgeFactors[] Factors { get; }

    /// <summary>Mean of the leaves, each by the share of training weight that falls into it.</summary>
    public double ExpectedValue { get; }

    public int ChildOf(int edge) => (edge & 1) == 0 ? Tree.Left[edge >> 1] : Tree.Right[edge >> 1];

    /// <summary>
    /// Links edges to those above, multiplies up how much weight passes, and returns the most distinct features on a path.
    /// </summary>
    private int Connect()
    {
        var above = new int[Tree.SplitCount];
        var distinct = new int[NoEdge + 1];
        if (Tree.SplitCount > 0)
        {
            above[0] = NoEdge;
        }

        for (int edge = 0; edge < NoEdge; edge++)
        {
            int feature = Tree.Features[edge >> 1];
            int ancestor = above[edge >> 1];
            Parents[edge] = ancestor;
            while (ancestor != NoEdge && Tree.Features[ancestor >> 1] != feature)
            {
                ancestor = Parents[ancestor];
            }

            Ancestors[edge] = ancestor;
            _reach[edge] = Share(edge) * (ancestor == NoEdge ? 1 : _reach[ancestor]);
            distinct[edge] = distinct[Parents[edge]] + (ancestor == NoEdge ? 1 : 0);
            int child = ChildOf(edge);
            if (child >= 0)
            {
                above[child] = edge;
            }
        }

        return distinct.Max();
    }

    /// <summary>
    /// The share of a split's training weight that takes the edge. A split that no weight reached is taken as even.
    /// </summary>
    private double Share(int edge)
    {
        double taken = Weight(ChildOf(edge)), other = Weight(ChildOf(edge ^ 1));
        return taken + other == 0 ? 0.5 : taken / (taken + other);
    }

    private double Weight(int child) => Math.Max(0, child >= 0 ? Tree.SplitWeights[child] : Tree.LeafWeights[~child]);

    private double Expected(int split)
    {
        var expected = new double[Tree.SplitCount];
        for (int s = Tree.SplitCount - 1; s >= split; s--)
        {
            expected[s] = Share(2 * s) * Of(Tree.Left[s]) + Share(2 * s + 1) * Of(Tree.Right[s]);
        }

        return expected[split];

        double Of(int child) => child >= 0 ? expected[child] : Tree.LeafValues[~child];
    }

    /// <summary>
    /// With z the share of weight that passes all of the feature's edges so far, its factor at point t is (1 - t) z + t when the
    /// row passes them too, else (1 - t) z; and its contribution is (1 - z) over the one factor, -z over the other.
    /// </summary>
    private EdgeFactors FactorsOf(int edge, double point, double weight)
    {
        double missed = -1 / (1 - point);
        double passedFactor = Passed(_reach[edge]);
        int ancestor = Ancestors[edge];
        if (ancestor == NoEdge)
        {
            return new EdgeFactors(
                passedFactor, (1 - point) * _reach[edge], 0, weight * (1 - _reach[edge]) / passedFactor, weight * missed);
        }

        // The edge's factor takes the place of its ancestor's, and so does its contribution.
        double ancestorFactor = Passed(_reach[ancestor]);
        double ancestorPassed = (1 - _reach[ancestor]) / ancestorFactor;
        return new EdgeFactors(
            passedFactor / ancestorFactor,
            (1 - point) * _reach[edge] / ancestorFactor,
            Share(edge),
            weight * ((1 - _reach[edge]) / passedFactor - ancestorPassed),
            weight * (missed - ancestorPassed));

        double Passed(double reach) => point + (1 - point) * reach;
    }
}

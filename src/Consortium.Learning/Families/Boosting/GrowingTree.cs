using System.Collections.Immutable;
using Consortium.Learning.Binning;
using Consortium.Primitives;

namespace Consortium.Learning.Families.Boosting;

/// <summary>
/// A tree between rounds. Each round splits the best leaves, up to <see cref="BoostingSettings.SplitsPerRound"/>, and asks for
/// the left children's histograms; the right ones are the parent's less the left. Immutable.
/// </summary>
internal sealed class GrowingTree
{
    private readonly BoostingContext _frame;

    private GrowingTree(
        BoostingContext frame, ImmutableArray<int> features, ImmutableArray<GrowingNode> nodes, ImmutableArray<int> asked)
    {
        _frame = frame;
        Features = features;
        Nodes = nodes;
        Asked = asked;
    }

    /// <summary>The features that this tree may split on, in order.</summary>
    public ImmutableArray<int> Features { get; }

    /// <summary>Nodes in the order they came to be; 0 is the root.</summary>
    public ImmutableArray<GrowingNode> Nodes { get; }

    /// <summary>Splits whose left child's histogram the next round asks for; none when the tree is grown.</summary>
    public ImmutableArray<int> Asked { get; }

    /// <param name="histogram">The root's summed histogram.</param>
    public static GrowingTree Plant(BoostingContext frame, ImmutableArray<int> features, long[] histogram)
    {
        long gradient = 0;
        long hessian = 0;
        for (int bin = 0; bin < frame.Layout.BinCount(features[0]); bin++)
        {
            gradient += histogram[2 * bin];
            hessian += histogram[(2 * bin) + 1];
        }

        var root = new GrowingNode { Gradient = gradient, Hessian = hessian };
        root = root with { Histogram = histogram, Best = frame.Search.Best(features.AsSpan(), histogram, gradient, hessian) };
        return new GrowingTree(frame, features, [root], []).SplitBest();
    }

    /// <summary>The tree after a round.</summary>
    /// <param name="leftHistograms">One for each of <see cref="Asked"/>.</param>
    public GrowingTree Grow(ReadOnlySpan<long[]> leftHistograms)
    {
        GrowingNode[] nodes = [.. Nodes];
        for (int i = 0; i < Asked.Length; i++)
        {
            GrowingNode parent = nodes[Asked[i]];
            long[] left = leftHistograms[i];
            var right = new long[left.Length];
            Histogram.Subtract(parent.Histogram, left, right);
            nodes[Asked[i]] = parent with { Histogram = null };
            Offer(ref nodes[parent.Left], left);
            Offer(ref nodes[parent.Right], right);
        }

        return new GrowingTree(_frame, Features, [.. nodes], []).SplitBest();
    }

    /// <summary>The finished tree, leaves shrunk.</summary>
    public Tree ToTree()
    {
        int[] splits = [.. Enumerable.Range(0, Nodes.Length).Where(node => !Nodes[node].IsLeaf)];
        int[] leaves = [.. Enumerable.Range(0, Nodes.Length).Where(node => Nodes[node].IsLeaf)];
        var number = new int[Nodes.Length];
        for (int i = 0; i < splits.Length; i++)
        {
            number[splits[i]] = i;
        }

        for (int i = 0; i < leaves.Length; i++)
        {
            number[leaves[i]] = ~i;
        }

        return Tree.Create(
            _frame.Layout.FeatureCount,
            [.. splits.Select(node => Nodes[node].Split.Feature)],
            [.. splits.Select(node => Nodes[node].Split.Bin)],
            [.. splits.Select(node => _frame.Threshold(Nodes[node].Split))],
            [.. splits.Select(node => Nodes[node].Split.MissingLeft)],
            [.. splits.Select(node => number[Nodes[node].Left])],
            [.. splits.Select(node => number[Nodes[node].Right])],
            [.. splits.Select(node => Nodes[node].Split.Gain / _frame.Scale)],
            [.. splits.Select(node => Nodes[node].Hessian / _frame.Scale)],
            [.. leaves.Select(node => _frame.LeafValue(Nodes[node].Gradient, Nodes[node].Hessian))],
            [.. leaves.Select(node => Nodes[node].Hessian / _frame.Scale)]);
    }

    public static GrowingTree Read(ref CanonicalReader reader, BoostingContext frame, ImmutableArray<int> features)
    {
        int bins = frame.BinsOf(features);
        int count = reader.Int32(1, 2 * frame.Settings.Leaves, "a number of nodes");
        var nodes = new GrowingNode[count];
        for (int i = 0; i < count; i++)
        {
            var node = new GrowingNode { Gradient = reader.Int64(), Hessian = reader.Int64() };
            if (reader.Bool())
            {
                int feature = reader.Int32(0, frame.Layout.FeatureCount - 1, "a feature");
                int bin = reader.Int32(0, frame.Layout.Edges[feature].BinCount - 1, "a bin");
                var split = new SplitCandidate(feature, bin, reader.Bool(), reader.Finite(), reader.Int64(), reader.Int64());
                int left = reader.Int32(i + 1, count - 2, "a later node");
                node = node with { Split = split, Left = left, Right = left + 1 };
            }

            long[] histogram = reader.Int64s();
            if (histogram.Length > 0)
            {
                reader.Require(histogram.Length == 2 * bins, "a whole histogram", histogram.Length);
                node = node with { Histogram = histogram };
                node = node.IsLeaf
                    ? node with { Best = frame.Search.Best(features.AsSpan(), histogram, node.Gradient, node.Hessian) }
                    : node;
            }

            nodes[i] = node;
        }

        int[] asked = reader.Int32s();
        foreach (int node in asked)
        {
            reader.Require(
                node >= 0 && node < count && !nodes[node].IsLeaf && nodes[node].Histogram is not null, "a split to ask for",
                node);
        }

        reader.Require(
            asked.Length > 0 && asked.Distinct().Count() == asked.Length, "splits to ask for, each once", asked.Length);
        return new GrowingTree(frame, features, [.. nodes], [.. asked]);
    }

    public void Write(CanonicalWriter writer)
    {
        writer.Int32(Nodes.Length);
        foreach (GrowingNode node in Nodes)
        {
            writer.Int64(node.Gradient);
            writer.Int64(node.Hessian);
            writer.Bool(!node.IsLeaf);
            if (!node.IsLeaf)
            {
                writer.Int32(node.Split.Feature);
                writer.Int32(node.Split.Bin);
                writer.Bool(node.Split.MissingLeft);
                writer.Double(node.Split.Gain);
                writer.Int64(node.Split.LeftGradient);
                writer.Int64(node.Split.LeftHessian);
                writer.Int32(node.Left);
            }

            writer.Int64s(node.Histogram);
        }

        writer.Int32s(Asked.AsSpan());
    }

    private void Offer(ref GrowingNode leaf, long[] histogram)
    {
        SplitCandidate best = _frame.Search.Best(Features.AsSpan(), histogram, leaf.Gradient, leaf.Hessian);
        leaf = leaf with { Best = best, Histogram = best.Exists ? histogram : null };
    }

    /// <summary>Splits leaves, the best first, until a histogram is wanted, or the leaves or the splits run out.</summary>
    private GrowingTree SplitBest()
    {
        List<GrowingNode> nodes = [.. Nodes];
        int leaves = nodes.Count(node => node.IsLeaf);
        List<int> asked = [];
        while (asked.Count == 0)
        {
            int[] best = [.. Enumerable.Range(0, nodes.Count)
                .Where(node => nodes[node].IsLeaf && nodes[node].Best.Exists)
                .OrderByDescending(node => nodes[node].Best.Gain)
                .ThenBy(node => node)
                .Take(Math.Min(_frame.Settings.SplitsPerRound, _frame.Settings.Leaves - leaves))];
            if (best.Length == 0)
            {
                break;
            }

            leaves += best.Length;
            foreach (int node in best)
            {
                if (_frame.GrowsAtOnce)
                {
                    Split(nodes, node);
                    OfferChildren(nodes, node);
                }
                else if (Split(nodes, node) && leaves < _frame.Settings.Leaves)
                {
                    asked.Add(node);
                }
                else
                {
                    nodes[node] = nodes[node] with { Histogram = null };
                }
            }
        }

        return new GrowingTree(_frame, Features, [.. nodes], [.. asked]);
    }

    /// <summary>
    /// With one column the children's histograms are parts of the parent's, bins on either side of the split, so no round asks.
    /// </summary>
    private void OfferChildren(List<GrowingNode> nodes, int node)
    {
        GrowingNode parent = nodes[node];
        SplitCandidate split = parent.Split;
        int present = _frame.Layout.Edges[split.Feature].BinCount;
        var left = new long[parent.Histogram!.Length];
        parent.Histogram.AsSpan(0, 2 * Math.Min(split.Bin + 1, present)).CopyTo(left);
        if (split.MissingLeft || split.Bin >= present)
        {
            parent.Histogram.AsSpan(2 * present).CopyTo(left.AsSpan(2 * present));
        }

        var right = new long[left.Length];
        Histogram.Subtract(parent.Histogram, left, right);
        nodes[node] = parent with { Histogram = null };
        foreach ((int child, long[] histogram) in ((int, long[])[])[(parent.Left, left), (parent.Right, right)])
        {
            GrowingNode leaf = nodes[child];
            Offer(ref leaf, histogram);
            nodes[child] = leaf;
        }
    }

    /// <summary>Splits a leaf; true where one of the children is heavy enough to be split again.</summary>
    private bool Split(List<GrowingNode> nodes, int node)
    {
        GrowingNode parent = nodes[node];
        SplitCandidate split = parent.Best;
        var left = new GrowingNode { Gradient = split.LeftGradient, Hessian = split.LeftHessian };
        var right = new GrowingNode { Gradient = parent.Gradient - left.Gradient, Hessian = parent.Hessian - left.Hessian };
        nodes[node] = parent with { Split = split, Best = SplitCandidate.None, Left = nodes.Count, Right = nodes.Count + 1 };
        nodes.Add(left);
        nodes.Add(right);
        return Math.Max(left.Hessian, right.Hessian) >= 2 * _frame.MinimumChildHessian;
    }
}

using Consortium.Learning.Binning;

namespace Consortium.Learning.Families.Boosting;

/// <summary>
/// A bank's rows in a tree that is being grown: which rows stand at which node, and the nodes' local histograms.
/// </summary>
internal sealed class LocalTree
{
    private readonly BinLayout _layout;
    private readonly BinnedRows _binned;
    private readonly int[] _rows;
    private readonly long[] _packed;
    private readonly int[] _rightRows;
    private readonly long[] _rightPacked;
    private readonly Stack<long[]> _spare = [];
    private readonly List<Node?> _nodes = [];
    private int[] _features = [];
    private int _length;

    public LocalTree(BinLayout layout, BinnedRows binned)
    {
        _layout = layout;
        _binned = binned;
        _rows = new int[binned.RowCount];
        _packed = new long[binned.RowCount];
        _rightRows = new int[binned.RowCount];
        _rightPacked = new long[binned.RowCount];
    }

    /// <summary>Starts a tree: all rows that were drawn stand at its root.</summary>
    /// <param name="features">The features the tree may split on.</param>
    /// <param name="draw">Fills the drawn rows, ascending, with their packed pairs, and says how many there are.</param>
    public void Plant(int[] features, Func<int[], long[], int> draw)
    {
        foreach (Node? node in _nodes)
        {
            Release(node);
        }

        _nodes.Clear();
        _spare.Clear();
        _features = features;
        _length = 2 * features.Sum(_layout.BinCount);
        _nodes.Add(new Node { Start = 0, Count = draw(_rows, _packed) });
    }

    /// <summary>Whether the splits made here so far are the first of those of <paramref name="growing"/>.</summary>
    public bool IsPartOf(GrowingTree growing)
    {
        if (_nodes.Count == 0
            || _nodes.Count > growing.Nodes.Length
            || !_features.AsSpan().SequenceEqual(growing.Features.AsSpan()))
        {
            return false;
        }

        for (int i = 0; i < _nodes.Count; i++)
        {
            if (_nodes[i] is { } node && node.Split.Exists && node.Split != growing.Nodes[i].Split)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The root's histogram.</summary>
    public void SumRoot(Span<long> destination)
    {
        Node root = _nodes[0]!;
        root.Histogram = Sum(root);
        root.Histogram.CopyTo(destination);
    }

    /// <summary>Adds all rows' pairs to those of their leaves.</summary>
    public void SumLeaves(RandomTree tree, Span<long> destination)
    {
        Node root = _nodes[0]!;
        tree.Sum(_binned, _layout, _rows.AsSpan(0, root.Count), _packed.AsSpan(0, root.Count), destination);
    }

    /// <summary>The histograms of the left children asked for, one after another.</summary>
    public void SumAsked(GrowingTree growing, Span<long> destination)
    {
        for (int i = 0; i < growing.Nodes.Length; i++)
        {
            if (!growing.Nodes[i].IsLeaf && !_nodes[i]!.Split.Exists)
            {
                Split(_nodes[i]!, growing.Nodes[i]);
            }
        }

        for (int i = 0; i < growing.Asked.Length; i++)
        {
            GrowingNode parent = growing.Nodes[growing.Asked[i]];
            SumChildren(_nodes[growing.Asked[i]]!, _nodes[parent.Left]!, _nodes[parent.Right]!);
            _nodes[parent.Left]!.Histogram.CopyTo(destination[(i * _length)..]);
        }
    }

    /// <summary>Sums the rows of the smaller child only, where the parent's histogram is at hand to take it from.</summary>
    private void SumChildren(Node parent, Node left, Node right)
    {
        if (left.Histogram is not null)
        {
            return;
        }

        if (parent.Histogram is null)
        {
            left.Histogram = Sum(left);
            return;
        }

        Node smaller = left.Count <= right.Count ? left : right;
        Node larger = left.Count <= right.Count ? right : left;
        smaller.Histogram = Sum(smaller);
        larger.Histogram = parent.Histogram;
        Histogram.Subtract(parent.Histogram, smaller.Histogram, larger.Histogram);
        parent.Histogram = null;
    }

    private long[] Sum(Node node)
    {
        long[] histogram = _spare.TryPop(out long[]? spare) ? spare : new long[_length];
        _binned.Sum(_rows.AsSpan(node.Start, node.Count), _packed.AsSpan(node.Start, node.Count), _features, histogram);
        return histogram;
    }

    private void Release(Node? node)
    {
        if (node?.Histogram is { } histogram)
        {
            _spare.Push(histogram);
            node.Histogram = null;
        }
    }

    /// <summary>Parts a node's rows into those that go left, then those that go right, both in their order.</summary>
    private void Split(Node node, GrowingNode grown)
    {
        SplitCandidate split = grown.Split;
        ReadOnlySpan<byte> column = _binned.Column(split.Feature);
        int missingLeft = split.MissingLeft ? _layout.Edges[split.Feature].MissingBin : -1;
        Span<int> rows = _rows.AsSpan(node.Start, node.Count);
        Span<long> packed = _packed.AsSpan(node.Start, node.Count);
        int left = 0;
        int right = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            long pair = packed[i];
            int bin = column[row];
            bool goesLeft = bin <= split.Bin | bin == missingLeft;
            rows[left] = row;
            packed[left] = pair;
            _rightRows[right] = row;
            _rightPacked[right] = pair;
            int step = goesLeft ? 1 : 0;
            left += step;
            right += 1 - step;
        }

        _rightRows.AsSpan(0, right).CopyTo(rows[left..]);
        _rightPacked.AsSpan(0, right).CopyTo(packed[left..]);
        node.Split = split;
        while (_nodes.Count <= grown.Right)
        {
            _nodes.Add(null);
        }

        _nodes[grown.Left] = new Node { Start = node.Start, Count = left };
        _nodes[grown.Right] = new Node { Start = node.Start + left, Count = right };
    }

    private sealed class Node
    {
        public required int Start { get; init; }

        public required int Count { get; init; }

        public SplitCandidate Split { get; set; } = SplitCandidate.None;

        public long[]? Histogram { get; set; }
    }
}

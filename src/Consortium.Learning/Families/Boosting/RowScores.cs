using System.Collections.Immutable;
using Consortium.Learning.Binning;

namespace Consortium.Learning.Families.Boosting;

/// <summary>Log-odds of binned rows under a growing ensemble, kept from round to round.</summary>
internal sealed class RowScores
{
    private readonly BinLayout _layout;
    private readonly byte[][] _columns;
    private readonly double _baseScore;
    private readonly double[] _logOdds;
    private readonly List<Tree> _added = [];

    public RowScores(BinLayout layout, byte[][] columns, int rowCount, double baseScore)
    {
        _layout = layout;
        _columns = columns;
        _baseScore = baseScore;
        _logOdds = new double[rowCount];
        Array.Fill(_logOdds, baseScore);
    }

    /// <summary>
    /// The rows' log-odds under <paramref name="trees"/>: the trees not yet added are; if others were, it starts again.
    /// </summary>
    public ReadOnlySpan<double> Under(ImmutableArray<Tree> trees)
    {
        if (_added.Count > trees.Length || !_added.Zip(trees).All(pair => pair.First.IsSameAs(pair.Second)))
        {
            _added.Clear();
            Array.Fill(_logOdds, _baseScore);
        }

        foreach (Tree tree in trees.AsSpan()[_added.Count..])
        {
            Add(tree);
            _added.Add(tree);
        }

        return _logOdds;
    }

    private void Add(Tree tree)
    {
        ReadOnlySpan<int> bins = tree.Bins.AsSpan();
        ReadOnlySpan<int> left = tree.Left.AsSpan();
        ReadOnlySpan<int> right = tree.Right.AsSpan();
        ReadOnlySpan<double> values = tree.LeafValues.AsSpan();
        byte[][] columns = [.. tree.Features.Select(feature => _columns[feature])];
        int[] missingBins =
            [.. tree.Features.Select((feature, split) => tree.MissingLeft[split] ? _layout.Edges[feature].MissingBin : -1)];
        int root = tree.SplitCount == 0 ? ~0 : 0;
        for (int row = 0; row < _logOdds.Length; row++)
        {
            int node = root;
            while (node >= 0)
            {
                int bin = columns[node][row];
                node = bin <= bins[node] || bin == missingBins[node] ? left[node] : right[node];
            }

            _logOdds[row] += values[~node];
        }
    }
}

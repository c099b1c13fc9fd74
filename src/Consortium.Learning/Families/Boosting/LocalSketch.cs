using Consortium.Learning.Binning;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Boosting;

/// <summary>One bank's part of <see cref="SketchState"/>: its values in order.</summary>
internal sealed class LocalSketch
{
    private readonly SortedKeys[] _keys;

    public LocalSketch(TrainingRows rows)
    {
        _keys = new SortedKeys[rows.Training.ColumnCount];
        for (int feature = 0; feature < _keys.Length; feature++)
        {
            _keys[feature] = new SortedKeys(rows.Training.Column(feature));
        }
    }

    public void Contribute(SketchState state, Span<long> contribution) => state.Count(_keys, contribution);
}

using System.Collections.Immutable;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Boosting;

/// <summary>One bank's part of <see cref="BoostingState"/>.</summary>
internal sealed class LocalBoosting
{
    private const int Stretch = 2048;

    private readonly BoostingContext _frame;
    private readonly ImmutableArray<byte> _labels;
    private readonly ImmutableArray<byte> _validationLabels;
    private readonly RowScores _training;
    private readonly RowScores _validation;
    private readonly ulong[] _rowKeys;
    private readonly LocalTree _tree;
    private ImmutableArray<Tree> _plantedAfter;

    public LocalBoosting(BoostingState state, TrainingRows rows)
    {
        _frame = state.Frame;
        _labels = rows.TrainingLabels;
        _validationLabels = rows.ValidationLabels;
        byte[][] columns = _frame.Layout.Bin(rows.Training);
        _training = new RowScores(_frame.Layout, columns, _labels.Length, _frame.BaseScore);
        bool validates = _frame.Settings.Patience > 0;
        _validation = validates
            ? new RowScores(_frame.Layout, _frame.Layout.Bin(rows.Validation), _validationLabels.Length, _frame.BaseScore)
            : new RowScores(_frame.Layout, [], 0, _frame.BaseScore);
        _rowKeys = _frame.Settings.RowFraction < 1 ? RowIdentity.KeysOf(rows.Training, _labels.AsSpan()) : [];
        _tree = new LocalTree(_frame.Layout, new BinnedRows(_frame.Layout, columns, _labels.Length));
    }

    public void Contribute(BoostingState state, Span<long> contribution)
    {
        if (state.AsksValidation)
        {
            ValidationMeasure.Count(
                _validation.Under(state.Trees),
                _validationLabels.AsSpan(),
                _frame.ValidationShift(state.Trees.Length),
                contribution[^ValidationMeasure.Length..]);
        }

        if (state.AskedNodes == 0)
        {
            return;
        }

        Span<long> histograms = contribution[..(state.AskedNodes * state.NodeLength)];
        if (_frame.DrawsSplits)
        {
            Plant(state);
            _tree.SumLeaves(_frame.RandomTreeOf(state.Trees.Length), histograms);
        }
        else if (state.Growing is null)
        {
            Plant(state);
            _tree.SumRoot(histograms);
        }
        else
        {
            if (!IsPlantedAfter(state.Trees) || !_tree.IsPartOf(state.Growing))
            {
                Plant(state);
            }

            _tree.SumAsked(state.Growing, histograms);
        }

        for (int i = 0; i < histograms.Length; i += 2)
        {
            histograms[i] += _frame.GradientOffset;
        }
    }

    private bool IsPlantedAfter(ImmutableArray<Tree> trees) =>
        !_plantedAfter.IsDefault
        && _plantedAfter.Length == trees.Length
        && _plantedAfter.Zip(trees).All(pair => pair.First.IsSameAs(pair.Second));

    private void Plant(BoostingState state)
    {
        _training.Under(state.Trees);
        _plantedAfter = state.Trees;
        _tree.Plant([.. state.Features], (rows, packed) => Draw(state.Trees, rows, packed));
    }

    /// <summary>
    /// Draws the tree's rows and quantises their gradients: w(p − y) and w p(1 − p), times the scale, rounded to the nearest,
    /// ties to even.
    /// </summary>
    private int Draw(ImmutableArray<Tree> trees, int[] rows, long[] packed)
    {
        ReadOnlySpan<double> logOdds = _training.Under(trees);
        ulong key = _frame.RowKey(trees.Length);
        double fraction = _frame.Settings.RowFraction;
        double scale = _frame.Scale;
        double positiveScale = scale * _frame.Settings.PositiveWeight;
        Span<double> probabilities = stackalloc double[Stretch];
        int drawn = 0;
        for (int start = 0; start < logOdds.Length; start += Stretch)
        {
            int count = Math.Min(Stretch, logOdds.Length - start);
            Sigmoid.Apply(logOdds.Slice(start, count), probabilities[..count]);
            for (int i = 0; i < count; i++)
            {
                int row = start + i;
                if (_rowKeys.Length > 0 && SeededChoice.Uniform(key, _rowKeys[row]) >= fraction)
                {
                    continue;
                }

                double p = probabilities[i];
                bool laundering = _labels[row] != 0;
                double weight = laundering ? positiveScale : scale;
                int gradient = (int)Math.Round(weight * (laundering ? p - 1 : p));
                uint hessian = (uint)Math.Round(weight * (p * (1 - p)));
                rows[drawn] = row;
                packed[drawn] = Histogram.Pack(gradient, hessian);
                drawn++;
            }
        }

        return drawn;
    }
}

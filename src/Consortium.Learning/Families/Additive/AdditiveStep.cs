using Consortium.Learning.Families.Boosting;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Additive;

/// <summary>
/// One bank's side of an additive model's training: log-odds of its rows, kept from round to round, and histograms.
/// </summary>
internal sealed class AdditiveStep(TrainingRows rows) : LocalStep
{
    /// <summary>Rows at a time: packed sums over this many stay exact.</summary>
    private const int Stretch = 2048;

    private readonly double[] _probabilities = new double[Stretch];
    private readonly long[] _packed = new long[Stretch];
    private readonly long[] _sums = new long[256];
    private byte[][]? _columns;
    private long[] _logOdds = [];
    private long[] _values = [];

    public override void Contribute(TrainingState state, Span<long> contribution, CancellationToken cancellationToken)
    {
        var additive = (AdditiveState)state;
        Follow(additive);
        int count = rows.Training.RowCount;
        for (int start = 0; start < count; start += Stretch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int length = Math.Min(Stretch, count - start);
            Weigh(additive, start, length);
            AddHistograms(additive, start, length, contribution);
        }

        for (int i = 0; i < contribution.Length; i += 2)
        {
            contribution[i] += additive.GradientOffset;
        }
    }

    /// <summary>Brings the rows' log-odds to the state's values: exact, whichever values they had before.</summary>
    private void Follow(AdditiveState state)
    {
        if (_columns is null)
        {
            _columns = state.Layout.Bin(rows.Training);
            _logOdds = new long[rows.Training.RowCount];
            _values = new long[state.Layout.TotalBins];
        }

        for (int feature = 0; feature < state.Layout.FeatureCount; feature++)
        {
            int first = state.Layout.Offset(feature), bins = state.Layout.BinCount(feature);
            Span<long> known = _values.AsSpan(first, bins);
            ReadOnlySpan<long> values = state.Values.Slice(first, bins);
            if (known.SequenceEqual(values))
            {
                continue;
            }

            var change = new long[256];
            for (int bin = 0; bin < bins; bin++)
            {
                change[bin] = values[bin] - known[bin];
            }

            values.CopyTo(known);
            byte[] column = _columns[feature];
            for (int row = 0; row < column.Length; row++)
            {
                _logOdds[row] += change[column[row]];
            }
        }
    }

    /// <summary>Gradients w(p − y) and hessians w p(1 − p), times the scale, rounded to the nearest, ties to even.</summary>
    private void Weigh(AdditiveState state, int start, int count)
    {
        Span<double> probabilities = _probabilities.AsSpan(0, count);
        for (int i = 0; i < count; i++)
        {
            probabilities[i] = state.BaseScore + (_logOdds[start + i] * AdditiveState.Unit);
        }

        Sigmoid.Apply(probabilities, probabilities);
        for (int i = 0; i < count; i++)
        {
            double p = probabilities[i];
            bool laundering = rows.TrainingLabels[start + i] != 0;
            double weight = laundering ? state.Scale * state.Settings.PositiveWeight : state.Scale;
            _packed[i] = Histogram.Pack(
                (int)Math.Round(weight * (laundering ? p - 1 : p)), (uint)Math.Round(weight * (p * (1 - p))));
        }
    }

    private void AddHistograms(AdditiveState state, int start, int count, Span<long> contribution)
    {
        int at = 0;
        foreach (int feature in state.Features)
        {
            int bins = state.Layout.BinCount(feature);
            Array.Clear(_sums);
            ReadOnlySpan<byte> column = _columns![feature].AsSpan(start, count);
            for (int i = 0; i < column.Length; i++)
            {
                _sums[column[i]] += _packed[i];
            }

            for (int bin = 0; bin < bins; bin++, at += 2)
            {
                contribution[at] += Histogram.GradientOf(_sums[bin]);
                contribution[at + 1] += Histogram.HessianOf(_sums[bin]);
            }
        }
    }
}

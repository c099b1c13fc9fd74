using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Consortium.Learning.Models;

namespace Consortium.Learning.Families.Logistic;

/// <summary>
/// One bank's part of <see cref="NewtonState"/>: standardises, weighs and sums its rows a stretch at a time, column by column.
/// </summary>
internal sealed class LocalRegression
{
    /// <summary>
    /// Rows at a time: products are at most 2^24, so each of 16 32-bit sums over this many rows stays below 2^31.
    /// </summary>
    private const int Stretch = 1024;

    private readonly TrainingRows _rows;
    private readonly int _size;
    private readonly short[] _values;
    private readonly short[] _rooted;
    private readonly double[] _logOdds = new double[Stretch];
    private readonly int[] _residuals = new int[Stretch];
    private readonly double[] _roots = new double[Stretch];

    public LocalRegression(NewtonState state, TrainingRows rows)
    {
        _rows = rows;
        _size = state.Weights.Length;
        _values = new short[_size * Stretch];
        _rooted = new short[_size * Stretch];
    }

    public void Contribute(NewtonState state, Span<long> contribution, CancellationToken cancellationToken)
    {
        LogisticModel model = state.Current();
        for (int start = 0; start < _rows.Training.RowCount; start += Stretch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(Stretch, _rows.Training.RowCount - start);
            Standardize(state, model, start, count);
            Weigh(state, start, count);
            AddSums(contribution, count);
        }

        foreach (ref long entry in contribution)
        {
            entry += state.Offset;
        }
    }

    private Span<short> Values(int column, int count) => _values.AsSpan(column * Stretch, count);

    private Span<short> Rooted(int column, int count) => _rooted.AsSpan(column * Stretch, count);

    private void Standardize(NewtonState state, LogisticModel model, int start, int count)
    {
        _logOdds.AsSpan(0, count).Fill(state.Weights[^1]);
        Values(_size - 1, count).Fill((short)NewtonState.ValueScale);
        for (int feature = 0; feature < _size - 1; feature++)
        {
            ReadOnlySpan<float> column = _rows.Training.Column(feature).Slice(start, count);
            Span<short> values = Values(feature, count);
            double weight = state.Weights[feature] / NewtonState.ValueScale;
            for (int row = 0; row < count; row++)
            {
                double value = Math.Round(model.Standardize(feature, column[row]) * NewtonState.ValueScale);
                values[row] = (short)value;
                _logOdds[row] += weight * value;
            }
        }
    }

    /// <summary>
    /// Residuals w(p − y), and each value times the root of its row's weight w p(1 − p), rounded to the nearest, ties to even.
    /// </summary>
    private void Weigh(NewtonState state, int start, int count)
    {
        Span<double> probabilities = _logOdds.AsSpan(0, count);
        Sigmoid.Apply(probabilities, probabilities);
        ReadOnlySpan<byte> labels = _rows.TrainingLabels.AsSpan(start, count);
        for (int row = 0; row < count; row++)
        {
            double p = probabilities[row];
            double weight = state.WeightScale * (labels[row] != 0 ? state.Settings.PositiveWeight : 1);
            _residuals[row] = (int)Math.Round(weight * (p - labels[row]) * NewtonState.ResidualScale);
            _roots[row] = Math.Sqrt(weight * (p * (1 - p))) * (NewtonState.RootedScale / NewtonState.ValueScale);
        }

        for (int i = 0; i < _size; i++)
        {
            ReadOnlySpan<short> values = Values(i, count);
            Span<short> rooted = Rooted(i, count);
            for (int row = 0; row < count; row++)
            {
                rooted[row] = (short)Math.Round(_roots[row] * values[row]);
            }
        }
    }

    private void AddSums(Span<long> contribution, int count)
    {
        ReadOnlySpan<int> residuals = _residuals.AsSpan(0, count);
        int at = 0;
        for (int i = 0; i < _size; i++)
        {
            contribution[at++] += DotResiduals(residuals, Values(i, count));
        }

        for (int i = 0; i < _size; i++)
        {
            ReadOnlySpan<short> left = Rooted(i, count);
            for (int j = 0; j <= i; j++)
            {
                contribution[at++] += Dot(left, Rooted(j, count));
            }
        }
    }

    private static long DotResiduals(ReadOnlySpan<int> residuals, ReadOnlySpan<short> values)
    {
        long sum = 0;
        for (int i = 0; i < residuals.Length; i++)
        {
            sum += (long)residuals[i] * values[i];
        }

        return sum;
    }

    private static long Dot(ReadOnlySpan<short> left, ReadOnlySpan<short> right)
    {
        Vector512<int> sums = Vector512<int>.Zero;
        int i = 0;
        for (; i <= left.Length - Vector512<short>.Count; i += Vector512<short>.Count)
        {
            sums += MultiplyAddPairs(Vector512.Create(left[i..]), Vector512.Create(right[i..]));
        }

        (Vector512<long> low, Vector512<long> high) = Vector512.Widen(sums);
        long sum = Vector512.Sum(low + high);
        for (; i < left.Length; i++)
        {
            sum += left[i] * right[i];
        }

        return sum;
    }

    private static Vector512<int> MultiplyAddPairs(Vector512<short> left, Vector512<short> right)
    {
        if (Avx512BW.IsSupported)
        {
            return Avx512BW.MultiplyAddAdjacent(left, right);
        }

        (Vector512<int> leftLow, Vector512<int> leftHigh) = Vector512.Widen(left);
        (Vector512<int> rightLow, Vector512<int> rightHigh) = Vector512.Widen(right);
        return (leftLow * rightLow) + (leftHigh * rightHigh);
    }
}

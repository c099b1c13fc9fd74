using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Encryption;

/// <summary>
/// Real values in [-clip, clip] as levels 0 to L - 1, offset-binary, so that sums of levels are sums of values. Immutable, thread-safe.
/// </summary>
public sealed class Quantizer
{
    private readonly float _scale;

    /// <param name="clip">The largest magnitude; positive and finite.</param>
    /// <param name="levels">2 to 65,536 levels; a step is 2 * clip / (levels - 1).</param>
    public Quantizer(float clip, int levels)
    {
        if (!(clip > 0) || !float.IsFinite(2 * clip))
        {
            throw new ArgumentOutOfRangeException(nameof(clip), clip, "The clip must be positive, and twice of it finite.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(levels, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(levels, 1 << 16);
        Clip = clip;
        Levels = levels;
        _scale = (levels - 1) / (2 * clip);
    }

    /// <summary>The largest magnitude that is in range.</summary>
    public float Clip { get; }

    public int Levels { get; }

    /// <summary>The distance of two levels: a rounded value is off by half of it at most, and a 64th for single precision.</summary>
    public double Step => 2.0 * Clip / (Levels - 1);

    /// <summary>Brings values into range, on purpose, and returns how many were outside. NaN stays NaN, for quantising to refuse.</summary>
    public int ClipInPlace(Span<float> values)
    {
        int clipped = 0;
        foreach (ref float value in values)
        {
            if (Math.Abs(value) > Clip)
            {
                value = value > 0 ? Clip : -Clip;
                clipped++;
            }
        }

        return clipped;
    }

    /// <summary>Rounds each value to its nearest level, ties to even: the same on every machine.</summary>
    /// <param name="values">Values in [-clip, clip].</param>
    /// <param name="levels">As many levels.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside the range or not a number; it is named by its index.</exception>
    public void Quantize(ReadOnlySpan<float> values, Span<ushort> levels)
    {
        Guard(values, levels);
        var offset = new Vector<float>(Clip);
        var scale = new Vector<float>(_scale);
        int i = 0;
        for (; i <= values.Length - (2 * Vector<float>.Count); i += 2 * Vector<float>.Count)
        {
            Vector<int> lower = Vector.ConvertToInt32(Vector.Round((new Vector<float>(values[i..]) + offset) * scale));
            Vector<int> upper = Vector.ConvertToInt32(Vector.Round((new Vector<float>(values[(i + Vector<float>.Count)..]) + offset) * scale));
            Vector.Narrow(lower.As<int, uint>(), upper.As<int, uint>()).CopyTo(levels[i..]);
        }

        for (; i < values.Length; i++)
        {
            levels[i] = (ushort)MathF.Round((values[i] + Clip) * _scale);
        }
    }

    /// <summary>Rounds up with the probability of the fraction, so that errors of many banks average out. Needs a generator the plan seeds.</summary>
    /// <inheritdoc cref="Quantize(ReadOnlySpan{float}, Span{ushort})"/>
    public void Quantize(ReadOnlySpan<float> values, Span<ushort> levels, SeededRandomSource randomness)
    {
        Guard(values, levels);
        Span<ushort> dither = stackalloc ushort[1024];
        for (int start = 0; start < values.Length; start += dither.Length)
        {
            int count = Math.Min(dither.Length, values.Length - start);
            randomness.Fill(MemoryMarshal.AsBytes(dither));
            for (int i = 0; i < count; i++)
            {
                double level = ((double)values[start + i] + Clip) / Step;
                levels[start + i] = (ushort)Math.Min(Math.Floor(level + (dither[i] / 65536.0)), Levels - 1);
            }
        }
    }

    /// <summary>Sums of levels over that many banks back to sums of values.</summary>
    public void Dequantize(ReadOnlySpan<ulong> sums, int banks, Span<double> values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, sums.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(banks, 1);
        double offset = (double)banks * Clip, step = Step;
        for (int i = 0; i < sums.Length; i++)
        {
            values[i] = (sums[i] * step) - offset;
        }
    }

    private void Guard(ReadOnlySpan<float> values, Span<ushort> levels)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(levels.Length, values.Length);
        var clip = new Vector<float>(Clip);
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        bool inRange = true;
        foreach (Vector<float> vector in vectors)
        {
            // Written so that NaN, which compares false, is out of range.
            inRange &= Vector.LessThanOrEqualAll(Vector.Abs(vector), clip);
        }

        foreach (float value in values[(vectors.Length * Vector<float>.Count)..])
        {
            inRange &= Math.Abs(value) <= Clip;
        }

        if (!inRange)
        {
            int index = 0;
            while (Math.Abs(values[index]) <= Clip)
            {
                index++;
            }

            throw new ArgumentOutOfRangeException(
                nameof(values),
                string.Create(CultureInfo.InvariantCulture, $"Value {index} is {values[index]}, outside [-{Clip}, {Clip}]; clip first if that is meant."));
        }
    }
}

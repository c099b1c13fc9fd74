using System.Runtime.Intrinsics;

namespace Consortium.Learning.Models;

/// <summary>
/// 1 / (1 + e^−x), the same bits on every machine: only IEEE additions, multiplications and divisions in a fixed order, never the
/// platform's exponential nor a fused multiply-add. Relative error below 2^−49 of the true value.
/// </summary>
/// <remarks>
/// e^y with y = k ln 2 + r, |r| ≤ ln 2 / 2: ln 2 in two parts (Cody and Waite, *Software Manual for the Elementary Functions*,
/// 1980), e^r by its Taylor polynomial of degree 13 in Horner form.
/// </remarks>
public static class Sigmoid
{
    private const double Limit = 700;
    private const double Log2E = 1.4426950408889634;
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;

    /// <summary>1.5 × 2^52: adding and taking it away rounds to the nearest integer, ties to even.</summary>
    private const double Rounder = 6755399441055744;

    private static readonly double[] InverseFactorials = ComputeInverseFactorials();

    /// <summary>1 / (1 + e^−x). NaN is not allowed.</summary>
    public static double Of(double x)
    {
        double y = Math.Min(Math.Max(-x, -Limit), Limit);
        double k = (y * Log2E) + Rounder - Rounder;
        double r = y - (k * Ln2High) - (k * Ln2Low);
        double e = InverseFactorials[^1];
        for (int i = InverseFactorials.Length - 2; i >= 0; i--)
        {
            e = (e * r) + InverseFactorials[i];
        }

        double power = BitConverter.Int64BitsToDouble(((long)k + 1023) << 52);
        return 1 / (1 + (e * power));
    }

    /// <summary>
    /// The x in ±64 whose <see cref="Of(double)"/> is nearest <paramref name="probability"/>, found by bisection.
    /// </summary>
    public static double Inverse(double probability)
    {
        double low = -64;
        double high = 64;
        for (int i = 0; i < 64; i++)
        {
            double middle = (low + high) / 2;
            if (Of(middle) < probability)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return high;
    }

    /// <summary>
    /// <paramref name="destination"/>[i] = <see cref="Of(double)"/>(<paramref name="source"/>[i]); the two may be the same span.
    /// </summary>
    public static void Apply(ReadOnlySpan<double> source, Span<double> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, source.Length);
        int i = 0;
        for (; i <= source.Length - Vector512<double>.Count; i += Vector512<double>.Count)
        {
            Of(Vector512.Create(source[i..])).CopyTo(destination[i..]);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = Of(source[i]);
        }
    }

    internal static Vector512<double> Of(Vector512<double> x)
    {
        Vector512<double> rounder = Vector512.Create(Rounder);
        Vector512<double> y = Vector512.Min(Vector512.Max(-x, Vector512.Create(-Limit)), Vector512.Create(Limit));
        Vector512<double> shifted = (y * Log2E) + rounder;
        Vector512<double> k = shifted - rounder;
        Vector512<double> r = y - (k * Ln2High) - (k * Ln2Low);
        double[] coefficients = InverseFactorials;
        Vector512<double> e = Vector512.Create(coefficients[^1]);
        for (int i = coefficients.Length - 2; i >= 0; i--)
        {
            e = (e * r) + Vector512.Create(coefficients[i]);
        }

        Vector512<long> exponent = shifted.AsInt64() - rounder.AsInt64() + Vector512.Create(1023L);
        return Vector512<double>.One / (Vector512<double>.One + (e * (exponent << 52).AsDouble()));
    }

    private static double[] ComputeInverseFactorials()
    {
        var inverse = new double[14];
        double factorial = 1;
        for (int i = 0; i < inverse.Length; i++)
        {
            factorial *= Math.Max(i, 1);
            inverse[i] = 1 / factorial;
        }

        return inverse;
    }
}

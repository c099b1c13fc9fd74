namespace Consortium.Cryptography.Sharing;

/// <summary>
/// Unique decoding over F_65521: Gao, "A new algorithm for decoding Reed-Solomon codes" (2003). Polynomials are arrays of
/// coefficients, lowest first. Variable time.
/// </summary>
internal static class ReedSolomon
{
    /// <summary>
    /// The polynomial of degree below <paramref name="dimension"/> that differs from <paramref name="values"/> at no more than
    /// (n - dimension) / 2 of <paramref name="points"/>, or null when there is none.
    /// </summary>
    public static uint[]? Decode(ReadOnlySpan<uint> points, ReadOnlySpan<uint> values, int dimension)
    {
        // Euclid's algorithm on product(x - x_i) and the interpolant, stopped half-way: remainder = cofactor * message.
        (uint[] divisor, uint[] remainder) = Interpolate(points, values);
        uint[] previousCofactor = [0], cofactor = [1];
        int n = points.Length;
        while (2 * Degree(remainder) >= n + dimension)
        {
            (uint[] quotient, uint[] next) = Divide(divisor, remainder);
            (divisor, remainder) = (remainder, next);
            (previousCofactor, cofactor) = (cofactor, Subtract(previousCofactor, Multiply(quotient, cofactor)));
        }

        (uint[] message, uint[] rest) = Divide(remainder, cofactor);
        if (Degree(rest) >= 0 || Degree(message) >= dimension)
        {
            return null;
        }

        int wrong = 0;
        for (int i = 0; i < n; i++)
        {
            wrong += Evaluate(message, points[i]) != values[i] ? 1 : 0;
        }

        return wrong <= (n - dimension) / 2 ? message : null;
    }

    public static uint Evaluate(ReadOnlySpan<uint> polynomial, uint x)
    {
        uint value = 0;
        for (int i = polynomial.Length - 1; i >= 0; i--)
        {
            value = ShareField.Add(ShareField.Multiply(value, x), polynomial[i]);
        }

        return value;
    }

    /// <summary>Newton's interpolation, with the product of all (x - x_i).</summary>
    private static (uint[] Product, uint[] Interpolant) Interpolate(ReadOnlySpan<uint> points, ReadOnlySpan<uint> values)
    {
        uint[] product = [1], interpolant = [0];
        for (int i = 0; i < points.Length; i++)
        {
            uint missing = ShareField.Subtract(values[i], Evaluate(interpolant, points[i]));
            uint scale = ShareField.Multiply(missing, ShareField.Invert(Evaluate(product, points[i])));
            interpolant = Subtract(interpolant, Multiply(product, [ShareField.Subtract(0, scale)]));
            product = Multiply(product, [ShareField.Subtract(0, points[i]), 1]);
        }

        return (product, interpolant);
    }

    private static int Degree(ReadOnlySpan<uint> polynomial) => polynomial.LastIndexOfAnyExcept(0u);

    private static uint[] Multiply(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
    {
        uint[] product = new uint[a.Length + b.Length - 1];
        for (int i = 0; i < a.Length; i++)
        {
            for (int j = 0; j < b.Length; j++)
            {
                product[i + j] = ShareField.Add(product[i + j], ShareField.Multiply(a[i], b[j]));
            }
        }

        return product;
    }

    private static uint[] Subtract(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
    {
        uint[] difference = new uint[Math.Max(a.Length, b.Length)];
        for (int i = 0; i < difference.Length; i++)
        {
            difference[i] = ShareField.Subtract(i < a.Length ? a[i] : 0, i < b.Length ? b[i] : 0);
        }

        return difference;
    }

    private static (uint[] Quotient, uint[] Remainder) Divide(ReadOnlySpan<uint> dividend, ReadOnlySpan<uint> divisor)
    {
        int degree = Degree(divisor);
        uint[] remainder = dividend.ToArray();
        uint[] quotient = new uint[Math.Max(1, Degree(dividend) - degree + 1)];
        uint inverse = ShareField.Invert(divisor[degree]);
        for (int top = Degree(remainder); top >= degree; top = Degree(remainder))
        {
            uint scale = ShareField.Multiply(remainder[top], inverse);
            quotient[top - degree] = scale;
            for (int i = 0; i <= degree; i++)
            {
                remainder[top - degree + i] = ShareField.Subtract(
                    remainder[top - degree + i], ShareField.Multiply(scale, divisor[i]));
            }
        }

        return (quotient, remainder[..Math.Clamp(degree, 1, remainder.Length)]);
    }
}

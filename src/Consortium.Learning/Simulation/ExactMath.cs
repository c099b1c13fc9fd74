namespace Consortium.Learning.Simulation;

/// <summary>
/// Logarithm and exponential from IEEE 754 additions, multiplications and divisions alone, so that every machine agrees.
/// </summary>
/// <remarks>
/// Relative error below 1e-14 over the simulator's range, which its tests check against the platform's functions.
/// </remarks>
internal static class ExactMath
{
    private const double Ln2 = 0.693147180559945309417;
    private const int SeriesTerms = 18;

    /// <summary>Natural logarithm of a positive, normal number.</summary>
    public static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2 artanh((m - 1) / (m + 1)), whose argument is below 0.172 here.
        double ratio = (mantissa - 1) / (mantissa + 1);
        double square = ratio * ratio;
        double sum = 0;
        for (int term = 2 * SeriesTerms - 1; term >= 1; term -= 2)
        {
            sum = sum * square + 1.0 / term;
        }

        return exponent * Ln2 + 2 * ratio * sum;
    }

    /// <summary>e to the power of <paramref name="x"/>, for |x| below 700.</summary>
    public static double Exp(double x)
    {
        double power = Math.Floor(x / Ln2 + 0.5);
        double rest = x - power * Ln2;
        double sum = 1;
        for (int term = SeriesTerms; term >= 1; term--)
        {
            sum = 1 + sum * rest / term;
        }

        return sum * BitConverter.Int64BitsToDouble((long)(power + 1023) << 52);
    }
}

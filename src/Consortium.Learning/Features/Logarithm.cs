namespace Consortium.Learning.Features;

/// <summary>
/// A logarithm of arithmetic that IEEE 754 fixes to the last bit; the platform's own may differ between machines.
/// </summary>
internal static class Logarithm
{
    private const long MantissaMask = 0x000F_FFFF_FFFF_FFFF;
    private const long ExponentOfOne = 0x3FF0_0000_0000_0000;

    /// <summary>log2 of a normal positive number, to 1e-11.</summary>
    /// <remarks>log2 m = 2/ln 2 · artanh((m-1)/(m+1)), with m brought to [1/sqrt 2, sqrt 2] where seven terms suffice.</remarks>
    public static double Base2(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & MantissaMask) | ExponentOfOne);
        if (mantissa > 1.4142135623730951)
        {
            mantissa *= 0.5;
            exponent++;
        }

        double t = (mantissa - 1) / (mantissa + 1);
        double square = t * t;
        double series = 1
            + square
                * (1.0 / 3 + square * (1.0 / 5 + square * (1.0 / 7 + square * (1.0 / 9 + square * (1.0 / 11 + square / 13)))));
        return exponent + t * series * 2.8853900817779268;
    }
}

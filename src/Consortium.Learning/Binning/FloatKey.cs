namespace Consortium.Learning.Binning;

/// <summary>Unsigned integers in the order of the 32-bit floats they stand for; -0 and 0 share one. NaN has none.</summary>
internal static class FloatKey
{
    private const uint Sign = 0x8000_0000;

    public static readonly uint NegativeInfinity = Of(float.NegativeInfinity);
    public static readonly uint PositiveInfinity = Of(float.PositiveInfinity);

    public static uint Of(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value + 0f);
        return (bits & Sign) != 0 ? ~bits : bits | Sign;
    }

    /// <summary>The float of a key; keys beyond the infinities are clamped to them.</summary>
    public static float Value(uint key)
    {
        key = Math.Clamp(key, NegativeInfinity, PositiveInfinity);
        return BitConverter.UInt32BitsToSingle((key & Sign) != 0 ? key & ~Sign : ~key);
    }
}

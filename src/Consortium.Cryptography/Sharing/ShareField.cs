namespace Consortium.Cryptography.Sharing;

/// <summary>The field of shares: integers mod p = 65521, the largest prime below 2^16, so an element is 16 bits.</summary>
internal static class ShareField
{
    public const uint P = 65521;

    /// <summary>2^16 mod p: what folds the upper half of a 32-bit word into the lower.</summary>
    public const uint Fold = 65536 - P;

    /// <summary>The largest absolute value that reads back, centred.</summary>
    public const int LargestCentred = (int)(P / 2);

    public static uint Multiply(uint a, uint b) => a * b % P;

    public static uint Add(uint a, uint b) => (a + b) % P;

    public static uint Subtract(uint a, uint b) => (a + P - b) % P;

    public static uint Invert(uint a)
    {
        uint result = 1;
        for (uint exponent = P - 2; exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0)
            {
                result = Multiply(result, a);
            }

            a = Multiply(a, a);
        }

        return result;
    }
}

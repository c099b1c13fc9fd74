using System.Numerics;
using Consortium.Learning.Features;

namespace Consortium.Learning.Families.Boosting;

/// <summary>
/// A key for each row, made of its label and values alone: the same wherever the row is held, so that a draw of rows does not
/// depend on how they are split over banks. Rows that are the same in everything share a key, and are drawn together.
/// </summary>
internal static class RowIdentity
{
    private const uint Missing = 0x7FC0_0000;
    private const ulong Multiplier = 0x9E3779B97F4A7C15;

    public static ulong[] KeysOf(FeatureMatrix features, ReadOnlySpan<byte> labels)
    {
        var keys = new ulong[features.RowCount];
        for (int row = 0; row < keys.Length; row++)
        {
            keys[row] = labels[row] + 1UL;
        }

        for (int feature = 0; feature < features.ColumnCount; feature++)
        {
            ReadOnlySpan<float> column = features.Column(feature);
            for (int row = 0; row < keys.Length; row++)
            {
                float value = column[row];
                uint bits = float.IsNaN(value) ? Missing : BitConverter.SingleToUInt32Bits(value + 0f);
                keys[row] = (BitOperations.RotateLeft(keys[row], 23) ^ bits) * Multiplier;
            }
        }

        return keys;
    }
}

using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Sampling;
using CsCheck;

namespace Consortium.Cryptography.Tests.Encryption;

public sealed class QuantizerTests
{
    [Fact]
    public void Quantize_ValuesInRange_DequantizeWithinHalfAStep() =>
        Gen.Select(Gen.Float[0.001f, 1000f], Gen.Int[2, 65536], Gen.Float[-1f, 1f].Array[1, 100]).Sample((clip, levels, unit) =>
        {
            var quantizer = new Quantizer(clip, levels);
            float[] values = [.. unit.Select(value => value * clip)];
            var codes = new ushort[values.Length];
            quantizer.Quantize(values, codes);

            var restored = new double[values.Length];
            quantizer.Dequantize([.. codes.Select(code => (ulong)code)], 1, restored);
            for (int i = 0; i < values.Length; i++)
            {
                Assert.InRange(codes[i], 0, levels - 1);
                Assert.InRange(restored[i] - values[i], -quantizer.Step * (0.5 + (1 / 64.0)), quantizer.Step * (0.5 + (1 / 64.0)));
            }
        });

    [Fact]
    public void Quantize_AnyLength_RoundsAlikeInVectorsAndRemainder()
    {
        var quantizer = new Quantizer(1, 65536);
        float[] values = [.. Seeded.Words(1, 1000, 2_000_001).Select(word => (word / 1e6f) - 1)];
        var all = new ushort[values.Length];
        quantizer.Quantize(values, all);
        for (int i = 0; i < values.Length; i++)
        {
            var one = new ushort[1];
            quantizer.Quantize(values.AsSpan(i, 1), one);
            Assert.Equal(all[i], one[0]);
        }
    }

    [Theory]
    [InlineData(1.0001f)]
    [InlineData(-1.0001f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Quantize_ValueOutsideTheRange_NamesItsIndex(float bad)
    {
        var quantizer = new Quantizer(1, 256);
        foreach (int at in new[] { 0, 17, 39 })
        {
            var values = new float[40];
            values[at] = bad;
            Assert.Contains(
                $"Value {at} is ",
                Assert.Throws<ArgumentOutOfRangeException>(() => quantizer.Quantize(values, new ushort[40])).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ClipInPlace_OnPurpose_BringsIntoRangeAndCounts()
    {
        var quantizer = new Quantizer(2, 256);
        float[] values = [-3, -2, 0, 2, 2.5f];

        Assert.Equal(2, quantizer.ClipInPlace(values));
        Assert.Equal([-2, -2, 0, 2, 2], values);
        var codes = new ushort[5];
        quantizer.Quantize(values, codes);
        Assert.Equal([0, 0, 128, 255, 255], codes.Select(code => (int)code));
    }

    [Fact]
    public void Quantize_Stochastic_IsUnbiasedAndRepeatable()
    {
        var quantizer = new Quantizer(1, 16);
        var values = new float[100_000];
        Array.Fill(values, 0.3f);
        ushort[] first = new ushort[values.Length], second = new ushort[values.Length];
        using SeededRandomSource one = Seeded.Source(1), two = Seeded.Source(1);

        quantizer.Quantize(values, first, one);
        quantizer.Quantize(values, second, two);

        Assert.Equal(first, second);
        Assert.Equal(2, first.Distinct().Count());
        double mean = first.Average(code => (code * quantizer.Step) - 1);
        Assert.InRange(mean, 0.3 - 0.002, 0.3 + 0.002);
    }

    [Fact]
    public void Dequantize_SumsOverBanks_SubtractsEachBanksOffset()
    {
        var quantizer = new Quantizer(4, 65536);
        var restored = new double[1];
        quantizer.Dequantize([3 * 65535ul], 3, restored);
        Assert.Equal(12, restored[0], 1e-12);
        quantizer.Dequantize([0ul], 3, restored);
        Assert.Equal(-12, restored[0], 1e-12);
    }

    [Theory]
    [InlineData(0f, 256)]
    [InlineData(-1f, 256)]
    [InlineData(float.NaN, 256)]
    [InlineData(float.MaxValue, 256)]
    [InlineData(1f, 1)]
    [InlineData(1f, 65537)]
    public void Constructor_OutOfRange_Refuses(float clip, int levels) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quantizer(clip, levels));
}

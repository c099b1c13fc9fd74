using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Sharing;

namespace Consortium.Cryptography.Tests.Sharing;

/// <summary>
/// Every instruction set against big arithmetic, at lengths that leave tails, with the extremes among the values.
/// </summary>
public sealed class ShareKernelTests
{
    private const uint P = 65521;

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Evaluate_AnyLengthAndPoint_IsThePolynomialsValue(string set)
    {
        using var random = new SeededRandom("evaluate");
        foreach (int columns in new[] { 1, 3, 15, 16, 17, 63, 64, 65, 200 })
        {
            foreach (int rows in new[] { 1, 2, 3, 128, 255 })
            {
                ushort[] coefficients = Elements(random, rows * columns);
                ushort[] values = new ushort[columns];
                foreach (uint x in new uint[] { 1, 2, 15, 128, 254, 255 })
                {
                    ShareKernels.Evaluate(coefficients, x, values, Paths.Named(set));
                    for (int column = 0; column < columns; column++)
                    {
                        ulong expected = 0;
                        for (int row = rows - 1; row >= 0; row--)
                        {
                            expected = (expected * x + coefficients[row * columns + column]) % P;
                        }

                        Assert.Equal(expected, values[column]);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Add_AnyLength_IsTheSumModP(string set)
    {
        using var random = new SeededRandom("add");
        for (int length = 1; length < 70; length++)
        {
            ushort[] left = Elements(random, length), right = Elements(random, length);
            ushort[] sum = (ushort[])left.Clone();
            ShareKernels.Add(sum, right, Paths.Named(set));
            Assert.Equal(left.Zip(right, (a, b) => (ushort)((a + b) % P)), sum);
        }
    }

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void AddWeighted_AsManyTermsAsHolders_ReducesToTheSumOfProducts(string set)
    {
        InstructionSet path = Paths.Named(set);
        using var random = new SeededRandom("weighted");
        foreach (int length in new[] { 1, 15, 16, 17, 33, 100 })
        {
            uint[] sums = new uint[length];
            ulong[] expected = new ulong[length];
            for (int term = 0; term < ShamirSharing.MaximumHolders; term++)
            {
                ushort[] values = term < 100 ? [.. Enumerable.Repeat((ushort)(P - 1), length)] : Elements(random, length);
                uint weight = term < 100 ? P - 1 : (uint)random.Next((int)P);
                ShareKernels.AddWeighted(sums, values, weight, path);
                for (int i = 0; i < length; i++)
                {
                    expected[i] += (ulong)weight * values[i];
                }
            }

            ushort[] reduced = new ushort[length];
            ShareKernels.Reduce(sums, reduced, path);
            Assert.Equal(expected.Select(value => (ushort)(value % P)), reduced);
        }
    }

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Reduce_AnyWord_IsItModP(string set)
    {
        uint[] words =
        [
            0, 1, P - 1, P, P + 1, 2 * P - 1, 2 * P, 65535, 65536, 0xFFFF_0000, 0xFFFF_FFFF, 0xFFFE_FFFF, 0xFFFF_0010,
        ];
        ushort[] reduced = new ushort[words.Length];
        ShareKernels.Reduce(words, reduced, Paths.Named(set));
        Assert.Equal(words.Select(word => (ushort)(word % P)), reduced);
    }

    [Fact]
    public void Centre_OfToField_IsTheSame()
    {
        short[] all = [.. Enumerable.Range(-32760, 65521).Select(value => (short)value)];
        ushort[] elements = new ushort[all.Length];
        short[] centred = new short[all.Length];
        ShareKernels.ToField(all, elements);
        ShareKernels.Centre(elements, centred);

        Assert.Equal(all, centred);
        Assert.Equal(all.Length, elements.Distinct().Count());
        Assert.True(ShareKernels.AreReduced(elements));
        Assert.True(ShareKernels.AreCentred(all));
        Assert.False(ShareKernels.AreCentred([0, 32761]));
        Assert.False(ShareKernels.AreCentred([-32761, 0]));
        Assert.False(ShareKernels.AreCentred([short.MinValue]));
    }

    private static ushort[] Elements(SeededRandom random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(4) == 0 ? (ushort)(P - 1) : (ushort)random.Next((int)P))];
}

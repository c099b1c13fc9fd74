using System.Numerics;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Scoring;

namespace Consortium.Cryptography.Tests.Scoring;

/// <summary>Each path of each kernel gives what its definition says, word by word.</summary>
public sealed class ScoringKernelTests
{
    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Residues_EveryPath_AreTheCoefficientsModuloThePrime(string path)
    {
        int[] coefficients = [.. Seeded.Words(1, RnsBasis.Degree, 73).Select(word => (int)word - 36)];
        uint[] residues = new uint[RnsBasis.Degree];
        for (int prime = 0; prime < ScoringParameters.PrimeCount; prime++)
        {
            long modulus = RnsBasis.Moduli[prime].Value;
            ScoringKernel.Residues(coefficients, prime, residues, Paths.Named(path));

            Assert.Equal(coefficients.Select(value => (uint)((value + modulus) % modulus)), residues);
        }
    }

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Sum_EveryPath_HoldsTheLargestWords(string path)
    {
        uint[] words = [.. Enumerable.Repeat(uint.MaxValue, RnsBasis.Degree)];
        Assert.Equal((ulong)uint.MaxValue * RnsBasis.Degree, ScoringKernel.Sum(words, Paths.Named(path)));

        words = Seeded.Words(2, RnsBasis.Degree, 1u << 31);
        Assert.Equal(words.Aggregate(0ul, (sum, word) => sum + word), ScoringKernel.Sum(words, Paths.Named(path)));
    }

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Switch_EveryPath_IsTheNearestWholeNumber(string path)
    {
        uint[] words = [.. Enumerable.Range(0, 3).SelectMany(
            prime => Seeded.Words(prime, RnsBasis.Degree, RnsBasis.Moduli[prime].Value))];
        (words[0], words[RnsBasis.Degree], words[2 * RnsBasis.Degree]) = (0, 0, 0);
        for (int prime = 0; prime < 3; prime++)
        {
            words[(prime * RnsBasis.Degree) + 1] = RnsBasis.Moduli[prime].Value - 1;
        }

        foreach (int bits in (int[])[23, 24])
        {
            uint[] switched = new uint[RnsBasis.Degree];
            ModulusSwitch.Switch(words, bits, switched, Paths.Named(path));

            BigInteger modulus = 1 << bits;
            Assert.Equal(
                BigRing.Join(words).Select(value => (uint)((((2 * value * modulus) + BigRing.Q) / (2 * BigRing.Q)) % modulus)),
                switched);
            Assert.Equal((0u, 0u), (switched[0], switched[1]));
        }
    }

    [Fact]
    public void Reduce_AnyWord_IsTheRemainder()
    {
        for (int prime = 0; prime < ScoringParameters.PrimeCount; prime++)
        {
            ulong modulus = RnsBasis.Moduli[prime].Value, whole = ulong.MaxValue / modulus * modulus;
            ulong[] values = [0, 1, modulus - 1, modulus, modulus + 1, whole - 1, whole, ulong.MaxValue, 1ul << 63];
            Assert.All(values, value => Assert.Equal(value % modulus, ScoringKernel.Reduce(value, prime)));
        }
    }

    [Theory]
    [InlineData(1, 9)]
    [InlineData(23, 4097)]
    [InlineData(24, 4100)]
    [InlineData(28, 33)]
    [InlineData(32, 33)]
    public void BitPacking_Words_AreOneNumberAndComeBack(int bits, int count)
    {
        uint[] words = Seeded.Words(bits, count, (uint)((1ul << bits) - 1)), read = new uint[count];
        words[^1] = (uint)((1ul << bits) - 1);
        byte[] packed = new byte[((count * bits) + 7) / 8];

        BitPacking.Pack(words, bits, packed);

        BigInteger number = words.Select((word, i) => (BigInteger)word << (i * bits)).Aggregate(BigInteger.Add);
        Assert.Equal(number, new BigInteger(packed, isUnsigned: true));
        Assert.True(BitPacking.Unpack(packed, bits, read));
        Assert.Equal(words, read);
    }
}

using System.Numerics;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Tests.Arithmetic;

public sealed class ModulusTests
{
    [Fact]
    public void Moduli_OfTheBasis_AreTheFourLargestPrimesBelow2To27ThatAreOneMod8192()
    {
        var expected = new List<uint>();
        for (uint candidate = (1u << 27) - 8191; expected.Count < RnsBasis.PrimeCount; candidate -= 8192)
        {
            bool prime = true;
            for (uint divisor = 3; divisor * divisor <= candidate && prime; divisor += 2)
            {
                prime = candidate % divisor != 0;
            }

            if (prime)
            {
                expected.Add(candidate);
            }
        }

        Assert.Equal(expected, RnsBasis.Moduli.Select(modulus => modulus.Value));
        Assert.Equal(107.993, BigInteger.Log((BigInteger)RnsBasis.Product, 2), 3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void SmallestPrimitiveRoot_OfOrder8192_HasThatOrderAndNoSmallerOneExists(int prime)
    {
        Modulus modulus = RnsBasis.Moduli[prime];

        uint root = modulus.SmallestPrimitiveRoot(8192);

        Assert.Equal(modulus.Value - 1, modulus.Power(root, 4096));
        for (uint smaller = 2; smaller < Math.Min(root, 20_000); smaller++)
        {
            Assert.NotEqual(modulus.Value - 1, modulus.Power(smaller, 4096));
        }
    }

    [Theory]
    [InlineData(1u << 27)]
    [InlineData((1u << 27) - (1u << 18))]
    public void Constructor_ValueOutsideTheRangeThatOneFoldCovers_Rejects(uint value) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Modulus(value));
}

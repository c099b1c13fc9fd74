using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Ring;

namespace Consortium.Cryptography.Tests.Ring;

public sealed class NumberTheoreticTransformTests
{
    private const int Degree = RnsBasis.Degree;

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Forward_EveryPath_EqualsTheReferenceAndInverseUndoesIt(string path)
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            for (int seed = 0; seed < 8; seed++)
            {
                uint[] coefficients = Seeded.Words(seed, Degree, RnsBasis.Moduli[prime].Value);
                uint[] expected = [.. coefficients];
                NttReference.Forward(expected, prime);

                uint[] words = [.. coefficients];
                NumberTheoreticTransform.Forward(words, prime, Paths.Named(path));
                Assert.Equal(expected, words);

                NumberTheoreticTransform.Inverse(words, prime, Paths.Named(path));
                Assert.Equal(coefficients, words);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Paths.Supported), MemberType = typeof(Paths))]
    public void Transforms_LargestWordsThatLazinessAllows_StayExact(string path)
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            uint modulus = RnsBasis.Moduli[prime].Value;
            uint[] largest = new uint[Degree];
            Array.Fill(largest, modulus - 1);
            uint[] expected = [.. largest];
            NttReference.Forward(expected, prime);

            // Below 7q is what the forward kernels take, and below 2q the inverse ones.
            uint[] words = new uint[Degree];
            Array.Fill(words, Paths.Named(path) == InstructionSet.Scalar ? modulus - 1 : (7 * modulus) - 1);
            NumberTheoreticTransform.Forward(words, prime, Paths.Named(path));
            Assert.Equal(expected, words);

            for (int i = 0; i < Degree; i++)
            {
                words[i] += Paths.Named(path) == InstructionSet.Scalar ? 0 : modulus;
            }

            NumberTheoreticTransform.Inverse(words, prime, Paths.Named(path));
            Assert.Equal(largest, words);
        }
    }

    [Fact]
    public void Forward_WordI_IsThePolynomialAtPsiToTwiceBitReversedIPlusOne()
    {
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Modulus modulus = RnsBasis.Moduli[prime];
            uint psi = modulus.SmallestPrimitiveRoot(2 * Degree);
            uint[] coefficients = Seeded.Words(prime, Degree, modulus.Value);
            uint[] words = [.. coefficients];
            NumberTheoreticTransform.Forward(words, prime, InstructionSets.Best);

            foreach (int i in new[] { 0, 1, 2, 77, 2048, 4095 })
            {
                uint reversed = Convert.ToUInt32(new string([.. Convert.ToString(i, 2).PadLeft(12, '0').Reverse()]), 2);
                uint point = modulus.Power(psi, (2 * reversed) + 1);
                uint value = 0;
                for (int c = Degree - 1; c >= 0; c--)
                {
                    value = modulus.Add(modulus.Multiply(value, point), coefficients[c]);
                }

                Assert.Equal(value, words[i]);
            }
        }
    }

    [Fact]
    public void Forward_PointwiseProducts_AreNegacyclicConvolutions()
    {
        Modulus modulus = RnsBasis.Moduli[1];
        uint[] left = Seeded.Words(1, Degree, modulus.Value);
        uint[] sparse = new uint[Degree];
        sparse[3] = 5;
        sparse[4095] = 2;

        var expected = new uint[Degree];
        foreach (int shift in new[] { 3, 4095 })
        {
            for (int c = 0; c < Degree; c++)
            {
                uint term = modulus.Multiply(left[c], sparse[shift]);
                int to = c + shift;
                expected[to % Degree] = to < Degree
                    ? modulus.Add(expected[to % Degree], term)
                    : modulus.Subtract(expected[to % Degree], term);
            }
        }

        NumberTheoreticTransform.Forward(left, 1, InstructionSets.Best);
        NumberTheoreticTransform.Forward(sparse, 1, InstructionSets.Best);
        for (int i = 0; i < Degree; i++)
        {
            left[i] = modulus.Multiply(left[i], sparse[i]);
        }

        NumberTheoreticTransform.Inverse(left, 1, InstructionSets.Best);
        Assert.Equal(expected, left);
    }
}

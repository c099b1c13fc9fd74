using System.Numerics;
using Consortium.Cryptography.Proofs;
using Consortium.Cryptography.Ring;
using CsCheck;

namespace Consortium.Cryptography.Tests.Proofs;

/// <summary>The arithmetic under opening proofs, against the framework's own division.</summary>
public sealed class PrimeFieldTests
{
    private static readonly Gen<UInt128> GenWide = Gen.Select(Gen.ULong, Gen.ULong, (upper, lower) => new UInt128(upper, lower));

    [Fact]
    public void Reduce_AnyWord_IsTheRemainder()
    {
        foreach (PrimeField field in PrimeField.All)
        {
            ulong q = field.Prime, last = ulong.MaxValue / q * q;
            foreach (ulong value in new ulong[]
            {
                0, 1, q - 1, q, q + 1, (q * q) - 1, last - 1, last, ulong.MaxValue - 1, ulong.MaxValue,
            })
            {
                Assert.Equal((uint)(value % q), field.Reduce(value));
            }

            Gen.ULong.Sample(value => Assert.Equal((uint)(value % q), field.Reduce(value)));
            GenWide.Sample(value => Assert.Equal((uint)(value % q), field.Reduce(value)));
            Gen.Long[-4096 * (long)q, 4096 * (long)q].Sample(
                sum => Assert.Equal((uint)(((sum % (long)q) + (long)q) % (long)q), field.ReduceSum(sum)));
            Assert.Equal((uint)(UInt128.MaxValue % q), field.Reduce(UInt128.MaxValue));
        }
    }

    [Fact]
    public void Dot_LargestElements_DoesNotOverflow()
    {
        foreach (PrimeField field in PrimeField.All)
        {
            uint[] largest = [.. Enumerable.Repeat(field.Prime - 1, 4097)];
            Assert.Equal(4097 % field.Prime, field.Dot(largest, largest));
        }
    }

    [Fact]
    public void TakeDigit_AnyRadix_IsTheRemainderAndLeavesTheQuotient() =>
        Gen.Select(GenWide, Gen.ULong[1, ulong.MaxValue]).Sample((value, radix) =>
        {
            UInt128 below = value >> 1, rest = below;
            Assert.Equal((ulong)(below % radix), ResidueNumber.TakeDigit(ref rest, radix));
            Assert.Equal(below / radix, rest);
        });

    [Fact]
    public void Lift_ResiduesOfANumber_GivesItBack() =>
        GenWide.Sample(wide =>
        {
            UInt128 value = wide % RnsBasis.Product;
            uint[] residues = [.. RnsBasis.Moduli.Select(modulus => (uint)(value % modulus.Value))];
            Assert.Equal(value, ResidueNumber.Lift(residues));
            BigInteger centred = (BigInteger)value > (BigInteger)RnsBasis.Product / 2
                ? (BigInteger)value - RnsBasis.Product
                : value;
            Assert.Equal(centred, (BigInteger)ResidueNumber.LiftCentred(residues));
        });

    /// <summary>Values of a polynomial at 1..m give it everywhere, its nodes among that.</summary>
    [Fact]
    public void At_ValuesOfAPolynomial_GiveItAnywhere() =>
        Gen.Select(Gen.Int[1, 40], Gen.UInt[0, 134_000_000 - 1_000_000], Gen.UInt[0, 100_000_000].Array[40])
            .Sample((nodes, x, coefficients) =>
            {
                PrimeField field = PrimeField.All[3];
                uint Polynomial(uint at) =>
                    coefficients[..nodes].Reverse().Aggregate(
                        0u, (value, coefficient) => field.Add(field.Multiply(value, at), coefficient));
                var basis = new LagrangeBasis(field, nodes);
                uint[] factors = new uint[nodes], values = [.. Enumerable.Range(1, nodes).Select(at => Polynomial((uint)at))];
                foreach (uint at in new[] { x, 0u, 1u, (uint)nodes, (uint)nodes + 1 })
                {
                    basis.At(at, factors);
                    Assert.Equal(Polynomial(at), field.Dot(factors, values));
                }
            });

    [Fact]
    public void Fill_ElementsOfAStream_AreThoseBelowTheLargestMultipleInOrder()
    {
        byte[] seed = new byte[32];
        foreach (PrimeField field in PrimeField.All)
        {
            using var elements = new UniformStream(seed, 3, 4);
            using var words = new UniformStream(seed, 3, 4);
            uint[] taken = new uint[5000];
            elements.Fill(field, taken);
            byte[] bytes = new byte[4 * 6000];
            words.Fill(bytes);
            IEnumerable<uint> kept = Enumerable.Range(0, 6000).Select(i => BitConverter.ToUInt32(bytes, 4 * i))
                .Where(word => word < (1ul << 32) / field.Prime * field.Prime).Take(5000);
            Assert.Equal(kept.Select(word => word % field.Prime), taken);
        }
    }
}

using System.Numerics;
using Consortium.Cryptography.Arithmetic;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sampling;

namespace Consortium.Cryptography.Tests.Encryption;

/// <summary>
/// A chunk as a bank's own program could make it: any key, any noise, any values, which the real encryptor would reject or draw.
/// </summary>
internal static class ForgedChunk
{
    /// <param name="layout">What the values are packed by.</param>
    /// <param name="seed">The attempt's.</param>
    /// <param name="chunk">Index.</param>
    /// <param name="key">4096 coefficients.</param>
    /// <param name="values">Slot-major, in range or not.</param>
    /// <param name="noise">4096 coefficients.</param>
    public static byte[] Encrypt(
        SlotLayout layout, PublicSeed seed, int chunk, ReadOnlySpan<int> key, ReadOnlySpan<ulong> values, ReadOnlySpan<int> noise)
    {
        using var publicPolynomials = new PublicPolynomials(seed);
        using Polynomial<Ntt> uniform = publicPolynomials.Expand(chunk);
        using var operand = new KeyOperand(key);
        var message = new Polynomial<Coefficients>();
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Span<uint> residues = message.WritableResidues(prime);
            for (int c = 0; c < RnsBasis.Degree; c++)
            {
                BigInteger packed = 0;
                for (int slot = layout.Slots - 1; slot >= 0; slot--)
                {
                    packed = (packed * layout.Radix) + values[(slot * RnsBasis.Degree) + c];
                }

                BigInteger modulus = RnsBasis.Moduli[prime].Value;
                residues[c] = (uint)(((((packed * layout.Delta) + noise[c]) % modulus) + modulus) % modulus);
            }
        }

        using Polynomial<Ntt> masked = NumberTheoreticTransform.Forward(message);
        byte[] wire = new byte[WireChunk.Size];
        for (int prime = 0; prime < RnsBasis.PrimeCount; prime++)
        {
            Modulus modulus = RnsBasis.Moduli[prime];
            Span<uint> residues = masked.WritableResidues(prime);
            for (int i = 0; i < residues.Length; i++)
            {
                residues[i] = modulus.Subtract(
                    residues[i], modulus.Multiply(uniform.Residues(prime)[i], operand.Words(prime)[i]));
            }

            WireChunk.Pack(residues, wire, prime, InstructionSets.Best);
        }

        new ChunkHeader(layout.Id, chunk, Summands: 1).Write(wire);
        return wire;
    }

    public static int[] Noise(int seed)
    {
        using SeededRandomSource source = Seeded.Source(seed);
        int[] noise = new int[RnsBasis.Degree];
        DiscreteGaussian.Sample(source, new byte[DiscreteGaussian.RandomBytes(noise.Length)], noise, InstructionSets.Best);
        return noise;
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Primitives;

namespace Consortium.Cryptography.Sharing;

/// <summary>
/// Shows key holders, each by itself and without another message, that the shares of all of them lie on polynomials of degree T -
/// 1: a random linear combination of the sharings plus a masking sharing, its coefficients drawn from a hash of what was sealed.
/// As in Shoup and Smart, <i>Lightweight Asynchronous Verifiable Secret Sharing with Optimal Resilience</i> (Journal of
/// Cryptology 37, 2024).
/// </summary>
/// <remarks>
/// Combination k is Y_k = sum_l w_kl S_l + M_k, with S_l the polynomial of coefficient l and M_k that of mask k; the proof is the
/// values of Y_k at x = 1..T. Masks are uniform polynomials, so the proof is uniform whatever the key. Shares that do not lie on
/// such polynomials pass one combination with probability 1/65521, all <see cref="Masks"/> with less than 2^-127; trying again
/// costs a new sealing.
/// </remarks>
public static class SharingProof
{
    /// <summary>Combinations, each with a mask: values that ride at the end of a shared vector.</summary>
    public const int Masks = 8;

    /// <summary>Bytes of what makes the weights unpredictable.</summary>
    public const int ChallengeLength = 32;

    private const string Subject = "sharing proof";

    /// <summary>Bytes of a proof for a threshold: 32 for T = 2.</summary>
    public static int EncodedLength(int threshold) => Masks * threshold * sizeof(ushort);

    /// <summary>Draws the masks that are shared together with a key.</summary>
    /// <param name="masks">The last <see cref="Masks"/> of the vector to be shared.</param>
    public static void DrawMasks(Span<short> masks, RandomNumberGenerator random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(masks.Length, Masks, nameof(masks));
        Span<ushort> elements = stackalloc ushort[Masks];
        using var uniform = new UniformElements(random);
        uniform.Fill(elements);
        ShareKernels.Centre(elements, masks);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(elements));
    }

    /// <summary>Makes the proof.</summary>
    /// <param name="threshold">T of the sharing.</param>
    /// <param name="shares">Of a vector that ends in masks; those of holders 1..T at least, in order.</param>
    /// <param name="challenge">A hash of all that was sealed to the holders.</param>
    public static byte[] Create(int threshold, IReadOnlyList<KeyShare> shares, ReadOnlySpan<byte> challenge)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shares.Count, threshold, nameof(shares));
        byte[] proof = new byte[EncodedLength(threshold)];
        ushort[] weights = Weights(shares[0].Coefficients, challenge);
        for (int holder = 0; holder < threshold; holder++)
        {
            for (int k = 0; k < Masks; k++)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(
                    proof.AsSpan(((k * threshold) + holder) * sizeof(ushort)),
                    (ushort)Combine(shares[holder].Values, weights, k));
            }
        }

        return proof;
    }

    /// <summary>Whether a holder's share is on the polynomials that the proof is of.</summary>
    /// <param name="threshold">T of the sharing.</param>
    /// <param name="share">This holder's, of a vector that ends in masks.</param>
    /// <param name="challenge">A hash of all that was sealed to the holders.</param>
    /// <param name="proof">From the one who shared.</param>
    /// <exception cref="MalformedDataException">The proof has another length, or values of 65521 and more.</exception>
    public static bool Holds(int threshold, KeyShare share, ReadOnlySpan<byte> challenge, ReadOnlySpan<byte> proof)
    {
        MalformedDataException.ThrowIfLengthDiffers(Subject, proof.Length, EncodedLength(threshold));
        using SecretMemory<ushort> decoded = ShareCodec.Decode(Subject, Masks * threshold, proof);
        ReadOnlySpan<ushort> points = decoded.Span;
        ushort[] weights = Weights(share.Coefficients, challenge);
        uint[] lagrange = Lagrange(threshold, (uint)share.Holder);
        bool holds = true;
        for (int k = 0; k < Masks; k++)
        {
            uint expected = 0;
            for (int i = 0; i < threshold; i++)
            {
                expected = ShareField.Add(expected, ShareField.Multiply(lagrange[i], points[(k * threshold) + i]));
            }

            holds &= Combine(share.Values, weights, k) == expected;
        }

        return holds;
    }

    /// <summary>Row after row of one weight for each coefficient.</summary>
    private static ushort[] Weights(int shared, ReadOnlySpan<byte> challenge)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(challenge.Length, ChallengeLength, nameof(challenge));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(shared, Masks);
        ushort[] weights = GC.AllocateUninitializedArray<ushort>(Masks * (shared - Masks));
        using var uniform = new UniformElements(challenge);
        uniform.Fill(weights);
        return weights;
    }

    /// <summary>Below p. The products of up to 65,536 coefficients stay below 2^48.</summary>
    private static uint Combine(ReadOnlySpan<ushort> share, ReadOnlySpan<ushort> weights, int k)
    {
        ReadOnlySpan<ushort> values = share[..^Masks];
        ReadOnlySpan<ushort> row = weights.Slice(k * values.Length, values.Length);
        ulong sum = share[values.Length + k];
        for (int l = 0; l < values.Length; l++)
        {
            sum += (uint)row[l] * values[l];
        }

        return (uint)(sum % ShareField.P);
    }

    /// <summary>What the values at x = 1..T count for the value at <paramref name="x"/>.</summary>
    private static uint[] Lagrange(int threshold, uint x)
    {
        uint[] lagrange = new uint[threshold];
        for (uint i = 1; i <= threshold; i++)
        {
            uint above = 1, below = 1;
            for (uint other = 1; other <= threshold; other++)
            {
                if (other != i)
                {
                    above = ShareField.Multiply(above, ShareField.Subtract(x, other));
                    below = ShareField.Multiply(below, ShareField.Subtract(i, other));
                }
            }

            lagrange[i - 1] = ShareField.Multiply(above, ShareField.Invert(below));
        }

        return lagrange;
    }
}

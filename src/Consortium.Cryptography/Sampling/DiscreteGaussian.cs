using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Consortium.Cryptography.Arithmetic;

namespace Consortium.Cryptography.Sampling;

/// <summary>
/// The discrete Gaussian over Z with sigma = 3.2*sqrt(2), from a cumulative table of 64-bit precision, tail cut beyond 2^-64.
/// Each magnitude is found by comparing one random word with every threshold, so time and memory access do not depend on the sample.
/// </summary>
/// <remarks>The factor sqrt(2) pays for the released sum (Kim, Lee, Seo, Song: Hint-MLWE, CRYPTO 2023).</remarks>
internal static class DiscreteGaussian
{
    /// <summary>Twice the variance is 2 * 3.2^2 * 2 = 40.96, held exactly as a fraction.</summary>
    private const int TwiceVarianceNumerator = 4096, TwiceVarianceDenominator = 100;

    /// <summary>Standard deviation of every secret and noise coefficient.</summary>
    public static readonly double Sigma = Math.Sqrt(20.48);

    /// <summary>
    /// Word k is floor(2^64 * P(|x| &lt;= k)) with the sign bit flipped, so that signed comparisons, which every vector unit has, order them.
    /// </summary>
    private static readonly long[] Thresholds = [.. CumulativeTable().Select(word => unchecked((long)(word ^ (1ul << 63))))];

    /// <summary>The largest magnitude that can be drawn: 41.</summary>
    public static int LargestMagnitude => Thresholds.Length;

    /// <summary>Random bytes that one sample takes: a 64-bit word, and a bit for the sign.</summary>
    public static int RandomBytes(int samples) => (samples * sizeof(ulong)) + ((samples + 7) / 8);

    /// <summary>Fills <paramref name="destination"/>, a multiple of 512 samples, and erases <paramref name="random"/>.</summary>
    /// <param name="random">Work space of <see cref="RandomBytes"/>.</param>
    public static void Sample(RandomSource source, Span<byte> random, Span<int> destination, InstructionSet set)
    {
        Debug.Assert(destination.Length % 512 == 0 && random.Length == RandomBytes(destination.Length));
        source.Fill(random);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(random[..(destination.Length * sizeof(ulong))]);
        ReadOnlySpan<uint> signs = MemoryMarshal.Cast<byte, uint>(random[(destination.Length * sizeof(ulong))..]);
        switch (set)
        {
            case InstructionSet.Avx512:
                Sample<Lanes512, Vector512<uint>>(words, signs, destination);
                break;
            case InstructionSet.Avx2:
                Sample<Lanes256, Vector256<uint>>(words, signs, destination);
                break;
            case InstructionSet.Vector128:
                Sample<Lanes128, Vector128<uint>>(words, signs, destination);
                break;
            default:
                Sample(words, signs, destination);
                break;
        }

        CryptographicOperations.ZeroMemory(random);
    }

    /// <summary>floor(2^64 * P(|x| &lt;= k)) for k = 0, 1, ... while the tail beyond k is at least 2^-64.</summary>
    internal static IReadOnlyList<ulong> CumulativeTable()
    {
        const int FractionBits = 192;
        BigInteger one = BigInteger.One << FractionBits;

        // rho(k) = exp(-k^2 / (2 sigma^2)), from exp(-1 / (2 sigma^2)) by its series and exact powers.
        BigInteger unit = one, term = one;
        for (int i = 1; !term.IsZero; i++)
        {
            term = -term * TwiceVarianceDenominator / (TwiceVarianceNumerator * (BigInteger)i);
            unit += term;
        }

        // rho(k + 1) = rho(k) * unit^(2k + 1), until a weight is lost in the last 32 of 192 bits.
        var weights = new List<BigInteger>();
        BigInteger step = unit, square = (unit * unit) >> FractionBits;
        for (BigInteger weight = one; weight > BigInteger.One << 32; weight = (weight * step) >> FractionBits)
        {
            if (weights.Count > 0)
            {
                step = (step * square) >> FractionBits;
            }

            weights.Add(weights.Count == 0 ? weight : 2 * weight);
        }

        BigInteger total = weights.Aggregate(BigInteger.Add);
        var table = new List<ulong>();
        BigInteger cumulative = BigInteger.Zero;
        foreach (BigInteger weight in weights)
        {
            cumulative += weight;
            if ((total - cumulative) << 64 < total)
            {
                break;
            }

            table.Add((ulong)((cumulative << 64) / total));
        }

        return table;
    }

    private static void Sample(ReadOnlySpan<ulong> words, ReadOnlySpan<uint> signs, Span<int> destination)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            long word = (long)(words[i] ^ (1ul << 63));
            int magnitude = 0;
            foreach (long threshold in Thresholds)
            {
                // The sign of word - threshold in 128 bits, so that no branch depends on it.
                magnitude += 1 + (int)((Int128)word - threshold >> 127);
            }

            int sign = (int)(signs[SignWord(i)] << SignShift(i)) >> 31;
            destination[i] = (magnitude ^ sign) - sign;
        }
    }

    private static void Sample<TLanes, TVector>(ReadOnlySpan<ulong> words, ReadOnlySpan<uint> signs, Span<int> destination)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        ref uint source = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<ulong, uint>(words));
        ref uint sign = ref MemoryMarshal.GetReference(signs);
        ref uint target = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<int, uint>(destination));
        TVector flip = TLanes.Broadcast64(1ul << 63);
        TVector all = TLanes.Broadcast64((ulong)Thresholds.Length);
        for (int i = 0; i < destination.Length; i += 2 * TLanes.Count)
        {
            TVector word0 = TLanes.Xor(TLanes.Load(ref source, 2 * i), flip);
            TVector word1 = TLanes.Xor(TLanes.Load(ref source, (2 * i) + TLanes.Count), flip);
            TVector word2 = TLanes.Xor(TLanes.Load(ref source, (2 * i) + (2 * TLanes.Count)), flip);
            TVector word3 = TLanes.Xor(TLanes.Load(ref source, (2 * i) + (3 * TLanes.Count)), flip);
            TVector count0 = all, count1 = all, count2 = all, count3 = all;
            foreach (long bound in Thresholds)
            {
                TVector threshold = TLanes.Broadcast64((ulong)bound);
                count0 = TLanes.DiscountBelow64(count0, word0, threshold);
                count1 = TLanes.DiscountBelow64(count1, word1, threshold);
                count2 = TLanes.DiscountBelow64(count2, word2, threshold);
                count3 = TLanes.DiscountBelow64(count3, word3, threshold);
            }

            Store<TLanes, TVector>(TLanes.Narrow64(count0, count1), ref sign, ref target, i);
            Store<TLanes, TVector>(TLanes.Narrow64(count2, count3), ref sign, ref target, i + TLanes.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TLanes, TVector>(TVector magnitudes, ref uint signs, ref uint destination, int i)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector negative = TLanes.SignMask(TLanes.ShiftLeft(TLanes.Load(ref signs, SignWord(i)), SignShift(i)));
        TLanes.Store(TLanes.Subtract(TLanes.Xor(magnitudes, negative), negative), ref destination, i);
    }

    /// <summary>Of each block of 512 samples, sample 16r + l takes its sign from bit 31 - r of word l: whole vectors of words, shifted by rows.</summary>
    private static int SignWord(int sample) => (sample / 512 * 16) + (sample % 16);

    private static int SignShift(int sample) => sample % 512 / 16;
}

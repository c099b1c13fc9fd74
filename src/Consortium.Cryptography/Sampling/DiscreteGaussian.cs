using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using Consortium.Cryptography.Arithmetic;

namespace Consortium.Cryptography.Sampling;

/// <summary>
/// The discrete Gaussian over Z with sigma = 20*sqrt(2), as x + 4y of two samples with sigma^2 = 800/17, cut beyond 2^-64. Each
/// magnitude of x and y is found by comparing one random word with every threshold of a 64-bit cumulative table, so time and
/// memory access do not depend on the sample.
/// </summary>
/// <remarks>
/// One table for the sum would have four times the thresholds of this one, which is searched twice. The sum is a discrete
/// Gaussian within 2^-75 of every probability (Micciancio and Walter, CRYPTO 2017; Poeppelmann, Ducas, Gueneysu, CHES 2014): its
/// narrow part must be sqrt(1 + 4^2) times as wide as the smoothing parameter of Z, and 6.86 = 1.6638 * sqrt(17) is that for an
/// error of 2^-77. The factor sqrt(2) pays for the released sum (Kim, Lee, Seo, Song: Hint-MLWE, CRYPTO 2023).
/// </remarks>
internal static class DiscreteGaussian
{
    /// <summary>The variance of every secret and noise coefficient.</summary>
    private const int Variance = 800;

    /// <summary>y counts 2^2 = 4 times.</summary>
    private const int WideShift = 2;

    /// <summary>The variance of x and of y, a fraction: 800 = 17 * 800/17.</summary>
    private const int PartDenominator = 1 + (1 << (2 * WideShift));

    /// <summary>The variance of scoring's keys and noise, a fraction: 512/25 = (3.2 * sqrt(2))^2.</summary>
    private const int NarrowVariance = 512;

    private const int NarrowDenominator = 25;

    /// <summary>Standard deviation of every secret and noise coefficient.</summary>
    public static readonly double Sigma = Math.Sqrt(Variance);

    /// <summary>Standard deviation of a narrow sample, 4.5255.</summary>
    public static readonly double NarrowSigma = Math.Sqrt((double)NarrowVariance / NarrowDenominator);

    /// <summary>
    /// Word k is floor(2^64 * P(|x| &lt;= k)) with the sign bit flipped, so that signed comparisons, which every vector unit has,
    /// order them.
    /// </summary>
    private static readonly long[] Thresholds = Table(Variance, PartDenominator);

    private static readonly long[] NarrowThresholds = Table(NarrowVariance, NarrowDenominator);

    /// <summary>
    /// The largest magnitude that is drawn, 259: a larger one has a probability below 2^-64, and becomes this one.
    /// </summary>
    public static int LargestMagnitude { get; } = CumulativeTable(Variance, 1).Count;

    /// <summary>Random bytes that one sample takes: two 64-bit words, and two bits for the signs.</summary>
    public static int RandomBytes(int samples) => (2 * samples * sizeof(ulong)) + ((samples + 3) / 4);

    /// <summary>The largest magnitude of a narrow sample.</summary>
    public static int LargestNarrowMagnitude => NarrowThresholds.Length;

    /// <summary>Random bytes that narrow samples take: a 64-bit word each, and a bit for the sign.</summary>
    public static int NarrowRandomBytes(int samples) => (samples * sizeof(ulong)) + (samples / 8);

    /// <summary>
    /// Fills <paramref name="destination"/>, a multiple of 512, with samples of <see cref="NarrowSigma"/>: one table, searched
    /// once. Erases <paramref name="random"/>.
    /// </summary>
    /// <param name="source">Secret randomness.</param>
    /// <param name="random">Work space of <see cref="NarrowRandomBytes"/>.</param>
    /// <param name="destination">Signed coefficients.</param>
    /// <param name="set">The path to take.</param>
    public static void SampleNarrow(RandomSource source, Span<byte> random, Span<int> destination, InstructionSet set)
    {
        Debug.Assert(destination.Length % 512 == 0 && random.Length == NarrowRandomBytes(destination.Length));
        source.Fill(random);
        int wordBytes = destination.Length * sizeof(ulong);
        SamplePart(
            MemoryMarshal.Cast<byte, ulong>(random[..wordBytes]), MemoryMarshal.Cast<byte, uint>(random[wordBytes..]),
            destination, isWide: true, NarrowThresholds, set);
        CryptographicOperations.ZeroMemory(random);
    }

    /// <summary>Fills <paramref name="destination"/>, a multiple of 512 samples, and erases <paramref name="random"/>.</summary>
    /// <param name="random">Work space of <see cref="RandomBytes"/>.</param>
    public static void Sample(RandomSource source, Span<byte> random, Span<int> destination, InstructionSet set)
    {
        Debug.Assert(destination.Length % 512 == 0 && random.Length == RandomBytes(destination.Length));
        source.Fill(random);
        int samples = destination.Length;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(random[..(2 * samples * sizeof(ulong))]);
        ReadOnlySpan<uint> signs = MemoryMarshal.Cast<byte, uint>(random[(2 * samples * sizeof(ulong))..]);
        SamplePart(words[samples..], signs[(samples / 32)..], destination, isWide: true, Thresholds, set);
        SamplePart(words[..samples], signs[..(samples / 32)], destination, isWide: false, Thresholds, set);
        CryptographicOperations.ZeroMemory(random);
    }

    /// <summary>Writes y when <paramref name="isWide"/>; else x + 4y, with y what <paramref name="destination"/> holds.</summary>
    private static void SamplePart(
        ReadOnlySpan<ulong> words, ReadOnlySpan<uint> signs, Span<int> destination, bool isWide, long[] thresholds,
        InstructionSet set)
    {
        switch (set)
        {
            case InstructionSet.Avx512:
                SamplePart<Lanes512, Vector512<uint>>(words, signs, destination, isWide, thresholds);
                break;
            case InstructionSet.Avx2:
                SamplePart<Lanes256, Vector256<uint>>(words, signs, destination, isWide, thresholds);
                break;
            case InstructionSet.Vector128:
                SamplePart<Lanes128, Vector128<uint>>(words, signs, destination, isWide, thresholds);
                break;
            default:
                SamplePart(words, signs, destination, isWide, thresholds);
                break;
        }
    }

    /// <summary>floor(2^64 * P(|x| &lt;= k)) for k = 0, 1, ... while the tail beyond k is at least 2^-64.</summary>
    /// <param name="variance">sigma^2, numerator.</param>
    /// <param name="denominator">sigma^2, denominator.</param>
    internal static IReadOnlyList<ulong> CumulativeTable(int variance, int denominator)
    {
        const int FractionBits = 192;
        BigInteger one = BigInteger.One << FractionBits;

        // rho(k) = exp(-k^2 / (2 sigma^2)), from exp(-1 / (2 sigma^2)) by its series and exact powers.
        BigInteger unit = one, term = one;
        for (int i = 1; !term.IsZero; i++)
        {
            term = -term * denominator / (2 * variance * (BigInteger)i);
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

    private static long[] Table(int variance, int denominator) =>
        [.. CumulativeTable(variance, denominator).Select(word => unchecked((long)(word ^ (1ul << 63))))];

    private static void SamplePart(
        ReadOnlySpan<ulong> words, ReadOnlySpan<uint> signs, Span<int> destination, bool isWide, long[] thresholds)
    {
        int most = LargestMagnitude;
        for (int i = 0; i < destination.Length; i++)
        {
            long word = (long)(words[i] ^ (1ul << 63));
            int magnitude = 0;
            foreach (long threshold in thresholds)
            {
                // The sign of word - threshold in 128 bits, so that no branch depends on it.
                magnitude += 1 + (int)((Int128)word - threshold >> 127);
            }

            int sign = (int)(signs[SignWord(i)] << SignShift(i)) >> 31;
            int part = (magnitude ^ sign) - sign;
            destination[i] = isWide ? part : Clamp(part + (destination[i] << WideShift), most);
        }
    }

    /// <summary>Without a branch on the value.</summary>
    private static int Clamp(int value, int most)
    {
        int sign = value >> 31;
        int magnitude = (value ^ sign) - sign;
        magnitude += (most - magnitude) & ((most - magnitude) >> 31);
        return (magnitude ^ sign) - sign;
    }

    private static void SamplePart<TLanes, TVector>(
        ReadOnlySpan<ulong> words, ReadOnlySpan<uint> signs, Span<int> destination, bool isWide, long[] thresholds)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        ref uint source = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<ulong, uint>(words));
        ref uint sign = ref MemoryMarshal.GetReference(signs);
        ref uint target = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<int, uint>(destination));
        TVector flip = TLanes.Broadcast64(1ul << 63);
        TVector all = TLanes.Broadcast64((ulong)thresholds.Length);
        TVector most = TLanes.Broadcast((uint)LargestMagnitude);
        for (int i = 0; i < destination.Length; i += 2 * TLanes.Count)
        {
            TVector word0 = TLanes.Xor(TLanes.Load(ref source, 2 * i), flip);
            TVector word1 = TLanes.Xor(TLanes.Load(ref source, (2 * i) + TLanes.Count), flip);
            TVector word2 = TLanes.Xor(TLanes.Load(ref source, (2 * i) + (2 * TLanes.Count)), flip);
            TVector word3 = TLanes.Xor(TLanes.Load(ref source, (2 * i) + (3 * TLanes.Count)), flip);
            TVector count0 = all, count1 = all, count2 = all, count3 = all;
            foreach (long bound in thresholds)
            {
                TVector threshold = TLanes.Broadcast64((ulong)bound);
                count0 = TLanes.DiscountBelow64(count0, word0, threshold);
                count1 = TLanes.DiscountBelow64(count1, word1, threshold);
                count2 = TLanes.DiscountBelow64(count2, word2, threshold);
                count3 = TLanes.DiscountBelow64(count3, word3, threshold);
            }

            TVector part0 = Signed<TLanes, TVector>(TLanes.Narrow64(count0, count1), ref sign, i);
            TVector part1 = Signed<TLanes, TVector>(TLanes.Narrow64(count2, count3), ref sign, i + TLanes.Count);
            if (!isWide)
            {
                TVector wide0 = TLanes.ShiftLeft(TLanes.Load(ref target, i), WideShift);
                TVector wide1 = TLanes.ShiftLeft(TLanes.Load(ref target, i + TLanes.Count), WideShift);
                part0 = Clamp<TLanes, TVector>(TLanes.Add(part0, wide0), most);
                part1 = Clamp<TLanes, TVector>(TLanes.Add(part1, wide1), most);
            }

            TLanes.Store(part0, ref target, i);
            TLanes.Store(part1, ref target, i + TLanes.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Signed<TLanes, TVector>(TVector magnitudes, ref uint signs, int i)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged =>
        Negate<TLanes, TVector>(magnitudes, TLanes.SignMask(TLanes.ShiftLeft(TLanes.Load(ref signs, SignWord(i)), SignShift(i))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Clamp<TLanes, TVector>(TVector values, TVector most)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector negative = TLanes.SignMask(values);
        return Negate<TLanes, TVector>(TLanes.Min(Negate<TLanes, TVector>(values, negative), most), negative);
    }

    /// <summary>Negates the lanes where <paramref name="negative"/> is all ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Negate<TLanes, TVector>(TVector values, TVector negative)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged => TLanes.Subtract(TLanes.Xor(values, negative), negative);

    /// <summary>
    /// Of each block of 512 samples, sample 16r + l takes its sign from bit 31 - r of word l: whole vectors of words, shifted by
    /// rows.
    /// </summary>
    private static int SignWord(int sample) => (sample / 512 * 16) + (sample % 16);

    private static int SignShift(int sample) => sample % 512 / 16;
}

using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Consortium.Learning.Families.Boosting;

/// <summary>Kernels over histograms: summed gradient and hessian of each bin, side by side.</summary>
internal static unsafe class Histogram
{
    private const int PrefetchDistance = 16;

    /// <summary>One row's gradient and hessian in one integer, so that one addition adds both.</summary>
    /// <remarks>
    /// Sums of packed pairs unpack exactly as long as gradients' magnitudes sum below 2^31 and hessians below 2^32; hessians are
    /// not negative, so no borrow crosses the middle.
    /// </remarks>
    public static long Pack(int gradient, uint hessian) => ((long)gradient << 32) + hessian;

    public static int GradientOf(long packed) => (int)(packed >> 32);

    public static uint HessianOf(long packed) => (uint)packed;

    /// <summary>destination = minuend − subtrahend; spans of one length, destination may be either.</summary>
    public static void Subtract(ReadOnlySpan<long> minuend, ReadOnlySpan<long> subtrahend, Span<long> destination)
    {
        Debug.Assert(minuend.Length == destination.Length && subtrahend.Length == destination.Length, "spans of one length");
        int i = 0;
        for (; i <= destination.Length - Vector512<long>.Count; i += Vector512<long>.Count)
        {
            (Vector512.Create(minuend[i..]) - Vector512.Create(subtrahend[i..])).CopyTo(destination[i..]);
        }

        for (; i < destination.Length; i++)
        {
            destination[i] = minuend[i] - subtrahend[i];
        }
    }

    /// <summary>Adds each row's packed pair to the packed sums of all its listed bins.</summary>
    /// <param name="entries">Bin numbers of the block's rows, row after row.</param>
    /// <param name="starts">
    /// Where each of the block's rows starts in <paramref name="entries"/>, and one more for the last one's end.
    /// </param>
    /// <param name="rows">Rows of the block, counted from its first.</param>
    /// <param name="packed">The packed pair of each of <paramref name="rows"/>.</param>
    /// <param name="sums">Packed sums, one a bin.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(
        ushort* entries, uint* starts, ReadOnlySpan<int> rows, int firstRow, ReadOnlySpan<long> packed, long* sums)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if (Sse.IsSupported && i + PrefetchDistance < rows.Length)
            {
                ushort* ahead = entries + starts[rows[i + PrefetchDistance] - firstRow];
                Sse.Prefetch0(ahead);
                Sse.Prefetch0(ahead + 32);
                Sse.Prefetch0(ahead + 64);
            }

            int row = rows[i] - firstRow;
            long pair = packed[i];
            ushort* entry = entries + starts[row];
            ushort* end = entries + starts[row + 1];
            for (; entry + 8 <= end; entry += 8)
            {
                sums[entry[0]] += pair;
                sums[entry[1]] += pair;
                sums[entry[2]] += pair;
                sums[entry[3]] += pair;
                sums[entry[4]] += pair;
                sums[entry[5]] += pair;
                sums[entry[6]] += pair;
                sums[entry[7]] += pair;
            }

            for (; entry < end; entry++)
            {
                sums[*entry] += pair;
            }
        }
    }
}

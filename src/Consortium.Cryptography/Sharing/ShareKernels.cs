using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Consortium.Cryptography.Sharing;

/// <summary>
/// Vectors over F_p, p = 65521, in 32-bit lanes. Since 2^16 = 15 mod p, folding a word v to (v mod 2^16) + 15 (v / 2^16) keeps its
/// residue; sums stay lazily above p until the last fold. No branch or index depends on a value. Destinations may not alias sources
/// except where said.
/// </summary>
internal static class ShareKernels
{
    private const uint LowHalf = 0xFFFF;

    public static LaneWidth Widest { get; } =
        Vector512.IsHardwareAccelerated ? LaneWidth.Vector512
        : Vector256.IsHardwareAccelerated ? LaneWidth.Vector256
        : Vector128.IsHardwareAccelerated ? LaneWidth.Vector128
        : LaneWidth.Scalar;

    /// <summary>Whether every one lies where it reads back centred; looks at all of them, whatever they are.</summary>
    public static bool AreCentred(ReadOnlySpan<short> signed)
    {
        int outside = 0;
        foreach (short value in signed)
        {
            outside |= (ShareField.LargestCentred - value) | (value + ShareField.LargestCentred);
        }

        return outside >= 0;
    }

    /// <summary>Writes each of <paramref name="signed"/> mod p.</summary>
    public static void ToField(ReadOnlySpan<short> signed, Span<ushort> destination)
    {
        Debug.Assert(destination.Length == signed.Length);
        for (int i = 0; i < signed.Length; i++)
        {
            int value = signed[i];
            destination[i] = (ushort)(value + ((value >> 31) & (int)ShareField.P));
        }
    }

    /// <summary>Writes each value below p as the integer nearest zero that is congruent to it.</summary>
    public static void Centre(ReadOnlySpan<ushort> values, Span<short> destination)
    {
        Debug.Assert(destination.Length == values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            int value = values[i];
            int above = (ShareField.LargestCentred - value) >> 31;
            destination[i] = (short)(value - (above & (int)ShareField.P));
        }
    }

    /// <summary>Whether every value is below p.</summary>
    public static bool AreReduced(ReadOnlySpan<ushort> values) => !values.ContainsAnyInRange((ushort)ShareField.P, ushort.MaxValue);

    /// <summary>
    /// Evaluates at <paramref name="x"/>, 1 to 255, the polynomials whose k-th coefficients are row k of <paramref name="rows"/>; one
    /// polynomial for each column, as many columns as <paramref name="destination"/> is long.
    /// </summary>
    public static void Evaluate(ReadOnlySpan<ushort> rows, uint x, Span<ushort> destination, LaneWidth lanes)
    {
        Debug.Assert(rows.Length % destination.Length == 0 && x is >= 1 and <= ShamirSharing.MaximumHolders);
        int done = lanes switch
        {
            LaneWidth.Vector512 => Evaluate<Lanes512>(rows, x, destination, 0),
            LaneWidth.Vector256 => Evaluate<Lanes256>(rows, x, destination, 0),
            LaneWidth.Vector128 => Evaluate<Lanes128>(rows, x, destination, 0),
            _ => 0,
        };
        Evaluate<ScalarLane>(rows, x, destination, done);
    }

    /// <summary>Adds <paramref name="addend"/> to <paramref name="sum"/> mod p; both below p.</summary>
    public static void Add(Span<ushort> sum, ReadOnlySpan<ushort> addend, LaneWidth lanes)
    {
        Debug.Assert(sum.Length == addend.Length);
        int done = lanes switch
        {
            LaneWidth.Vector512 => Add<Lanes512>(sum, addend, 0),
            LaneWidth.Vector256 => Add<Lanes256>(sum, addend, 0),
            LaneWidth.Vector128 => Add<Lanes128>(sum, addend, 0),
            _ => 0,
        };
        Add<ScalarLane>(sum, addend, done);
    }

    /// <summary>
    /// Adds <paramref name="weight"/> times each of <paramref name="values"/>, both below p, to <paramref name="sums"/>, which take up
    /// to 4,000 such products without overflow.
    /// </summary>
    public static void AddWeighted(Span<uint> sums, ReadOnlySpan<ushort> values, uint weight, LaneWidth lanes)
    {
        Debug.Assert(sums.Length == values.Length && weight < ShareField.P);
        int done = lanes switch
        {
            LaneWidth.Vector512 => AddWeighted<Lanes512>(sums, values, weight, 0),
            LaneWidth.Vector256 => AddWeighted<Lanes256>(sums, values, weight, 0),
            LaneWidth.Vector128 => AddWeighted<Lanes128>(sums, values, weight, 0),
            _ => 0,
        };
        AddWeighted<ScalarLane>(sums, values, weight, done);
    }

    /// <summary>Writes each of <paramref name="sums"/> mod p.</summary>
    public static void Reduce(ReadOnlySpan<uint> sums, Span<ushort> destination, LaneWidth lanes)
    {
        Debug.Assert(sums.Length == destination.Length);
        int done = lanes switch
        {
            LaneWidth.Vector512 => Reduce<Lanes512>(sums, destination, 0),
            LaneWidth.Vector256 => Reduce<Lanes256>(sums, destination, 0),
            LaneWidth.Vector128 => Reduce<Lanes128>(sums, destination, 0),
            _ => 0,
        };
        Reduce<ScalarLane>(sums, destination, done);
    }

    private static int Evaluate<T>(ReadOnlySpan<ushort> rows, uint x, Span<ushort> destination, int start)
        where T : struct, ILanes<T>
    {
        int columns = destination.Length;
        ref ushort last = ref Unsafe.Add(ref MemoryMarshal.GetReference(rows), rows.Length - columns);
        ref ushort to = ref MemoryMarshal.GetReference(destination);
        int steps = rows.Length / columns - 1;
        T point = T.Broadcast(x);
        int i = start;

        // Four columns of registers at once, for one Horner chain waits on itself.
        for (; i <= columns - 4 * T.Count; i += 4 * T.Count)
        {
            ref ushort row = ref Unsafe.Add(ref last, i);
            T a = T.Load(in row);
            T b = T.Load(in Unsafe.Add(ref row, T.Count));
            T c = T.Load(in Unsafe.Add(ref row, 2 * T.Count));
            T d = T.Load(in Unsafe.Add(ref row, 3 * T.Count));
            for (int step = 0; step < steps; step++)
            {
                row = ref Unsafe.Subtract(ref row, columns);
                a = HornerStep(a, point, T.Load(in row));
                b = HornerStep(b, point, T.Load(in Unsafe.Add(ref row, T.Count)));
                c = HornerStep(c, point, T.Load(in Unsafe.Add(ref row, 2 * T.Count)));
                d = HornerStep(d, point, T.Load(in Unsafe.Add(ref row, 3 * T.Count)));
            }

            T.Store(ReduceOnce(a), ref Unsafe.Add(ref to, i));
            T.Store(ReduceOnce(b), ref Unsafe.Add(ref to, i + T.Count));
            T.Store(ReduceOnce(c), ref Unsafe.Add(ref to, i + 2 * T.Count));
            T.Store(ReduceOnce(d), ref Unsafe.Add(ref to, i + 3 * T.Count));
        }

        for (; i <= columns - T.Count; i += T.Count)
        {
            ref ushort row = ref Unsafe.Add(ref last, i);
            T value = T.Load(in row);
            for (int step = 0; step < steps; step++)
            {
                row = ref Unsafe.Subtract(ref row, columns);
                value = HornerStep(value, point, T.Load(in row));
            }

            T.Store(ReduceOnce(value), ref Unsafe.Add(ref to, i));
        }

        return i;
    }

    /// <summary>Takes and gives values below 73,217 < 2p: the product with x <= 255 plus a coefficient is below 2^24.2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T HornerStep<T>(T value, T x, T coefficient)
        where T : struct, ILanes<T> => FoldUpper(value * x + coefficient);

    private static int Add<T>(Span<ushort> sum, ReadOnlySpan<ushort> addend, int start)
        where T : struct, ILanes<T>
    {
        ref ushort to = ref MemoryMarshal.GetReference(sum);
        ref ushort from = ref MemoryMarshal.GetReference(addend);
        int i = start;
        for (; i <= sum.Length - T.Count; i += T.Count)
        {
            T total = T.Load(in Unsafe.Add(ref to, i)) + T.Load(in Unsafe.Add(ref from, i));
            T.Store(ReduceOnce(total), ref Unsafe.Add(ref to, i));
        }

        return i;
    }

    private static int AddWeighted<T>(Span<uint> sums, ReadOnlySpan<ushort> values, uint weight, int start)
        where T : struct, ILanes<T>
    {
        ref uint to = ref MemoryMarshal.GetReference(sums);
        ref ushort from = ref MemoryMarshal.GetReference(values);
        T factor = T.Broadcast(weight);
        int i = start;
        for (; i <= sums.Length - T.Count; i += T.Count)
        {
            // A product of two values below p fits 32 bits; folded once it is below 2^16 + 15 * 2^16 = 2^20.
            T product = FoldUpper(T.Load(in Unsafe.Add(ref from, i)) * factor);
            T.Store(T.Load(in Unsafe.Add(ref to, i)) + product, ref Unsafe.Add(ref to, i));
        }

        return i;
    }

    private static int Reduce<T>(ReadOnlySpan<uint> sums, Span<ushort> destination, int start)
        where T : struct, ILanes<T>
    {
        ref uint from = ref MemoryMarshal.GetReference(sums);
        ref ushort to = ref MemoryMarshal.GetReference(destination);
        int i = start;
        for (; i <= sums.Length - T.Count; i += T.Count)
        {
            T value = FoldUpper(FoldUpper(T.Load(in Unsafe.Add(ref from, i))));
            T.Store(ReduceOnce(value), ref Unsafe.Add(ref to, i));
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T FoldUpper<T>(T value)
        where T : struct, ILanes<T>
    {
        T upper = value >>> 16;
        return (value & T.Broadcast(LowHalf)) + upper * T.Broadcast(ShareField.Fold);
    }

    /// <summary>From below 2p to below p: what is below p wraps round when p is taken away, and is then the lesser.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T ReduceOnce<T>(T value)
        where T : struct, ILanes<T> => T.Min(value, value - T.Broadcast(ShareField.P));
}

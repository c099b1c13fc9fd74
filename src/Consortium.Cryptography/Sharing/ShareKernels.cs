using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Consortium.Cryptography.Arithmetic;

namespace Consortium.Cryptography.Sharing;

/// <summary>
/// Vectors over F_p, p = 65521, in 32-bit lanes. Since 2^16 = 15 mod p, folding a word v to (v mod 2^16) + 15 (v / 2^16) keeps
/// its residue; sums stay lazily above p until the last fold. No branch or index depends on a value. Destinations may not alias
/// sources except where said.
/// </summary>
internal static class ShareKernels
{
    private const uint LowHalf = 0xFFFF;

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
    public static bool AreReduced(ReadOnlySpan<ushort> values) =>
        !values.ContainsAnyInRange((ushort)ShareField.P, ushort.MaxValue);

    /// <summary>
    /// Evaluates at <paramref name="x"/>, 1 to 255, the polynomials whose k-th coefficients are row k of <paramref name="rows"/>;
    /// one polynomial for each column, as many columns as <paramref name="destination"/> is long.
    /// </summary>
    public static void Evaluate(ReadOnlySpan<ushort> rows, uint x, Span<ushort> destination, InstructionSet set)
    {
        Debug.Assert(rows.Length % destination.Length == 0 && x is >= 1 and <= ShamirSharing.MaximumHolders);
        int done = set switch
        {
            InstructionSet.Avx512 => Evaluate<Lanes512, Vector512<uint>>(rows, x, destination, 0),
            InstructionSet.Avx2 => Evaluate<Lanes256, Vector256<uint>>(rows, x, destination, 0),
            InstructionSet.Vector128 => Evaluate<Lanes128, Vector128<uint>>(rows, x, destination, 0),
            _ => 0,
        };
        Evaluate<ScalarLane, uint>(rows, x, destination, done);
    }

    /// <summary>Adds <paramref name="addend"/> to <paramref name="sum"/> mod p; both below p.</summary>
    public static void Add(Span<ushort> sum, ReadOnlySpan<ushort> addend, InstructionSet set)
    {
        Debug.Assert(sum.Length == addend.Length);
        int done = set switch
        {
            InstructionSet.Avx512 => Add<Lanes512, Vector512<uint>>(sum, addend, 0),
            InstructionSet.Avx2 => Add<Lanes256, Vector256<uint>>(sum, addend, 0),
            InstructionSet.Vector128 => Add<Lanes128, Vector128<uint>>(sum, addend, 0),
            _ => 0,
        };
        Add<ScalarLane, uint>(sum, addend, done);
    }

    /// <summary>
    /// Adds <paramref name="weight"/> times each of <paramref name="values"/>, both below p, to <paramref name="sums"/>, which
    /// take up to 4,000 such products without overflow.
    /// </summary>
    public static void AddWeighted(Span<uint> sums, ReadOnlySpan<ushort> values, uint weight, InstructionSet set)
    {
        Debug.Assert(sums.Length == values.Length && weight < ShareField.P);
        int done = set switch
        {
            InstructionSet.Avx512 => AddWeighted<Lanes512, Vector512<uint>>(sums, values, weight, 0),
            InstructionSet.Avx2 => AddWeighted<Lanes256, Vector256<uint>>(sums, values, weight, 0),
            InstructionSet.Vector128 => AddWeighted<Lanes128, Vector128<uint>>(sums, values, weight, 0),
            _ => 0,
        };
        AddWeighted<ScalarLane, uint>(sums, values, weight, done);
    }

    /// <summary>Writes each of <paramref name="sums"/> mod p.</summary>
    public static void Reduce(ReadOnlySpan<uint> sums, Span<ushort> destination, InstructionSet set)
    {
        Debug.Assert(sums.Length == destination.Length);
        int done = set switch
        {
            InstructionSet.Avx512 => Reduce<Lanes512, Vector512<uint>>(sums, destination, 0),
            InstructionSet.Avx2 => Reduce<Lanes256, Vector256<uint>>(sums, destination, 0),
            InstructionSet.Vector128 => Reduce<Lanes128, Vector128<uint>>(sums, destination, 0),
            _ => 0,
        };
        Reduce<ScalarLane, uint>(sums, destination, done);
    }

    private static int Evaluate<TLanes, TVector>(ReadOnlySpan<ushort> rows, uint x, Span<ushort> destination, int start)
        where TLanes : struct, IWordLanes<TVector>
        where TVector : unmanaged
    {
        int columns = destination.Length;
        ref ushort from = ref MemoryMarshal.GetReference(rows);
        ref ushort to = ref MemoryMarshal.GetReference(destination);
        int last = rows.Length - columns;
        TVector point = TLanes.Broadcast(x);
        int i = start;

        // Four columns of registers at once, for one Horner chain waits on itself.
        for (; i <= columns - 4 * TLanes.Count; i += 4 * TLanes.Count)
        {
            int row = last + i;
            TVector a = TLanes.LoadWide(in from, row);
            TVector b = TLanes.LoadWide(in from, row + TLanes.Count);
            TVector c = TLanes.LoadWide(in from, row + 2 * TLanes.Count);
            TVector d = TLanes.LoadWide(in from, row + 3 * TLanes.Count);
            for (row -= columns; row >= 0; row -= columns)
            {
                a = HornerStep<TLanes, TVector>(a, point, TLanes.LoadWide(in from, row));
                b = HornerStep<TLanes, TVector>(b, point, TLanes.LoadWide(in from, row + TLanes.Count));
                c = HornerStep<TLanes, TVector>(c, point, TLanes.LoadWide(in from, row + 2 * TLanes.Count));
                d = HornerStep<TLanes, TVector>(d, point, TLanes.LoadWide(in from, row + 3 * TLanes.Count));
            }

            TLanes.StoreNarrow(ReduceOnce<TLanes, TVector>(a), ref to, i);
            TLanes.StoreNarrow(ReduceOnce<TLanes, TVector>(b), ref to, i + TLanes.Count);
            TLanes.StoreNarrow(ReduceOnce<TLanes, TVector>(c), ref to, i + 2 * TLanes.Count);
            TLanes.StoreNarrow(ReduceOnce<TLanes, TVector>(d), ref to, i + 3 * TLanes.Count);
        }

        for (; i <= columns - TLanes.Count; i += TLanes.Count)
        {
            int row = last + i;
            TVector value = TLanes.LoadWide(in from, row);
            for (row -= columns; row >= 0; row -= columns)
            {
                value = HornerStep<TLanes, TVector>(value, point, TLanes.LoadWide(in from, row));
            }

            TLanes.StoreNarrow(ReduceOnce<TLanes, TVector>(value), ref to, i);
        }

        return i;
    }

    /// <summary>Takes and gives values below 73,217 < 2p: the product with x <= 255 plus a coefficient is below 2^24.2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector HornerStep<TLanes, TVector>(TVector value, TVector x, TVector coefficient)
        where TLanes : struct, IWordLanes<TVector>
        where TVector : unmanaged =>
        FoldUpper<TLanes, TVector>(TLanes.Add(TLanes.MultiplyLow(value, x), coefficient));

    private static int Add<TLanes, TVector>(Span<ushort> sum, ReadOnlySpan<ushort> addend, int start)
        where TLanes : struct, IWordLanes<TVector>
        where TVector : unmanaged
    {
        ref ushort to = ref MemoryMarshal.GetReference(sum);
        ref ushort from = ref MemoryMarshal.GetReference(addend);
        int i = start;
        for (; i <= sum.Length - TLanes.Count; i += TLanes.Count)
        {
            TVector total = TLanes.Add(TLanes.LoadWide(in to, i), TLanes.LoadWide(in from, i));
            TLanes.StoreNarrow(ReduceOnce<TLanes, TVector>(total), ref to, i);
        }

        return i;
    }

    private static int AddWeighted<TLanes, TVector>(Span<uint> sums, ReadOnlySpan<ushort> values, uint weight, int start)
        where TLanes : struct, IWordLanes<TVector>
        where TVector : unmanaged
    {
        ref uint to = ref MemoryMarshal.GetReference(sums);
        ref ushort from = ref MemoryMarshal.GetReference(values);
        TVector factor = TLanes.Broadcast(weight);
        int i = start;
        for (; i <= sums.Length - TLanes.Count; i += TLanes.Count)
        {
            // A product of two values below p fits 32 bits; folded once it is below 2^16 + 15 * 2^16 = 2^20.
            TVector product = FoldUpper<TLanes, TVector>(TLanes.MultiplyLow(TLanes.LoadWide(in from, i), factor));
            TLanes.Store(TLanes.Add(TLanes.Load(in to, i), product), ref to, i);
        }

        return i;
    }

    private static int Reduce<TLanes, TVector>(ReadOnlySpan<uint> sums, Span<ushort> destination, int start)
        where TLanes : struct, IWordLanes<TVector>
        where TVector : unmanaged
    {
        ref uint from = ref MemoryMarshal.GetReference(sums);
        ref ushort to = ref MemoryMarshal.GetReference(destination);
        int i = start;
        for (; i <= sums.Length - TLanes.Count; i += TLanes.Count)
        {
            TVector value = FoldUpper<TLanes, TVector>(FoldUpper<TLanes, TVector>(TLanes.Load(in from, i)));
            TLanes.StoreNarrow(ReduceOnce<TLanes, TVector>(value), ref to, i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector FoldUpper<TLanes, TVector>(TVector value)
        where TLanes : struct, IWordLanes<TVector>
        where TVector : unmanaged =>
        TLanes.Add(
            TLanes.And(value, TLanes.Broadcast(LowHalf)),
            TLanes.MultiplyLow(TLanes.ShiftRight(value, 16), TLanes.Broadcast(ShareField.Fold)));

    /// <summary>From below 2p to below p: what is below p wraps round when p is taken away, and is then the lesser.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector ReduceOnce<TLanes, TVector>(TVector value)
        where TLanes : struct, IWordLanes<TVector>
        where TVector : unmanaged =>
        TLanes.Min(value, TLanes.Subtract(value, TLanes.Broadcast(ShareField.P)));
}

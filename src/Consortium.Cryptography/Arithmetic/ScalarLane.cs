using System.Runtime.CompilerServices;

namespace Consortium.Cryptography.Arithmetic;

/// <summary>
/// One word: the reference of kernels over <see cref="IWordLanes{TVector}"/>, and the tail of their wider paths.
/// </summary>
internal readonly struct ScalarLane : IWordLanes<uint>
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Load(ref readonly uint source, int offset) => Unsafe.Add(ref Unsafe.AsRef(in source), offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint LoadWide(ref readonly ushort source, int offset) => Unsafe.Add(ref Unsafe.AsRef(in source), offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(uint value, ref uint destination, int offset) => Unsafe.Add(ref destination, offset) = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNarrow(uint value, ref ushort destination, int offset) =>
        Unsafe.Add(ref destination, offset) = (ushort)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Broadcast(uint value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(uint left, uint right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Subtract(uint left, uint right) => left - right;

    /// <summary>By borrow and mask: <see cref="Math.Min(uint, uint)"/> may become a branch on a secret.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Min(uint left, uint right)
    {
        uint leftIsLess = (uint)(((long)left - right) >> 63);
        return right ^ ((left ^ right) & leftIsLess);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint And(uint left, uint right) => left & right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ShiftRight(uint value, int bits) => value >>> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MultiplyLow(uint left, uint right) => left * right;
}

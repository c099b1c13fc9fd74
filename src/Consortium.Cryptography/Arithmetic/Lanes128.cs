using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Consortium.Cryptography.Arithmetic;

/// <summary>Four 32-bit lanes: Arm AdvSimd and SSE where the runtime has them, its portable vectors elsewhere.</summary>
internal readonly struct Lanes128 : ILanes<Vector128<uint>>
{
    private const ulong HighHalf = 0xFFFFFFFF_00000000;
    private const ulong DoubleMagic = 0x4330_0000_0000_0000;

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Load(ref readonly uint source, int offset) =>
        Vector128.LoadUnsafe(in source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Load64(ref readonly uint source, int offset) =>
        Vector128.WidenLower(Vector64.LoadUnsafe(in source, (nuint)offset).ToVector128Unsafe()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> LoadWide(ref readonly ushort source, int offset) =>
        Vector128.WidenLower(Vector64.LoadUnsafe(in source, (nuint)offset).ToVector128Unsafe());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<uint> value, ref uint destination, int offset) =>
        value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNarrow(Vector128<uint> value, ref ushort destination, int offset) =>
        Vector128.Narrow(value, value).GetLower().StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store64(Vector128<uint> value, ref ulong destination, int offset) =>
        value.AsUInt64().StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Broadcast(uint value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Broadcast64(ulong value) => Vector128.Create(value).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> BroadcastDouble(double value) => Vector128.Create(value).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Add(Vector128<uint> left, Vector128<uint> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Subtract(Vector128<uint> left, Vector128<uint> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Min(Vector128<uint> left, Vector128<uint> right) => Vector128.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Max(Vector128<uint> left, Vector128<uint> right) => Vector128.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> And(Vector128<uint> left, Vector128<uint> right) => left & right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Or(Vector128<uint> left, Vector128<uint> right) => left | right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Xor(Vector128<uint> left, Vector128<uint> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ShiftLeft(Vector128<uint> value, int bits) => value << bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ShiftRight(Vector128<uint> value, int bits) => value >>> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> SignMask(Vector128<uint> value) => (value.AsInt32() >> 31).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> MultiplyLow(Vector128<uint> left, Vector128<uint> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> MultiplyHigh(Vector128<uint> left, Vector128<uint> right)
    {
        if (AdvSimd.Arm64.IsSupported)
        {
            return AdvSimd.Arm64.UnzipOdd(
                AdvSimd.MultiplyWideningLower(left.GetLower(), right.GetLower()).AsUInt32(),
                AdvSimd.MultiplyWideningUpper(left, right).AsUInt32());
        }

        Vector128<ulong> even = MultiplyEven(left, right).AsUInt64();
        Vector128<ulong> odd = MultiplyEven((left.AsUInt64() >>> 32).AsUInt32(), (right.AsUInt64() >>> 32).AsUInt32()).AsUInt64();
        return ((even >>> 32) | (odd & Vector128.Create(HighHalf))).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> MultiplyEven(Vector128<uint> left, Vector128<uint> right)
    {
        if (Sse2.IsSupported)
        {
            return Sse2.Multiply(left, right).AsUInt32();
        }

        if (AdvSimd.IsSupported)
        {
            return AdvSimd.MultiplyWideningLower(
                AdvSimd.ExtractNarrowingLower(left.AsUInt64()), AdvSimd.ExtractNarrowingLower(right.AsUInt64())).AsUInt32();
        }

        Vector128<ulong> lowHalf = Vector128.Create(~HighHalf);
        return ((left.AsUInt64() & lowHalf) * (right.AsUInt64() & lowHalf)).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Add64(Vector128<uint> left, Vector128<uint> right) =>
        (left.AsUInt64() + right.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ShiftLeft64(Vector128<uint> value, int bits) => (value.AsUInt64() << bits).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ShiftRight64(Vector128<uint> value, int bits) => (value.AsUInt64() >>> bits).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> DiscountBelow64(Vector128<uint> counters, Vector128<uint> words, Vector128<uint> threshold)
    {
        return (counters.AsInt64() + Vector128.LessThan(words.AsInt64(), threshold.AsInt64())).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Narrow64(Vector128<uint> lower, Vector128<uint> upper) =>
        Vector128.Narrow(lower.AsUInt64(), upper.AsUInt64());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> ToDouble(Vector128<uint> words64) =>
        ((words64.AsUInt64() | Vector128.Create(DoubleMagic)).AsDouble() - Vector128.Create(DoubleMagic).AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> FromDouble(Vector128<uint> doubles) =>
        ((doubles.AsDouble() + Vector128.Create(DoubleMagic).AsDouble()).AsUInt64() ^ Vector128.Create(DoubleMagic)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> AddDouble(Vector128<uint> left, Vector128<uint> right) =>
        (left.AsDouble() + right.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> SubtractDouble(Vector128<uint> left, Vector128<uint> right) =>
        (left.AsDouble() - right.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> MultiplyDouble(Vector128<uint> left, Vector128<uint> right) =>
        (left.AsDouble() * right.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> FusedMultiplyAdd(Vector128<uint> left, Vector128<uint> right, Vector128<uint> addend) =>
        Vector128.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), addend.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> RoundDouble(Vector128<uint> value) => Vector128.Round(value.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> MaxDouble(Vector128<uint> left, Vector128<uint> right) =>
        Vector128.Max(left.AsDouble(), right.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> NegativeDouble(Vector128<uint> value) => (value.AsInt64() >> 63).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(int step, ref Vector128<uint> first, ref Vector128<uint> second)
    {
        Vector128<uint> a = first, b = second;
        if (step == 0)
        {
            first = Vector128.Create(a.GetLower(), b.GetLower());
            second = Vector128.Create(a.GetUpper(), b.GetUpper());
        }
        else
        {
            first = Vector128.Narrow(a.AsUInt64(), b.AsUInt64());
            second = Vector128.Narrow(a.AsUInt64() >>> 32, b.AsUInt64() >>> 32);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Merge(int step, ref Vector128<uint> first, ref Vector128<uint> second)
    {
        Vector128<uint> x = first, y = second;
        if (step == 0)
        {
            first = Vector128.Create(x.GetLower(), y.GetLower());
            second = Vector128.Create(x.GetUpper(), y.GetUpper());
        }
        else
        {
            first = (Vector128.WidenLower(x) | (Vector128.WidenLower(y) << 32)).AsUInt32();
            second = (Vector128.WidenUpper(x) | (Vector128.WidenUpper(y) << 32)).AsUInt32();
        }
    }
}

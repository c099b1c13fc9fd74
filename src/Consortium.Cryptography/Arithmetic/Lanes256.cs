using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Consortium.Cryptography.Arithmetic;

/// <summary>AVX2 with FMA: eight 32-bit lanes.</summary>
internal readonly struct Lanes256 : ILanes<Vector256<uint>>
{
    private const ulong DoubleMagic = 0x4330_0000_0000_0000;

    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Load(ref readonly uint source, int offset) =>
        Vector256.LoadUnsafe(in source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Load64(ref readonly uint source, int offset) =>
        Avx2.ConvertToVector256Int64(Vector128.LoadUnsafe(in source, (nuint)offset)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> LoadWide(ref readonly ushort source, int offset) =>
        Avx2.ConvertToVector256Int32(Vector128.LoadUnsafe(in source, (nuint)offset)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<uint> value, ref uint destination, int offset) =>
        value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNarrow(Vector256<uint> value, ref ushort destination, int offset) =>
        Vector256.Narrow(value, value).GetLower().StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store64(Vector256<uint> value, ref ulong destination, int offset) =>
        value.AsUInt64().StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Broadcast(uint value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Broadcast64(ulong value) => Vector256.Create(value).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> BroadcastDouble(double value) => Vector256.Create(value).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add(Vector256<uint> left, Vector256<uint> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Subtract(Vector256<uint> left, Vector256<uint> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Min(Vector256<uint> left, Vector256<uint> right) => Avx2.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Max(Vector256<uint> left, Vector256<uint> right) => Avx2.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> And(Vector256<uint> left, Vector256<uint> right) => left & right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Or(Vector256<uint> left, Vector256<uint> right) => left | right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Xor(Vector256<uint> left, Vector256<uint> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ShiftLeft(Vector256<uint> value, int bits) => value << bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ShiftRight(Vector256<uint> value, int bits) => value >>> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> SignMask(Vector256<uint> value) => (value.AsInt32() >> 31).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> MultiplyLow(Vector256<uint> left, Vector256<uint> right) => Avx2.MultiplyLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> MultiplyHigh(Vector256<uint> left, Vector256<uint> right)
    {
        Vector256<ulong> even = Avx2.Multiply(left, right);
        Vector256<ulong> odd = Avx2.Multiply((left.AsUInt64() >>> 32).AsUInt32(), (right.AsUInt64() >>> 32).AsUInt32());
        return Avx2.Blend((even >>> 32).AsUInt32(), odd.AsUInt32(), 0b1010_1010);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> MultiplyEven(Vector256<uint> left, Vector256<uint> right) =>
        Avx2.Multiply(left, right).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Add64(Vector256<uint> left, Vector256<uint> right) =>
        (left.AsUInt64() + right.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ShiftLeft64(Vector256<uint> value, int bits) => (value.AsUInt64() << bits).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ShiftRight64(Vector256<uint> value, int bits) => (value.AsUInt64() >>> bits).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> DiscountBelow64(Vector256<uint> counters, Vector256<uint> words, Vector256<uint> threshold)
    {
        return (counters.AsInt64() + Avx2.CompareGreaterThan(threshold.AsInt64(), words.AsInt64())).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Narrow64(Vector256<uint> lower, Vector256<uint> upper) =>
        Avx2.Permute4x64(
            Avx.Shuffle(lower.AsSingle(), upper.AsSingle(), 0b10_00_10_00).AsInt64(), 0b11_01_10_00).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> ToDouble(Vector256<uint> words64) =>
        ((words64.AsUInt64() | Vector256.Create(DoubleMagic)).AsDouble() - Vector256.Create(DoubleMagic).AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> FromDouble(Vector256<uint> doubles) =>
        ((doubles.AsDouble() + Vector256.Create(DoubleMagic).AsDouble()).AsUInt64() ^ Vector256.Create(DoubleMagic)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> AddDouble(Vector256<uint> left, Vector256<uint> right) =>
        (left.AsDouble() + right.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> SubtractDouble(Vector256<uint> left, Vector256<uint> right) =>
        (left.AsDouble() - right.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> MultiplyDouble(Vector256<uint> left, Vector256<uint> right) =>
        (left.AsDouble() * right.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> FusedMultiplyAdd(Vector256<uint> left, Vector256<uint> right, Vector256<uint> addend) =>
        Fma.MultiplyAdd(left.AsDouble(), right.AsDouble(), addend.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> RoundDouble(Vector256<uint> value) => Avx.RoundToNearestInteger(value.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> MaxDouble(Vector256<uint> left, Vector256<uint> right) =>
        Avx.Max(left.AsDouble(), right.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> NegativeDouble(Vector256<uint> value) =>
        Avx2.CompareGreaterThan(Vector256<long>.Zero, value.AsInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(int step, ref Vector256<uint> first, ref Vector256<uint> second)
    {
        Vector256<uint> a = first, b = second;
        switch (step)
        {
            case 0:
                first = Avx2.Permute2x128(a, b, 0x20);
                second = Avx2.Permute2x128(a, b, 0x31);
                break;
            case 1:
                first = Avx2.UnpackLow(a.AsUInt64(), b.AsUInt64()).AsUInt32();
                second = Avx2.UnpackHigh(a.AsUInt64(), b.AsUInt64()).AsUInt32();
                break;
            default:
                first = Avx.Shuffle(a.AsSingle(), b.AsSingle(), 0b10_00_10_00).AsUInt32();
                second = Avx.Shuffle(a.AsSingle(), b.AsSingle(), 0b11_01_11_01).AsUInt32();
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Merge(int step, ref Vector256<uint> first, ref Vector256<uint> second)
    {
        Vector256<uint> x = first, y = second;
        switch (step)
        {
            case 0:
                first = Avx2.Permute2x128(x, y, 0x20);
                second = Avx2.Permute2x128(x, y, 0x31);
                break;
            case 1:
                first = Avx2.UnpackLow(x.AsUInt64(), y.AsUInt64()).AsUInt32();
                second = Avx2.UnpackHigh(x.AsUInt64(), y.AsUInt64()).AsUInt32();
                break;
            default:
                first = Avx2.UnpackLow(x, y);
                second = Avx2.UnpackHigh(x, y);
                break;
        }
    }
}

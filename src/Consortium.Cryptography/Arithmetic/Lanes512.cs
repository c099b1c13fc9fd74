using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Consortium.Cryptography.Arithmetic;

/// <summary>AVX-512: sixteen 32-bit lanes.</summary>
internal readonly struct Lanes512 : ILanes<Vector512<uint>>
{
    private const ulong HighHalf = 0xFFFFFFFF_00000000;
    private const ulong DoubleMagic = 0x4330_0000_0000_0000;

    public static int Count => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Load(ref readonly uint source, int offset) =>
        Vector512.LoadUnsafe(in source, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Load64(ref readonly uint source, int offset) =>
        Avx512F.ConvertToVector512UInt64(Vector256.LoadUnsafe(in source, (nuint)offset)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> LoadWide(ref readonly ushort source, int offset) =>
        Avx512F.ConvertToVector512UInt32(Vector256.LoadUnsafe(in source, (nuint)offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<uint> value, ref uint destination, int offset) =>
        value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreNarrow(Vector512<uint> value, ref ushort destination, int offset) =>
        Vector512.Narrow(value, value).GetLower().StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store64(Vector512<uint> value, ref ulong destination, int offset) =>
        value.AsUInt64().StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Broadcast(uint value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Broadcast64(ulong value) => Vector512.Create(value).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> BroadcastDouble(double value) => Vector512.Create(value).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add(Vector512<uint> left, Vector512<uint> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Subtract(Vector512<uint> left, Vector512<uint> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Min(Vector512<uint> left, Vector512<uint> right) => Avx512F.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Max(Vector512<uint> left, Vector512<uint> right) => Avx512F.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> And(Vector512<uint> left, Vector512<uint> right) => left & right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Or(Vector512<uint> left, Vector512<uint> right) => left | right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Xor(Vector512<uint> left, Vector512<uint> right) => left ^ right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ShiftLeft(Vector512<uint> value, int bits) => value << bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ShiftRight(Vector512<uint> value, int bits) => value >>> bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> SignMask(Vector512<uint> value) => (value.AsInt32() >> 31).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> MultiplyLow(Vector512<uint> left, Vector512<uint> right) => Avx512F.MultiplyLow(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> MultiplyHigh(Vector512<uint> left, Vector512<uint> right)
    {
        Vector512<ulong> even = Avx512F.Multiply(left, right);
        Vector512<ulong> odd = Avx512F.Multiply((left.AsUInt64() >>> 32).AsUInt32(), (right.AsUInt64() >>> 32).AsUInt32());
        return ((even >>> 32) | (odd & Vector512.Create(HighHalf))).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> MultiplyEven(Vector512<uint> left, Vector512<uint> right) =>
        Avx512F.Multiply(left, right).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Add64(Vector512<uint> left, Vector512<uint> right) =>
        (left.AsUInt64() + right.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ShiftLeft64(Vector512<uint> value, int bits) => (value.AsUInt64() << bits).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ShiftRight64(Vector512<uint> value, int bits) => (value.AsUInt64() >>> bits).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> DiscountBelow64(Vector512<uint> counters, Vector512<uint> words, Vector512<uint> threshold)
    {
        Vector512<long> count = counters.AsInt64();
        return Vector512.ConditionalSelect(
            Vector512.LessThan(words.AsInt64(), threshold.AsInt64()), count - Vector512<long>.One, count).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Narrow64(Vector512<uint> lower, Vector512<uint> upper) =>
        Avx512F.PermuteVar16x32x2(
            lower, Vector512.Create(0u, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> ToDouble(Vector512<uint> words64) =>
        Avx512DQ.ConvertToVector512Double(words64.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> FromDouble(Vector512<uint> doubles) =>
        ((doubles.AsDouble() + Vector512.Create(DoubleMagic).AsDouble()).AsUInt64() ^ Vector512.Create(DoubleMagic)).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> AddDouble(Vector512<uint> left, Vector512<uint> right) =>
        (left.AsDouble() + right.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> SubtractDouble(Vector512<uint> left, Vector512<uint> right) =>
        (left.AsDouble() - right.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> MultiplyDouble(Vector512<uint> left, Vector512<uint> right) =>
        (left.AsDouble() * right.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> FusedMultiplyAdd(Vector512<uint> left, Vector512<uint> right, Vector512<uint> addend) =>
        Avx512F.FusedMultiplyAdd(left.AsDouble(), right.AsDouble(), addend.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> RoundDouble(Vector512<uint> value) => Avx512F.RoundScale(value.AsDouble(), 0).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> MaxDouble(Vector512<uint> left, Vector512<uint> right) =>
        Avx512F.Max(left.AsDouble(), right.AsDouble()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> NegativeDouble(Vector512<uint> value) => (value.AsInt64() >> 63).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Split(int step, ref Vector512<uint> first, ref Vector512<uint> second)
    {
        Vector512<uint> a = first, b = second;
        switch (step)
        {
            case 0:
                first = Vector512.Create(a.GetLower(), b.GetLower());
                second = Avx512F.Shuffle4x128(a, b, 0b11_10_11_10);
                break;
            case 1:
                first = Avx512F.Shuffle4x128(a, b, 0b10_00_10_00);
                second = Avx512F.Shuffle4x128(a, b, 0b11_01_11_01);
                break;
            case 2:
                first = Avx512F.UnpackLow(a.AsUInt64(), b.AsUInt64()).AsUInt32();
                second = Avx512F.UnpackHigh(a.AsUInt64(), b.AsUInt64()).AsUInt32();
                break;
            default:
                first = Avx512F.Shuffle(a.AsSingle(), b.AsSingle(), 0b10_00_10_00).AsUInt32();
                second = Avx512F.Shuffle(a.AsSingle(), b.AsSingle(), 0b11_01_11_01).AsUInt32();
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Merge(int step, ref Vector512<uint> first, ref Vector512<uint> second)
    {
        Vector512<uint> x = first, y = second;
        switch (step)
        {
            case 0:
                first = Vector512.Create(x.GetLower(), y.GetLower());
                second = Avx512F.Shuffle4x128(x, y, 0b11_10_11_10);
                break;
            case 1:
                first = Avx512F.PermuteVar8x64x2(
                    x.AsUInt64(), Vector512.Create(0ul, 1, 8, 9, 2, 3, 10, 11), y.AsUInt64()).AsUInt32();
                second = Avx512F.PermuteVar8x64x2(
                    x.AsUInt64(), Vector512.Create(4ul, 5, 12, 13, 6, 7, 14, 15), y.AsUInt64()).AsUInt32();
                break;
            case 2:
                first = Avx512F.UnpackLow(x.AsUInt64(), y.AsUInt64()).AsUInt32();
                second = Avx512F.UnpackHigh(x.AsUInt64(), y.AsUInt64()).AsUInt32();
                break;
            default:
                first = Avx512F.UnpackLow(x, y);
                second = Avx512F.UnpackHigh(x, y);
                break;
        }
    }
}

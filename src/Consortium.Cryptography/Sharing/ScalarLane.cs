using System.Runtime.CompilerServices;

namespace Consortium.Cryptography.Sharing;

/// <summary>One lane: the reference, and the tail of every wider path.</summary>
internal readonly struct ScalarLane(uint value) : ILanes<ScalarLane>
{
    private readonly uint _value = value;

    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator +(ScalarLane left, ScalarLane right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator -(ScalarLane left, ScalarLane right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator *(ScalarLane left, ScalarLane right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator &(ScalarLane left, ScalarLane right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane operator >>>(ScalarLane left, int count) => new(left._value >>> count);

    /// <summary>By borrow and mask: <see cref="Math.Min(uint, uint)"/> may become a branch on a secret.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Min(ScalarLane left, ScalarLane right)
    {
        uint leftIsLess = (uint)(((long)left._value - right._value) >> 63);
        return new(right._value ^ ((left._value ^ right._value) & leftIsLess));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Broadcast(uint value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Load(ref readonly ushort source) => new(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane Load(ref readonly uint source) => new(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ScalarLane lanes, ref ushort destination) => destination = (ushort)lanes._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ScalarLane lanes, ref uint destination) => destination = lanes._value;
}

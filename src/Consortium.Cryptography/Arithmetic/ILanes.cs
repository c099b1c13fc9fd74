namespace Consortium.Cryptography.Arithmetic;

/// <summary>
/// One instruction set's vector register: words, and the same bits as half as many 64-bit lanes where a name says 64 or Double.
/// </summary>
internal interface ILanes<TVector> : IWordLanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Loads half as many words, zero-extended to 64 bits.</summary>
    static abstract TVector Load64(ref readonly uint source, int offset);

    static abstract void Store64(TVector value, ref ulong destination, int offset);

    static abstract TVector Broadcast64(ulong value);

    static abstract TVector BroadcastDouble(double value);

    static abstract TVector Max(TVector left, TVector right);

    static abstract TVector Or(TVector left, TVector right);

    static abstract TVector Xor(TVector left, TVector right);

    static abstract TVector ShiftLeft(TVector value, int bits);

    /// <summary>Copies each lane's sign bit over the lane.</summary>
    static abstract TVector SignMask(TVector value);

    /// <summary>High 32 bits of each unsigned product.</summary>
    static abstract TVector MultiplyHigh(TVector left, TVector right);

    /// <summary>64-bit products of the even 32-bit lanes.</summary>
    static abstract TVector MultiplyEven(TVector left, TVector right);

    static abstract TVector Add64(TVector left, TVector right);

    static abstract TVector ShiftLeft64(TVector value, int bits);

    static abstract TVector ShiftRight64(TVector value, int bits);

    /// <summary>Subtracts one from each 64-bit counter whose signed word is below the threshold.</summary>
    static abstract TVector DiscountBelow64(TVector counters, TVector words, TVector threshold);

    /// <summary>The low halves of the 64-bit lanes of two vectors, in order.</summary>
    static abstract TVector Narrow64(TVector lower, TVector upper);

    /// <summary>Exact for words below 2^52.</summary>
    static abstract TVector ToDouble(TVector words64);

    /// <summary>Exact for non-negative integers below 2^52.</summary>
    static abstract TVector FromDouble(TVector doubles);

    static abstract TVector AddDouble(TVector left, TVector right);

    static abstract TVector SubtractDouble(TVector left, TVector right);

    static abstract TVector MultiplyDouble(TVector left, TVector right);

    /// <summary>left * right + addend, rounded once.</summary>
    static abstract TVector FusedMultiplyAdd(TVector left, TVector right, TVector addend);

    static abstract TVector RoundDouble(TVector value);

    static abstract TVector MaxDouble(TVector left, TVector right);

    /// <summary>All ones in the 64-bit lanes whose double is below zero.</summary>
    static abstract TVector NegativeDouble(TVector value);

    /// <summary>
    /// One step from natural order towards single-element butterflies. Before step 0, <paramref name="first"/> and
    /// <paramref name="second"/> hold 2 * Count consecutive words. After step k, lane i of the two are partners at distance
    /// Count / 2^(k+1).
    /// </summary>
    static abstract void Split(int step, ref TVector first, ref TVector second);

    /// <summary>Undoes <see cref="Split"/> of the same step.</summary>
    static abstract void Merge(int step, ref TVector first, ref TVector second);
}

namespace Consortium.Cryptography.Arithmetic;

/// <summary>
/// A register of 32-bit words, or one word alone: kernels are written once over it and compiled for each instruction set. The
/// implementing struct is a type argument that the runtime specialises by, so the abstraction costs nothing.
/// </summary>
internal interface IWordLanes<TVector>
    where TVector : unmanaged
{
    /// <summary>32-bit lanes in a vector: a power of two.</summary>
    static abstract int Count { get; }

    static abstract TVector Load(ref readonly uint source, int offset);

    /// <summary>Loads <see cref="Count"/> 16-bit words, zero-extended.</summary>
    static abstract TVector LoadWide(ref readonly ushort source, int offset);

    static abstract void Store(TVector value, ref uint destination, int offset);

    /// <summary>Stores the lanes as 16-bit words: every lane is below 2^16.</summary>
    static abstract void StoreNarrow(TVector value, ref ushort destination, int offset);

    static abstract TVector Broadcast(uint value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    /// <summary>Unsigned minimum; Min(x, x - q) reduces x in [0, 2q) to [0, q).</summary>
    static abstract TVector Min(TVector left, TVector right);

    static abstract TVector And(TVector left, TVector right);

    static abstract TVector ShiftRight(TVector value, int bits);

    /// <summary>Low 32 bits of each product.</summary>
    static abstract TVector MultiplyLow(TVector left, TVector right);
}

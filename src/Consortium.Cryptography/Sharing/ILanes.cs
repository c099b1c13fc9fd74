namespace Consortium.Cryptography.Sharing;

/// <summary>A register of 32-bit lanes: the kernels are written once over it and compiled for each width.</summary>
internal interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    static abstract int Count { get; }

    static abstract TSelf Broadcast(uint value);

    /// <summary>Widens <see cref="Count"/> 16-bit words.</summary>
    static abstract TSelf Load(ref readonly ushort source);

    static abstract TSelf Load(ref readonly uint source);

    /// <summary>Narrows to 16 bits: every lane is below 2^16.</summary>
    static abstract void Store(TSelf lanes, ref ushort destination);

    static abstract void Store(TSelf lanes, ref uint destination);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator &(TSelf left, TSelf right);

    static abstract TSelf operator >>>(TSelf left, int count);

    /// <summary>Lane by lane, unsigned.</summary>
    static abstract TSelf Min(TSelf left, TSelf right);
}

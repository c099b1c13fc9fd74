using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Primitives;

namespace Consortium.Cryptography.Sharing;

/// <summary>
/// One holder's share of one participant's key: for each coefficient, the value at x = <see cref="Holder"/> of a polynomial that only
/// T holders together know. Erased by <see cref="Dispose"/>.
/// </summary>
public sealed class KeyShare : IDisposable
{
    internal const string Subject = "key share";

    private readonly Memory<ushort> _values;
    private bool _disposed;

    /// <param name="pinnedValues">In memory that does not move, so that erasing it erases the only copy.</param>
    internal KeyShare(int holder, Memory<ushort> pinnedValues)
    {
        Holder = holder;
        _values = pinnedValues;
    }

    /// <summary>Whose share this is: 1 to J.</summary>
    public int Holder { get; }

    /// <summary>How many coefficients the key has.</summary>
    public int Coefficients => _values.Length;

    internal ReadOnlySpan<ushort> Values
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _values.Span;
        }
    }

    /// <summary>Bytes of a share of a key of so many coefficients: 8,192 for 4,096.</summary>
    public static int EncodedLength(int coefficients) => checked(coefficients * sizeof(ushort));

    /// <summary>Reads a share that its sender addressed to <paramref name="holder"/>.</summary>
    /// <exception cref="MalformedDataException">Not as many values below 65521 as the key has coefficients.</exception>
    public static KeyShare Decode(int holder, int coefficients, ReadOnlySpan<byte> bytes) =>
        new(ShamirSharing.CheckHolder(holder), ShareCodec.Decode(Subject, coefficients, bytes));

    /// <summary>Little-endian 16-bit values; <paramref name="destination"/> has exactly their length. Erase it after use.</summary>
    public void Encode(Span<byte> destination) => ShareCodec.Encode(Values, destination);

    /// <summary>Little-endian 16-bit values. The array holds the secret: erase it after use.</summary>
    public byte[] Encode() => ShareCodec.Encode(Values);

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_values.Span));
    }

    public override string ToString() => $"KeyShare(holder {Holder}, redacted)";
}

using Consortium.Primitives;

namespace Consortium.Cryptography.Sharing;

/// <summary>
/// One holder's share of one participant's key: for each coefficient, the value at x = <see cref="Holder"/> of a polynomial that
/// only T holders together know. Erased by <see cref="Dispose"/>.
/// </summary>
public sealed class KeyShare : IDisposable
{
    internal const string Subject = "key share";

    private readonly SecretMemory<ushort> _values;

    /// <param name="values">The share's from now on.</param>
    internal KeyShare(int holder, SecretMemory<ushort> values)
    {
        Holder = holder;
        _values = values;
    }

    /// <summary>Whose share this is: 1 to J.</summary>
    public int Holder { get; }

    /// <summary>How many coefficients the key has.</summary>
    public int Coefficients => _values.Length;

    internal ReadOnlySpan<ushort> Values => _values.Span;

    /// <summary>Bytes of a share of a key of so many coefficients: 8,192 for 4,096.</summary>
    public static int EncodedLength(int coefficients) => checked(coefficients * sizeof(ushort));

    /// <summary>Reads a share that its sender addressed to <paramref name="holder"/>.</summary>
    /// <exception cref="MalformedDataException">Not as many values below 65521 as the key has coefficients.</exception>
    public static KeyShare Decode(int holder, int coefficients, ReadOnlySpan<byte> bytes) =>
        new(ShamirSharing.CheckHolder(holder), ShareCodec.Decode(Subject, coefficients, bytes));

    /// <summary>
    /// Little-endian 16-bit values; <paramref name="destination"/> has exactly their length. Erase it after use.
    /// </summary>
    public void Encode(Span<byte> destination) => ShareCodec.Encode(Values, destination);

    /// <summary>Little-endian 16-bit values. The array holds the secret and does not move: erase it after use.</summary>
    public byte[] Encode() => ShareCodec.Encode(Values);

    public void Dispose() => _values.Dispose();

    public override string ToString() => $"KeyShare(holder {Holder}, redacted)";
}

using System.Runtime.InteropServices;
using Consortium.Cryptography.Arithmetic;
using Consortium.Primitives;

namespace Consortium.Cryptography.Sharing;

/// <summary>
/// The sum of one holder's shares of many participants' keys, which is its share of the sum of the keys. Starts at zero; adding
/// never overflows, whatever the number of participants. Not safe for several threads at once. Erased by <see cref="Dispose"/>.
/// </summary>
public sealed class ShareSum : IDisposable
{
    internal const string Subject = "share-sum";

    private readonly SecretMemory<ushort> _values;

    /// <summary>An empty sum of <paramref name="holder"/>, for keys of <paramref name="coefficients"/>.</summary>
    public ShareSum(int holder, int coefficients)
        : this(ShamirSharing.CheckHolder(holder), new SecretMemory<ushort>(ShamirSharing.CheckCoefficients(coefficients)))
    {
    }

    private ShareSum(int holder, SecretMemory<ushort> values)
    {
        Holder = holder;
        _values = values;
    }

    /// <summary>Whose sum this is: 1 to J.</summary>
    public int Holder { get; }

    /// <summary>How many coefficients the keys have.</summary>
    public int Coefficients => _values.Length;

    internal ReadOnlySpan<ushort> Values => _values.Span;

    /// <summary>Reads a sum that <paramref name="holder"/> released.</summary>
    /// <exception cref="MalformedDataException">Not as many values below 65521 as the key has coefficients.</exception>
    public static ShareSum Decode(int holder, int coefficients, ReadOnlySpan<byte> bytes) =>
        new(ShamirSharing.CheckHolder(holder), ShareCodec.Decode(Subject, coefficients, bytes));

    /// <summary>Adds one participant's share.</summary>
    /// <exception cref="ArgumentException">Another holder's share, or a key of another length.</exception>
    public void Add(KeyShare share) => Add(share, masks: 0);

    /// <summary>
    /// Adds one participant's share of a key that was shared with the masks of a <see cref="SharingProof"/>, which are left out.
    /// </summary>
    /// <exception cref="ArgumentException">Another holder's share, or a key of another length.</exception>
    public void AddMasked(KeyShare share) => Add(share, SharingProof.Masks);

    /// <summary>
    /// Adds one participant's share straight from the bytes its envelope held; adds nothing if they are malformed.
    /// </summary>
    /// <exception cref="MalformedDataException">Not as many values below 65521 as the key has coefficients.</exception>
    public void Add(ReadOnlySpan<byte> encodedShare)
    {
        Span<ushort> values = _values.Span;
        if (!BitConverter.IsLittleEndian)
        {
            using KeyShare share = KeyShare.Decode(Holder, Coefficients, encodedShare);
            Add(share);
            return;
        }

        ShareCodec.Check(KeyShare.Subject, Coefficients, encodedShare);
        ShareKernels.Add(values, MemoryMarshal.Cast<byte, ushort>(encodedShare), InstructionSets.Best);
    }

    /// <summary>
    /// Little-endian 16-bit values; <paramref name="destination"/> has exactly their length. Erase it after use.
    /// </summary>
    public void Encode(Span<byte> destination) => ShareCodec.Encode(Values, destination);

    /// <summary>Little-endian 16-bit values. The array holds the secret and does not move: erase it after use.</summary>
    public byte[] Encode() => ShareCodec.Encode(Values);

    public void Dispose() => _values.Dispose();

    public override string ToString() => $"ShareSum(holder {Holder}, redacted)";

    private void Add(KeyShare share, int masks)
    {
        Span<ushort> values = _values.Span;
        if (share.Holder != Holder)
        {
            throw new ArgumentException(
                $"A share of holder {share.Holder} does not add to a sum of holder {Holder}.", nameof(share));
        }

        if (share.Coefficients != Coefficients + masks)
        {
            throw new ArgumentException(
                $"A share of {share.Coefficients - masks} coefficients does not add to a sum of {Coefficients}.", nameof(share));
        }

        ShareKernels.Add(values, share.Values[..Coefficients], InstructionSets.Best);
    }
}

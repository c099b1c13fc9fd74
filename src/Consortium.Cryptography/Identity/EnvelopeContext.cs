using System.Buffers.Binary;
using System.Text;
using Consortium.Primitives;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// What an envelope is for. Sealed into the associated data together with the receiver: an envelope opened under any other
/// context than the one it was sealed for does not open.
/// </summary>
public sealed class EnvelopeContext
{
    public const int ConsortiumLength = 32;
    public const int MinimumSessionLength = 16;
    public const int MaximumSessionLength = 32;
    public const int MaximumPurposeLength = 64;

    internal const int MaximumEncodedLength =
        ConsortiumLength + 1 + MaximumSessionLength + 4 + 4 + PublicIdentity.DigestLength + PublicIdentity.DigestLength + 1
            + MaximumPurposeLength;

    /// <summary>Digest of the consortium's configuration, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Consortium
    {
        get;
        init => field = value.Length == ConsortiumLength
            ? value
            : throw new ArgumentException(
                $"A consortium digest has {ConsortiumLength} bytes, not {value.Length}.", nameof(Consortium));
    }

    /// <summary>The session's identifier or digest, 16 to 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Session
    {
        get;
        init => field = value.Length is >= MinimumSessionLength and <= MaximumSessionLength
            ? value
            : throw new ArgumentException(
                $"A session has {MinimumSessionLength} to {MaximumSessionLength} bytes, not {value.Length}.", nameof(Session));
    }

    public required int Round
    {
        get;
        init =>
            field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Round), value, "A round is not negative.");
    }

    public required int Attempt
    {
        get;
        init =>
            field = value >= 0
                ? value
                : throw new ArgumentOutOfRangeException(nameof(Attempt), value, "An attempt is not negative.");
    }

    /// <summary>Who sealed it. Bound, not proven: what proves the sender is a signature over the envelope.</summary>
    public required PublicIdentity Sender { get; init; }

    /// <summary>What kind of secret is inside, such as "key share": 1 to 64 ASCII characters.</summary>
    public required string Purpose
    {
        get;
        init => field = value.Length is >= 1 and <= MaximumPurposeLength && Ascii.IsValid(value)
            ? value
            : throw new ArgumentException($"A purpose has 1 to {MaximumPurposeLength} ASCII characters.", nameof(Purpose));
    }

    /// <summary>
    /// Canonical bytes: every field at its place or behind its length, so that two contexts never encode alike.
    /// </summary>
    internal int Encode(PublicIdentity receiver, Span<byte> destination)
    {
        Span<byte> rest = destination;
        Append(ref rest, Consortium.Span);
        AppendByte(ref rest, (byte)Session.Length);
        Append(ref rest, Session.Span);
        AppendInt32(ref rest, Round);
        AppendInt32(ref rest, Attempt);
        Append(ref rest, Sender.Digest);
        Append(ref rest, receiver.Digest);
        AppendByte(ref rest, (byte)Purpose.Length);
        rest = rest[Encoding.ASCII.GetBytes(Purpose, rest)..];
        return destination.Length - rest.Length;
    }

    private static void Append(ref Span<byte> rest, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(rest);
        rest = rest[bytes.Length..];
    }

    private static void AppendByte(ref Span<byte> rest, byte value)
    {
        rest[0] = value;
        rest = rest[1..];
    }

    private static void AppendInt32(ref Span<byte> rest, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(rest, value);
        rest = rest[sizeof(int)..];
    }
}

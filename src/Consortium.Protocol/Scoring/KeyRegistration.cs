using Consortium.Cryptography.Identity;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Protocol.Scoring;

/// <summary>
/// A client's word that a public key for scoring is its own, and which token stands for it until it expires. Only the token's
/// digest is in it, so who reads the message cannot ask in the client's name.
/// </summary>
public sealed record KeyRegistration
{
    /// <summary>A key lasts a day and an hour at most: whoever watches which replies fail must not watch one for long.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromHours(25);

    private const string Label = "consortium/1/scoring-key";
    private const int MostPublicKeyBytes = 1 << 16;

    /// <summary>The consortium of the scorer.</summary>
    public required ConsortiumDigest Consortium { get; init; }

    public required PartyId Client { get; init; }

    /// <summary>SHA-256 of the token, 32 bytes that the client drew.</summary>
    public required Digest Token { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public required long IssuedAt { get; init; }

    /// <summary>Unix milliseconds, at most <see cref="LongestLife"/> later.</summary>
    public required long ExpiresAt { get; init; }

    public required ReadOnlyMemory<byte> PublicKey { get; init; }

    /// <summary>By which requests name the key: SHA-256 of <see cref="PublicKey"/>.</summary>
    public Digest Id => Digest.Of(PublicKey.Span);

    /// <summary>The message and the client's signature over it.</summary>
    public byte[] Sign(PrivateIdentity client)
    {
        ArgumentNullException.ThrowIfNull(client);
        byte[] message = ToBytes();
        return [.. message, .. client.Sign(message)];
    }

    /// <summary>Reads what <see cref="Sign"/> wrote; the signature is not checked yet.</summary>
    /// <exception cref="MalformedDataException">The bytes are no registration.</exception>
    public static KeyRegistration Read(ReadOnlyMemory<byte> bytes)
    {
        int length = bytes.Length - HybridSignature.Length;
        var reader = new CanonicalReader("key registration", bytes[..Math.Max(0, length)]);
        string label = reader.Ascii(Label.Length, "a label");
        reader.Require(label == Label, $"the label {Label}", 0);
        var consortium = new ConsortiumDigest(reader.Digest());
        string client = reader.Ascii(PartyId.MaximumLength, "a client's name");
        reader.Require(PartyId.IsValid(client), "a client's name", 0);
        var registration = new KeyRegistration
        {
            Consortium = consortium,
            Client = new PartyId(client),
            Token = reader.Digest(),
            IssuedAt = reader.Int64(),
            ExpiresAt = reader.Int64(),
            PublicKey = reader.Bytes(MostPublicKeyBytes, "a public key"),
        };
        reader.End();
        return registration;
    }

    /// <summary>Whether the client signed these bytes, which <see cref="Read"/> has read.</summary>
    public static bool IsSignedBy(PublicIdentity client, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(client);
        int length = bytes.Length - HybridSignature.Length;
        return length > 0 && client.Verify(bytes[..length], bytes[length..]);
    }

    private byte[] ToBytes()
    {
        var writer = new CanonicalWriter();
        writer.Ascii(Label);
        writer.Digest(Consortium.Value);
        writer.Ascii(Client.Name);
        writer.Digest(Token);
        writer.Int64(IssuedAt);
        writer.Int64(ExpiresAt);
        writer.Bytes(PublicKey.Span);
        return writer.ToArray();
    }
}

using System.Security.Cryptography;
using System.Text;
using Consortium.Primitives;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// What everyone may know of a member: its name, and the keys that check its signatures and seal to it. Immutable, and safe to
/// use from many threads. Two identities are equal when their canonical bytes are.
/// </summary>
public sealed class PublicIdentity : IEquatable<PublicIdentity>
{
    /// <summary>Bytes of <see cref="Digest"/>.</summary>
    public const int DigestLength = 32;

    /// <summary>The longest canonical encoding, that of a name of 64 characters.</summary>
    public const int MaximumEncodedLength = HeaderLength + 1 + IdentityName.MaximumLength + KeysLength;

    internal const int Ed25519Length = 32;
    internal const int MLDsaLength = 1952;
    internal const int X25519Length = 32;
    internal const int MLKemLength = 1184;
    internal const int KeysLength = Ed25519Length + MLDsaLength + X25519Length + MLKemLength;

    private const int HeaderLength = 5;
    private const byte Version = 1;
    private const string Subject = "public identity";

    private readonly byte[] _encoding;
    private readonly byte[] _digest;
    private readonly PublicKey _ed25519;
    private readonly MLDsaPublicKeyParameters _mlDsa;

    private PublicIdentity(string name, byte[] encoding)
    {
        Name = name;
        _encoding = encoding;
        _digest = SHA256.HashData(encoding);
        Fingerprint = Fingerprint.OfDigest(_digest);

        int offset = encoding.Length - KeysLength;
        ReadOnlySpan<byte> keys = encoding.AsSpan(offset);
        _ed25519 = PublicKey.Import(SignatureAlgorithm.Ed25519, keys[..Ed25519Length], KeyBlobFormat.RawPublicKey);
        _mlDsa = MLDsaPublicKeyParameters.FromEncoding(
            MLDsaParameters.ml_dsa_65, keys.Slice(Ed25519Length, MLDsaLength).ToArray());

        offset += Ed25519Length + MLDsaLength;
        X25519 = PublicKey.Import(
            KeyAgreementAlgorithm.X25519, encoding.AsSpan(offset, X25519Length), KeyBlobFormat.RawPublicKey);
        if (!X25519Agreement.Contributes(X25519))
        {
            throw new MalformedDataException(Subject, offset, "an X25519 key of large order", "one that yields no secret");
        }

        offset += X25519Length;
        try
        {
            MLKem = MLKemPublicKeyParameters.FromEncoding(MLKemParameters.ml_kem_768, encoding.AsSpan(offset).ToArray());
        }
        catch (ArgumentException)
        {
            throw new MalformedDataException(Subject, offset, "an ML-KEM-768 key with coefficients below 3329", "one above");
        }
    }

    public string Name { get; }

    public Fingerprint Fingerprint { get; }

    /// <summary>SHA-256 of the canonical bytes: what machines compare and bind, where people compare the fingerprint.</summary>
    public ReadOnlySpan<byte> Digest => _digest;

    internal PublicKey X25519 { get; }

    internal MLKemPublicKeyParameters MLKem { get; }

    private static ReadOnlySpan<byte> Magic => "CNPI"u8;

    /// <exception cref="MalformedDataException">Not a public identity.</exception>
    public static PublicIdentity Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength + 1 || bytes.Length > MaximumEncodedLength)
        {
            throw new MalformedDataException(Subject, 0, $"at most {MaximumEncodedLength} bytes", $"{bytes.Length} bytes");
        }

        if (!bytes.StartsWith(Magic))
        {
            throw new MalformedDataException(Subject, 0, "\"CNPI\"", Convert.ToHexString(bytes[..Magic.Length]));
        }

        if (bytes[Magic.Length] != Version)
        {
            throw new MalformedDataException(Subject, Magic.Length, $"version {Version}", $"version {bytes[Magic.Length]}");
        }

        int nameLength = bytes[HeaderLength];
        MalformedDataException.ThrowIfLengthDiffers(Subject, bytes.Length, HeaderLength + 1 + nameLength + KeysLength);
        string name = IdentityName.Decode(bytes.Slice(HeaderLength + 1, nameLength), Subject, HeaderLength + 1);
        return new PublicIdentity(name, bytes.ToArray());
    }

    /// <summary>The canonical bytes.</summary>
    public byte[] Encode() => (byte[])_encoding.Clone();

    /// <summary>
    /// Whether both halves of <paramref name="signature"/> are this identity's over <paramref name="message"/>. False for
    /// anything else, however malformed; never throws.
    /// </summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        HybridSignature.Verify(this, _ed25519, _mlDsa, message, signature);

    public bool Equals(PublicIdentity? other) => other is not null && _digest.AsSpan().SequenceEqual(other._digest);

    public override bool Equals(object? obj) => Equals(obj as PublicIdentity);

    public override int GetHashCode() => BitConverter.ToInt32(_digest);

    /// <summary>Name and fingerprint.</summary>
    public override string ToString() => $"{Name} ({Fingerprint})";

    internal static PublicIdentity FromKeys(
        string name, ReadOnlySpan<byte> ed25519, ReadOnlySpan<byte> mlDsa, ReadOnlySpan<byte> x25519, ReadOnlySpan<byte> mlKem)
    {
        byte[] encoding =
        [
            .. Magic, Version, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), .. ed25519, .. mlDsa, .. x25519, .. mlKem,
        ];
        return Decode(encoding);
    }
}

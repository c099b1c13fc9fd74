using System.Security.Cryptography;
using Consortium.Primitives;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// What a member receives under in one session: an X25519 and an ML-KEM-768 key. Immutable, and safe to use from many threads.
/// </summary>
/// <remarks>Whose key it is, and for which session, is for a signed statement to say.</remarks>
public sealed class PublicSessionKey
{
    /// <summary>Bytes of every encoding: X25519's key, then ML-KEM's.</summary>
    public const int EncodedLength = PublicIdentity.X25519Length + PublicIdentity.MLKemLength;

    private const string Subject = "session key";

    private readonly byte[] _encoding;
    private readonly byte[] _digest;

    private PublicSessionKey(byte[] encoding)
    {
        _encoding = encoding;
        _digest = SHA256.HashData(encoding);
        X25519 = PublicKey.Import(
            KeyAgreementAlgorithm.X25519, encoding.AsSpan(0, PublicIdentity.X25519Length), KeyBlobFormat.RawPublicKey);
        if (!X25519Agreement.Contributes(X25519))
        {
            throw new MalformedDataException(Subject, 0, "an X25519 key of large order", "one that yields no secret");
        }

        try
        {
            MLKem = MLKemPublicKeyParameters.FromEncoding(
                MLKemParameters.ml_kem_768, encoding.AsSpan(PublicIdentity.X25519Length).ToArray());
        }
        catch (ArgumentException)
        {
            throw new MalformedDataException(
                Subject, PublicIdentity.X25519Length, "an ML-KEM-768 key with coefficients below 3329", "one above");
        }
    }

    /// <summary>SHA-256 of the encoding: what secrets agreed under this key are bound to.</summary>
    public ReadOnlySpan<byte> Digest => _digest;

    internal PublicKey X25519 { get; }

    internal MLKemPublicKeyParameters MLKem { get; }

    /// <exception cref="MalformedDataException">Not a session key.</exception>
    public static PublicSessionKey Decode(ReadOnlySpan<byte> bytes)
    {
        MalformedDataException.ThrowIfLengthDiffers(Subject, bytes.Length, EncodedLength);
        return new PublicSessionKey(bytes.ToArray());
    }

    public byte[] Encode() => (byte[])_encoding.Clone();
}

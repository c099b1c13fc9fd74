using System.Security.Cryptography;
using Consortium.Primitives;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// What a member receives under in one session, and its signature: a canonical document that names consortium, session and owner.
/// Immutable, and safe to use from many threads.
/// </summary>
/// <remarks>Decoding checks the form alone: call <see cref="IsSignedBy"/> before anything is sealed to it.</remarks>
public sealed class PublicSessionKey
{
    /// <summary>The longest encoding, that of a session of 32 bytes.</summary>
    public const int MaximumEncodedLength = FixedLength + EnvelopeContext.MaximumSessionLength + HybridSignature.Length;

    private const byte Version = 1;
    private const int SessionLengthAt = 5 + EnvelopeContext.ConsortiumLength;
    private const int FixedLength =
        SessionLengthAt + 1 + PublicIdentity.DigestLength + PublicIdentity.X25519Length + PublicIdentity.MLKemLength;

    private const string Subject = "session key";

    private readonly byte[] _encoding;
    private readonly byte[] _digest;

    private PublicSessionKey(byte[] encoding)
    {
        _encoding = encoding;
        _digest = SHA256.HashData(Document);
        int offset = SessionLengthAt + 1 + Session.Length + PublicIdentity.DigestLength;
        X25519 = PublicKey.Import(
            KeyAgreementAlgorithm.X25519, encoding.AsSpan(offset, PublicIdentity.X25519Length), KeyBlobFormat.RawPublicKey);
        if (!X25519Agreement.Contributes(X25519))
        {
            throw new MalformedDataException(Subject, offset, "an X25519 key of large order", "one that yields no secret");
        }

        offset += PublicIdentity.X25519Length;
        try
        {
            MLKem = MLKemPublicKeyParameters.FromEncoding(
                MLKemParameters.ml_kem_768, encoding.AsSpan(offset, PublicIdentity.MLKemLength).ToArray());
        }
        catch (ArgumentException)
        {
            throw new MalformedDataException(Subject, offset, "an ML-KEM-768 key with coefficients below 3329", "one above");
        }
    }

    /// <summary>Digest of the consortium's configuration.</summary>
    public ReadOnlySpan<byte> Consortium => _encoding.AsSpan(5, EnvelopeContext.ConsortiumLength);

    public ReadOnlySpan<byte> Session => _encoding.AsSpan(SessionLengthAt + 1, _encoding[SessionLengthAt]);

    /// <summary>SHA-256 of the document without its signature: what secrets agreed under this key are bound to.</summary>
    public ReadOnlySpan<byte> Digest => _digest;

    internal PublicKey X25519 { get; }

    internal MLKemPublicKeyParameters MLKem { get; }

    /// <summary>"CNSK" cannot begin any other signed document: those begin with a label in lower case.</summary>
    private static ReadOnlySpan<byte> Magic => "CNSK"u8;

    private ReadOnlySpan<byte> Document => _encoding.AsSpan(0, _encoding.Length - HybridSignature.Length);

    private ReadOnlySpan<byte> Owner => _encoding.AsSpan(SessionLengthAt + 1 + Session.Length, PublicIdentity.DigestLength);

    /// <exception cref="MalformedDataException">Not a session key.</exception>
    public static PublicSessionKey Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= SessionLengthAt || bytes.Length > MaximumEncodedLength)
        {
            throw new MalformedDataException(Subject, 0, $"at most {MaximumEncodedLength} bytes", $"{bytes.Length} bytes");
        }

        if (!bytes.StartsWith(Magic) || bytes[Magic.Length] != Version)
        {
            throw new MalformedDataException(
                Subject, 0, $"\"CNSK\" and version {Version}", Convert.ToHexString(bytes[..(Magic.Length + 1)]));
        }

        int session = bytes[SessionLengthAt];
        if (session is < EnvelopeContext.MinimumSessionLength or > EnvelopeContext.MaximumSessionLength)
        {
            throw new MalformedDataException(
                Subject,
                SessionLengthAt,
                $"a session of {EnvelopeContext.MinimumSessionLength} to {EnvelopeContext.MaximumSessionLength} bytes",
                $"{session} bytes");
        }

        MalformedDataException.ThrowIfLengthDiffers(Subject, bytes.Length, FixedLength + session + HybridSignature.Length);
        return new PublicSessionKey(bytes.ToArray());
    }

    /// <summary>Whether this is <paramref name="owner"/>'s key for that session of that consortium, signed by it.</summary>
    public bool IsSignedBy(PublicIdentity owner, ReadOnlySpan<byte> consortium, ReadOnlySpan<byte> session) =>
        Owner.SequenceEqual(owner.Digest)
        && Consortium.SequenceEqual(consortium)
        && Session.SequenceEqual(session)
        && owner.Verify(Document, _encoding.AsSpan(^HybridSignature.Length..));

    /// <summary>The canonical bytes, the signature last.</summary>
    public byte[] Encode() => (byte[])_encoding.Clone();

    internal static PublicSessionKey Sign(
        PrivateIdentity owner,
        ReadOnlySpan<byte> consortium,
        ReadOnlySpan<byte> session,
        ReadOnlySpan<byte> x25519,
        ReadOnlySpan<byte> mlKem)
    {
        if (consortium.Length != EnvelopeContext.ConsortiumLength)
        {
            throw new ArgumentException(
                $"A consortium digest has {EnvelopeContext.ConsortiumLength} bytes, not {consortium.Length}.",
                nameof(consortium));
        }

        if (session.Length is < EnvelopeContext.MinimumSessionLength or > EnvelopeContext.MaximumSessionLength)
        {
            throw new ArgumentException(
                $"A session has {EnvelopeContext.MinimumSessionLength} to {EnvelopeContext.MaximumSessionLength} bytes, "
                    + $"not {session.Length}.",
                nameof(session));
        }

        byte[] document =
        [
            .. Magic, Version, .. consortium, (byte)session.Length, .. session, .. owner.Public.Digest, .. x25519, .. mlKem,
        ];
        return new PublicSessionKey([.. document, .. owner.Sign(document)]);
    }
}

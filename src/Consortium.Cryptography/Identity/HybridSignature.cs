using System.Security.Cryptography;
using Consortium.Primitives;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// Ed25519 and ML-DSA-65 (FIPS 204) side by side, over the same bytes: label, signer's identity digest, SHA-512 of the message.
/// With the signer inside, a signature never verifies under an identity that merely repeats the signer's keys; with the label in
/// front, neither half is a signature of anything outside this project. Both halves are deterministic: signing again after a
/// crash gives the same bytes.
/// </summary>
public static class HybridSignature
{
    public const int Ed25519Length = 64;
    public const int MLDsaLength = 3309;

    /// <summary>Bytes of every signature.</summary>
    public const int Length = Ed25519Length + MLDsaLength;

    private const int SignedLength = 32 + PublicIdentity.DigestLength + SHA512.HashSizeInBytes;

    private static ReadOnlySpan<byte> Label => "consortium hybrid signature v1\0\0"u8;

    internal static byte[] Sign(PublicIdentity signer, Key ed25519, MLDsaPrivateKeyParameters mlDsa, ReadOnlySpan<byte> message)
    {
        Span<byte> signed = stackalloc byte[SignedLength];
        WriteSigned(signer, message, signed);

        byte[] signature = new byte[Length];
        SignatureAlgorithm.Ed25519.Sign(ed25519, signed, signature.AsSpan(0, Ed25519Length));

        var signer65 = new MLDsaSigner(MLDsaParameters.ml_dsa_65, deterministic: true);
        signer65.Init(forSigning: true, mlDsa);
        signer65.BlockUpdate(signed);
        signer65.GenerateSignature().CopyTo(signature, Ed25519Length);
        return signature;
    }

    internal static bool Verify(
        PublicIdentity signer, PublicKey ed25519, MLDsaPublicKeyParameters mlDsa, ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> signature)
    {
        if (signature.Length != Length)
        {
            return false;
        }

        Span<byte> signed = stackalloc byte[SignedLength];
        WriteSigned(signer, message, signed);
        if (!SignatureAlgorithm.Ed25519.Verify(ed25519, signed, signature[..Ed25519Length]))
        {
            return false;
        }

        var verifier = new MLDsaSigner(MLDsaParameters.ml_dsa_65, deterministic: true);
        verifier.Init(forSigning: false, mlDsa);
        verifier.BlockUpdate(signed);
        return verifier.VerifySignature(signature[Ed25519Length..].ToArray());
    }

    private static void WriteSigned(PublicIdentity signer, ReadOnlySpan<byte> message, Span<byte> destination)
    {
        Label.CopyTo(destination);
        signer.Digest.CopyTo(destination[Label.Length..]);
        SHA512.HashData(message, destination[(Label.Length + PublicIdentity.DigestLength)..]);
    }
}

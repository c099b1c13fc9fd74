using System.Security.Cryptography;
using Consortium.Primitives;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// Seals bytes to one receiver: X25519 and ML-KEM-768 (FIPS 203) secrets, each fresh, go with both ciphertexts and the receiver's
/// identity through HKDF-SHA256 to one AES-256-GCM key and nonce used once. Reading an envelope takes breaking both.
/// It hides, and binds its <see cref="EnvelopeContext"/>; it does not say who sent it: sign what must be attributed.
/// </summary>
public static class Envelope
{
    /// <summary>How much longer an envelope is than its plaintext.</summary>
    public const int Overhead = HeaderLength + TagLength;

    private const byte Version = 1;
    private const int HeaderLength = 1 + HybridKem.CiphertextLength;
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private static ReadOnlySpan<byte> Label => "consortium envelope v1"u8;

    /// <summary>Seals <paramref name="plaintext"/> with the operating system's randomness.</summary>
    public static byte[] Seal(ReadOnlySpan<byte> plaintext, PublicIdentity receiver, EnvelopeContext context)
    {
        using var random = RandomNumberGenerator.Create();
        return Seal(plaintext, receiver, context, random);
    }

    /// <summary>Seals with randomness from <paramref name="random"/>, which must be as good as the operating system's.</summary>
    public static byte[] Seal(
        ReadOnlySpan<byte> plaintext, PublicIdentity receiver, EnvelopeContext context, RandomNumberGenerator random)
    {
        byte[] envelope = new byte[checked(plaintext.Length + Overhead)];
        envelope[0] = Version;
        Span<byte> secrets = stackalloc byte[HybridKem.SecretsLength];
        Span<byte> keyAndNonce = stackalloc byte[KeyLength + NonceLength];
        try
        {
            Span<byte> ciphertext = envelope.AsSpan(1, HybridKem.CiphertextLength);
            HybridKem.Encapsulate(receiver.X25519, receiver.MLKem, random, ciphertext, secrets);
            DeriveKey(secrets, envelope.AsSpan(0, HeaderLength), receiver, keyAndNonce);
            Span<byte> associated = stackalloc byte[EnvelopeContext.MaximumEncodedLength];
            associated = associated[..context.Encode(receiver, associated)];

            using var aes = new AesGcm(keyAndNonce[..KeyLength], TagLength);
            Span<byte> sealedBytes = envelope.AsSpan(HeaderLength);
            aes.Encrypt(
                keyAndNonce[KeyLength..], plaintext, sealedBytes[..plaintext.Length], sealedBytes[plaintext.Length..],
                associated);
            return envelope;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secrets);
            CryptographicOperations.ZeroMemory(keyAndNonce);
        }
    }

    /// <summary>
    /// Opens an envelope sealed to <paramref name="receiver"/> under exactly this context. False for anything else, however
    /// malformed. Allocates the plaintext, which the collector does not move, and nothing that grows with what the bytes claim;
    /// the caller bounds the envelope's length, and erases a plaintext that is secret.
    /// </summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> envelope,
        PrivateIdentity receiver,
        EnvelopeContext context,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out byte[]? plaintext)
    {
        plaintext = null;
        if (envelope.Length < Overhead || envelope[0] != Version)
        {
            return false;
        }

        Span<byte> secrets = stackalloc byte[HybridKem.SecretsLength];
        Span<byte> keyAndNonce = stackalloc byte[KeyLength + NonceLength];
        try
        {
            if (!receiver.TryDecapsulate(envelope.Slice(1, HybridKem.CiphertextLength), secrets))
            {
                return false;
            }

            DeriveKey(secrets, envelope[..HeaderLength], receiver.Public, keyAndNonce);
            Span<byte> associated = stackalloc byte[EnvelopeContext.MaximumEncodedLength];
            associated = associated[..context.Encode(receiver.Public, associated)];

            using var aes = new AesGcm(keyAndNonce[..KeyLength], TagLength);
            byte[] opened = GC.AllocateUninitializedArray<byte>(envelope.Length - Overhead, pinned: true);
            try
            {
                aes.Decrypt(
                    keyAndNonce[KeyLength..], envelope[HeaderLength..^TagLength], envelope[^TagLength..], opened, associated);
            }
            catch (AuthenticationTagMismatchException)
            {
                return false;
            }

            plaintext = opened;
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secrets);
            CryptographicOperations.ZeroMemory(keyAndNonce);
        }
    }

    private static void DeriveKey(
        ReadOnlySpan<byte> secrets, ReadOnlySpan<byte> header, PublicIdentity receiver, Span<byte> keyAndNonce)
    {
        Span<byte> info = stackalloc byte[HeaderLength + PublicIdentity.DigestLength];
        header.CopyTo(info);
        receiver.Digest.CopyTo(info[HeaderLength..]);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secrets, keyAndNonce, Label, info);
    }
}

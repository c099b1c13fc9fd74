using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Consortium.Primitives;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// Seals what a party keeps of one session on its own disk: ratchet states, seeds, the key of an update. It rests in an
/// <see cref="Envelope"/> to the party itself; without that envelope nothing that was sealed under it opens. AES-256-GCM, by a
/// key that HKDF-SHA256 derives from this one and a drawn salt. Safe from many threads, but for disposing, which erases it.
/// </summary>
public sealed class StorageKey : IDisposable
{
    /// <summary>How much longer a sealed text is than its plaintext.</summary>
    public const int Overhead = SaltLength + TagLength;

    private const int Length = 32;
    private const int SaltLength = 16;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly SecretMemory<byte> _key = new(Length);

    private StorageKey()
    {
    }

    private static ReadOnlySpan<byte> Label => "consortium storage key v1"u8;

    public static StorageKey Generate(RandomNumberGenerator random)
    {
        var key = new StorageKey();
        random.GetBytes(key._key.Span);
        return key;
    }

    /// <summary>Opens what <see cref="Wrap"/> gave. Null for anything else.</summary>
    public static StorageKey? Unwrap(ReadOnlySpan<byte> wrapped, PrivateIdentity self, EnvelopeContext context)
    {
        if (!Envelope.TryOpen(wrapped, self, context, out byte[]? bytes))
        {
            return null;
        }

        try
        {
            if (bytes.Length != Length)
            {
                return null;
            }

            var key = new StorageKey();
            bytes.CopyTo(key._key.Span);
            return key;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The key in an envelope that its owner alone opens.</summary>
    public byte[] Wrap(PublicIdentity self, EnvelopeContext context) => Envelope.Seal(_key.Span, self, context);

    /// <param name="what">What is sealed and where it lies: it opens as nothing else.</param>
    public byte[] Seal(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> what, RandomNumberGenerator random)
    {
        byte[] sealedText = new byte[checked(plaintext.Length + Overhead)];
        random.GetBytes(sealedText.AsSpan(0, SaltLength));
        Span<byte> keyAndNonce = stackalloc byte[Length + NonceLength];
        Derive(sealedText.AsSpan(0, SaltLength), keyAndNonce);
        try
        {
            using var aes = new AesGcm(keyAndNonce[..Length], TagLength);
            aes.Encrypt(
                keyAndNonce[Length..], plaintext, sealedText.AsSpan(SaltLength, plaintext.Length),
                sealedText.AsSpan(^TagLength..), what);
            return sealedText;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyAndNonce);
        }
    }

    /// <param name="plaintext">The collector does not move it; the caller erases it.</param>
    public bool TryOpen(ReadOnlySpan<byte> sealedText, ReadOnlySpan<byte> what, [NotNullWhen(true)] out byte[]? plaintext)
    {
        plaintext = null;
        if (sealedText.Length < Overhead)
        {
            return false;
        }

        Span<byte> keyAndNonce = stackalloc byte[Length + NonceLength];
        Derive(sealedText[..SaltLength], keyAndNonce);
        try
        {
            byte[] opened = GC.AllocateUninitializedArray<byte>(sealedText.Length - Overhead, pinned: true);
            using var aes = new AesGcm(keyAndNonce[..Length], TagLength);
            aes.Decrypt(keyAndNonce[Length..], sealedText[SaltLength..^TagLength], sealedText[^TagLength..], opened, what);
            plaintext = opened;
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyAndNonce);
        }
    }

    public void Dispose() => _key.Dispose();

    public override string ToString() => "StorageKey(redacted)";

    private void Derive(ReadOnlySpan<byte> salt, Span<byte> keyAndNonce)
    {
        Span<byte> info = stackalloc byte[Label.Length + SaltLength];
        Label.CopyTo(info);
        salt.CopyTo(info[Label.Length..]);
        HKDF.Expand(HashAlgorithmName.SHA256, _key.Span, keyAndNonce, info);
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Consortium.Primitives;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// Seals the ballot shares of one pair of members in one session. It follows from their first secret and does not move with the
/// ratchet, so the bank can commit to it long before the vote, and the key holder can show it: whoever has it opens what was
/// sealed under it and nothing else. AES-256-GCM, by a key that HKDF-SHA256 derives from this one and a drawn salt. Safe from
/// many threads, but for disposing, which erases it.
/// </summary>
public sealed class BallotKey : IDisposable
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = 32;

    /// <summary>How much longer a sealed share is than the share.</summary>
    public const int Overhead = SaltLength + TagLength;

    private const int SaltLength = 16;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly SecretMemory<byte> _key = new(Length);

    internal BallotKey()
    {
    }

    internal Span<byte> Span => _key.Span;

    private static ReadOnlySpan<byte> SealingLabel => "consortium ballot share v1"u8;

    private static ReadOnlySpan<byte> CommitmentLabel => "consortium ballot key v1"u8;

    /// <summary>A key that <see cref="CopyTo"/> gave.</summary>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public static BallotKey Restore(ReadOnlySpan<byte> key)
    {
        if (key.Length != Length)
        {
            throw new ArgumentException($"A ballot key has {Length} bytes, not {key.Length}.", nameof(key));
        }

        var restored = new BallotKey();
        key.CopyTo(restored.Span);
        return restored;
    }

    /// <summary>Copies the key out, on purpose: to be kept, sealed, or shown to everybody.</summary>
    public void CopyTo(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, Length);
        Span.CopyTo(destination);
    }

    /// <summary>SHA-256 of the key: binds its owner to it, and tells nothing of it.</summary>
    public byte[] Commit()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(CommitmentLabel);
        hash.AppendData(Span);
        return hash.GetHashAndReset();
    }

    /// <param name="share">A ballot's.</param>
    /// <param name="receiver">The key holder.</param>
    /// <param name="context">Names the bank as the sender.</param>
    /// <param name="random">As good as the operating system's.</param>
    public byte[] Seal(
        ReadOnlySpan<byte> share, PublicIdentity receiver, EnvelopeContext context, RandomNumberGenerator random)
    {
        byte[] sealedShare = new byte[checked(share.Length + Overhead)];
        random.GetBytes(sealedShare.AsSpan(0, SaltLength));
        Span<byte> associated = stackalloc byte[EnvelopeContext.MaximumEncodedLength];
        associated = associated[..context.Encode(receiver, associated)];
        Span<byte> keyAndNonce = stackalloc byte[Length + NonceLength];
        Derive(sealedShare.AsSpan(0, SaltLength), keyAndNonce);
        try
        {
            using var aes = new AesGcm(keyAndNonce[..Length], TagLength);
            aes.Encrypt(
                keyAndNonce[Length..], share, sealedShare.AsSpan(SaltLength, share.Length), sealedShare.AsSpan(^TagLength..),
                associated);
            return sealedShare;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyAndNonce);
        }
    }

    /// <param name="sealedShare">Bounded by the caller.</param>
    /// <param name="receiver">The key holder.</param>
    /// <param name="context">What it must be bound to.</param>
    /// <param name="share">The collector does not move it; the caller erases it.</param>
    public bool TryOpen(
        ReadOnlySpan<byte> sealedShare, PublicIdentity receiver, EnvelopeContext context, [NotNullWhen(true)] out byte[]? share)
    {
        share = null;
        if (sealedShare.Length < Overhead)
        {
            return false;
        }

        Span<byte> associated = stackalloc byte[EnvelopeContext.MaximumEncodedLength];
        associated = associated[..context.Encode(receiver, associated)];
        Span<byte> keyAndNonce = stackalloc byte[Length + NonceLength];
        Derive(sealedShare[..SaltLength], keyAndNonce);
        try
        {
            byte[] opened = GC.AllocateUninitializedArray<byte>(sealedShare.Length - Overhead, pinned: true);
            using var aes = new AesGcm(keyAndNonce[..Length], TagLength);
            aes.Decrypt(
                keyAndNonce[Length..], sealedShare[SaltLength..^TagLength], sealedShare[^TagLength..], opened, associated);
            share = opened;
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

    public override string ToString() => "BallotKey(redacted)";

    private void Derive(ReadOnlySpan<byte> salt, Span<byte> keyAndNonce)
    {
        Span<byte> info = stackalloc byte[SealingLabel.Length + SaltLength];
        SealingLabel.CopyTo(info);
        salt.CopyTo(info[SealingLabel.Length..]);
        HKDF.Expand(HashAlgorithmName.SHA256, Span, keyAndNonce, info);
    }
}

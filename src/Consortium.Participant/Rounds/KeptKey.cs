using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Ring;
using Consortium.Cryptography.Sharing;
using Consortium.Primitives;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Rounds;

/// <summary>
/// The key of an update and how it was shared, sealed under the session's storage key until the sum that the update is in has
/// opened. Without it the bank could not prove the opening of its update when the sum does not open. It is never used to encrypt
/// again. Erased by <see cref="Dispose"/>.
/// </summary>
internal sealed class KeptKey : IDisposable
{
    private const string Kind = "kept key";
    private const int KeyLength = RnsBasis.Degree * sizeof(short);

    private KeptKey(SecretKey key, KeyShare[] shares)
    {
        Key = key;
        Shares = shares;
    }

    public SecretKey Key { get; }

    /// <summary>Those of the first T key holders, which determine all.</summary>
    public IReadOnlyList<KeyShare> Shares { get; }

    private static int ShareLength => KeyShare.EncodedLength(SealedShare.SharedLength);

    /// <param name="shares">Of all key holders, in order.</param>
    public static byte[] Seal(
        SecretKey key, ReadOnlySpan<KeyShare> shares, int threshold, AttemptId attempt, StorageKey storage)
    {
        byte[] plaintext = GC.AllocateArray<byte>(KeyLength + (threshold * ShareLength), pinned: true);
        try
        {
            key.CopyCoefficients(MemoryMarshal.Cast<byte, short>(plaintext.AsSpan(0, KeyLength)));
            for (int i = 0; i < threshold; i++)
            {
                shares[i].Encode(plaintext.AsSpan(KeyLength + (i * ShareLength), ShareLength));
            }

            using var random = RandomNumberGenerator.Create();
            return storage.Seal(plaintext, What(attempt), random);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }

    /// <summary>False when these bytes are no key of this attempt that this bank kept.</summary>
    public static bool TryOpen(
        ReadOnlySpan<byte> sealedKey, int threshold, AttemptId attempt, StorageKey storage,
        [NotNullWhen(true)] out KeptKey? kept)
    {
        kept = null;
        if (!storage.TryOpen(sealedKey, What(attempt), out byte[]? plaintext))
        {
            return false;
        }

        try
        {
            if (plaintext.Length == KeyLength + (threshold * ShareLength))
            {
                kept = new KeptKey(
                    SecretKey.Restore(MemoryMarshal.Cast<byte, short>(plaintext.AsSpan(0, KeyLength))),
                    [.. Enumerable.Range(0, threshold).Select(
                        i => KeyShare.Decode(
                            i + 1, SealedShare.SharedLength, plaintext.AsSpan(KeyLength + (i * ShareLength), ShareLength)))]);
            }
        }
        catch (Exception exception) when (exception is MalformedDataException or ArgumentOutOfRangeException)
        {
            // sealed by this bank, and yet not what it seals: as good as lost
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }

        return kept is not null;
    }

    private static byte[] What(AttemptId attempt)
    {
        var writer = new CanonicalWriter();
        writer.Ascii(Kind);
        writer.Digest(attempt.Session.Value);
        writer.Int32(attempt.Round.Value);
        writer.Int32(attempt.Attempt.Value);
        return writer.ToArray();
    }

    public void Dispose()
    {
        Key.Dispose();
        foreach (KeyShare share in Shares)
        {
            share.Dispose();
        }
    }
}

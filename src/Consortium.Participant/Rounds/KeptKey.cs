using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Consortium.Cryptography.Encryption;
using Consortium.Cryptography.Identity;
using Consortium.Cryptography.Ring;
using Consortium.Protocol.Messages;

namespace Consortium.Participant.Rounds;

/// <summary>
/// The key of an update, sealed to the bank itself until the sum that the update is in has opened. Without it the bank could not account
/// for its update when the sum does not open. It is never used to encrypt again.
/// </summary>
internal static class KeptKey
{
    public static byte[] Seal(SecretKey key, AttemptId attempt, PrivateIdentity identity)
    {
        short[] coefficients = GC.AllocateArray<short>(RnsBasis.Degree, pinned: true);
        try
        {
            key.CopyCoefficients(coefficients);
            return Envelope.Seal(MemoryMarshal.AsBytes(coefficients.AsSpan()), identity.Public, SealedAccount.KeyContext(attempt, identity.Public));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(coefficients.AsSpan()));
        }
    }

    /// <summary>Null when these bytes are no key of this attempt that this bank kept.</summary>
    public static SecretKey? Open(ReadOnlySpan<byte> envelope, AttemptId attempt, PrivateIdentity identity)
    {
        if (!Envelope.TryOpen(envelope, identity, SealedAccount.KeyContext(attempt, identity.Public), out byte[]? plaintext))
        {
            return null;
        }

        try
        {
            return plaintext.Length == RnsBasis.Degree * sizeof(short) ? SecretKey.Restore(MemoryMarshal.Cast<byte, short>(plaintext)) : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plaintext);
        }
    }
}

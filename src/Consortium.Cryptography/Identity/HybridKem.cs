using System.Security.Cryptography;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// Two secrets under one receiver's two keys, X25519 and ML-KEM-768 (FIPS 203), each fresh. They are raw: a caller derives its
/// key from both together with the ciphertext and the receiver, so that whoever wants the key must break both.
/// </summary>
internal static class HybridKem
{
    /// <summary>An ephemeral X25519 key, then ML-KEM's ciphertext.</summary>
    public const int CiphertextLength = X25519Length + 1088;

    /// <summary>X25519's secret, then ML-KEM's.</summary>
    public const int SecretsLength = 2 * SecretLength;

    private const int X25519Length = 32;
    private const int SecretLength = 32;

    /// <param name="x25519">The receiver's, not of small order.</param>
    /// <param name="mlKem">The receiver's.</param>
    /// <param name="random">As good as the operating system's.</param>
    /// <param name="ciphertext"><see cref="CiphertextLength"/> bytes.</param>
    /// <param name="secrets"><see cref="SecretsLength"/> bytes, which the caller erases.</param>
    public static void Encapsulate(
        PublicKey x25519, MLKemPublicKeyParameters mlKem, RandomNumberGenerator random, Span<byte> ciphertext, Span<byte> secrets)
    {
        Span<byte> seed = secrets[..SecretLength];
        random.GetBytes(seed);
        using (Key key = Key.Import(KeyAgreementAlgorithm.X25519, seed, KeyBlobFormat.RawPrivateKey))
        {
            key.PublicKey.Export(KeyBlobFormat.RawPublicKey).CopyTo(ciphertext);
            if (!X25519Agreement.TryAgree(key, x25519, secrets[..SecretLength]))
            {
                throw new CryptographicException("The receiver's X25519 key yields no secret.");
            }
        }

        var kem = new MLKemEncapsulator(MLKemParameters.ml_kem_768);
        kem.Init(new ParametersWithRandom(mlKem, new DrawnRandom(random)));
        kem.Encapsulate(ciphertext[X25519Length..], secrets[SecretLength..]);
    }

    /// <summary>
    /// False when the sender's X25519 key is of small order; a wrong ML-KEM ciphertext gives a wrong secret instead (implicit
    /// rejection).
    /// </summary>
    /// <param name="x25519">The receiver's.</param>
    /// <param name="mlKem">The receiver's.</param>
    /// <param name="ciphertext"><see cref="CiphertextLength"/> bytes.</param>
    /// <param name="secrets"><see cref="SecretsLength"/> bytes, which the caller erases.</param>
    public static bool TryDecapsulate(
        Key x25519, MLKemPrivateKeyParameters mlKem, ReadOnlySpan<byte> ciphertext, Span<byte> secrets)
    {
        if (!X25519Agreement.TryAgree(x25519, ciphertext[..X25519Length], secrets[..SecretLength]))
        {
            return false;
        }

        var kem = new MLKemDecapsulator(MLKemParameters.ml_kem_768);
        kem.Init(mlKem);
        kem.Decapsulate(ciphertext[X25519Length..], secrets[SecretLength..]);
        return true;
    }

    /// <summary>A copy of a seed for a library that takes arrays only; the caller erases it.</summary>
    public static byte[] PinnedCopy(ReadOnlySpan<byte> seed)
    {
        byte[] copy = GC.AllocateUninitializedArray<byte>(seed.Length, pinned: true);
        seed.CopyTo(copy);
        return copy;
    }
}

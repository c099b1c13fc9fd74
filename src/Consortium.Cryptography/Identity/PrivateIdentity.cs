using System.Security.Cryptography;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// A member's secret keys: four seeds in one pinned buffer, and the keys expanded from them. Signing and opening are safe from many
/// threads. <see cref="Dispose"/> erases the seeds and the expanded keys.
/// </summary>
public sealed class PrivateIdentity : IDisposable
{
    internal const int SeedsLength = Ed25519SeedLength + MLDsaSeedLength + X25519SeedLength + MLKemSeedLength;

    private const int Ed25519SeedLength = 32;
    private const int MLDsaSeedLength = 32;
    private const int X25519SeedLength = 32;
    private const int MLKemSeedLength = 64;

    private readonly byte[] _seeds;
    private readonly Key _ed25519;
    private readonly MLDsaPrivateKeyParameters _mlDsa;
    private readonly Key _x25519;
    private readonly MLKemPrivateKeyParameters _mlKem;
    private bool _disposed;

    private PrivateIdentity(string name, byte[] pinnedSeeds)
    {
        _seeds = pinnedSeeds;
        ReadOnlySpan<byte> rest = pinnedSeeds;
        _ed25519 = Key.Import(SignatureAlgorithm.Ed25519, Take(ref rest, Ed25519SeedLength), KeyBlobFormat.RawPrivateKey);
        byte[] mlDsaSeed = Take(ref rest, MLDsaSeedLength).ToArray();
        _mlDsa = MLDsaPrivateKeyParameters.FromSeed(MLDsaParameters.ml_dsa_65, mlDsaSeed);
        _x25519 = Key.Import(KeyAgreementAlgorithm.X25519, Take(ref rest, X25519SeedLength), KeyBlobFormat.RawPrivateKey);
        byte[] mlKemSeed = Take(ref rest, MLKemSeedLength).ToArray();
        _mlKem = MLKemPrivateKeyParameters.FromSeed(MLKemParameters.ml_kem_768, mlKemSeed);
        CryptographicOperations.ZeroMemory(mlDsaSeed);
        CryptographicOperations.ZeroMemory(mlKemSeed);
        Public = PublicIdentity.FromKeys(
            name,
            _ed25519.PublicKey.Export(KeyBlobFormat.RawPublicKey),
            _mlDsa.GetPublicKeyEncoded(),
            _x25519.PublicKey.Export(KeyBlobFormat.RawPublicKey),
            _mlKem.GetPublicKeyEncoded());
    }

    public PublicIdentity Public { get; }

    internal MLDsaPrivateKeyParameters ExpandedSigningKey => _mlDsa;

    internal MLKemPrivateKeyParameters ExpandedReceivingKey => _mlKem;

    internal ReadOnlySpan<byte> Seeds
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _seeds;
        }
    }

    /// <summary>A new identity from the operating system's randomness.</summary>
    /// <param name="name">1 to 64 printable ASCII characters, no space at either end.</param>
    public static PrivateIdentity Generate(string name)
    {
        using var random = RandomNumberGenerator.Create();
        return Generate(name, random);
    }

    /// <summary>A new identity whose seeds are drawn from <paramref name="random"/>.</summary>
    public static PrivateIdentity Generate(string name, RandomNumberGenerator random)
    {
        IdentityName.ThrowIfInvalid(name);
        byte[] seeds = GC.AllocateUninitializedArray<byte>(SeedsLength, pinned: true);
        random.GetBytes(seeds);
        return new PrivateIdentity(name, seeds);
    }

    /// <summary>The identity that <see cref="Seeds"/> of another was; the caller erases its own copy.</summary>
    internal static PrivateIdentity FromSeeds(string name, ReadOnlySpan<byte> seeds)
    {
        byte[] copy = GC.AllocateUninitializedArray<byte>(SeedsLength, pinned: true);
        seeds.CopyTo(copy);
        return new PrivateIdentity(name, copy);
    }

    /// <summary>Signs with both keys; <see cref="HybridSignature.Length"/> bytes, the same for the same message.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return HybridSignature.Sign(Public, _ed25519, _mlDsa, message);
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        CryptographicOperations.ZeroMemory(_seeds);
        _ed25519.Dispose();
        _x25519.Dispose();
        ExpandedKeyErasure.Erase(_mlDsa);
        ExpandedKeyErasure.Erase(_mlKem);
    }

    public override string ToString() => $"PrivateIdentity({Public.Name}, redacted)";

    /// <summary>
    /// Writes the X25519 and ML-KEM secrets an envelope's sender agreed with this identity. False when the sender's X25519 key is
    /// of small order; a wrong ML-KEM ciphertext gives a wrong secret instead (implicit rejection).
    /// </summary>
    internal bool TryAgree(ReadOnlySpan<byte> ephemeral, ReadOnlySpan<byte> kemCiphertext, Span<byte> x25519Secret, Span<byte> kemSecret)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!X25519Agreement.TryAgree(_x25519, ephemeral, x25519Secret))
        {
            return false;
        }

        var kem = new MLKemDecapsulator(MLKemParameters.ml_kem_768);
        kem.Init(_mlKem);
        kem.Decapsulate(kemCiphertext, kemSecret);
        return true;
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int length)
    {
        ReadOnlySpan<byte> taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}

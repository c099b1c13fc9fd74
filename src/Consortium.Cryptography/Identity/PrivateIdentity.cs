using System.Security.Cryptography;
using Consortium.Primitives;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// A member's secret keys: four seeds in one pinned buffer, and the keys expanded from them. Signing and opening are safe from
/// many threads. <see cref="Dispose"/> erases the seeds and the expanded keys.
/// </summary>
public sealed class PrivateIdentity : IDisposable
{
    internal const int SeedsLength = Ed25519SeedLength + MLDsaSeedLength + X25519SeedLength + MLKemSeedLength;

    private const int Ed25519SeedLength = 32;
    private const int MLDsaSeedLength = 32;
    private const int X25519SeedLength = 32;
    private const int MLKemSeedLength = 64;

    private readonly SecretMemory<byte> _seeds;
    private readonly Key _ed25519;
    private readonly MLDsaPrivateKeyParameters _mlDsa;
    private readonly Key _x25519;
    private readonly MLKemPrivateKeyParameters _mlKem;
    private bool _disposed;

    private PrivateIdentity(string name, SecretMemory<byte> seeds)
    {
        _seeds = seeds;
        ReadOnlySpan<byte> rest = seeds.Span;
        _ed25519 = Key.Import(SignatureAlgorithm.Ed25519, Take(ref rest, Ed25519SeedLength), KeyBlobFormat.RawPrivateKey);
        byte[] mlDsaSeed = HybridKem.PinnedCopy(Take(ref rest, MLDsaSeedLength));
        _mlDsa = MLDsaPrivateKeyParameters.FromSeed(MLDsaParameters.ml_dsa_65, mlDsaSeed);
        _x25519 = Key.Import(KeyAgreementAlgorithm.X25519, Take(ref rest, X25519SeedLength), KeyBlobFormat.RawPrivateKey);
        byte[] mlKemSeed = HybridKem.PinnedCopy(Take(ref rest, MLKemSeedLength));
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

    internal ReadOnlySpan<byte> Seeds => _seeds.Span;

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
        var seeds = new SecretMemory<byte>(SeedsLength);
        random.GetBytes(seeds.Span);
        return new PrivateIdentity(name, seeds);
    }

    /// <summary>The identity that <see cref="Seeds"/> of another was; the caller erases its own copy.</summary>
    internal static PrivateIdentity FromSeeds(string name, ReadOnlySpan<byte> seeds)
    {
        var copy = new SecretMemory<byte>(SeedsLength);
        seeds.CopyTo(copy.Span);
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
        _seeds.Dispose();
        _ed25519.Dispose();
        _x25519.Dispose();
        ExpandedKeyErasure.Erase(_mlDsa);
        ExpandedKeyErasure.Erase(_mlKem);
    }

    public override string ToString() => $"PrivateIdentity({Public.Name}, redacted)";

    /// <summary>The secrets that the sender of an envelope agreed with this identity. See <see cref="HybridKem"/>.</summary>
    internal bool TryDecapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secrets)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return HybridKem.TryDecapsulate(_x25519, _mlKem, ciphertext, secrets);
    }

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> rest, int length)
    {
        ReadOnlySpan<byte> taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}

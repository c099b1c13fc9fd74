using System.Security.Cryptography;
using Consortium.Primitives;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// The private keys that a member receives under in one session: X25519 and ML-KEM-768, drawn for it alone.
/// Disposing erases them; what was agreed under them cannot be computed again by anybody afterwards.
/// </summary>
/// <remarks>Safe from many threads, but for disposing.</remarks>
public sealed class SessionReceivingKey : IDisposable
{
    /// <summary>Bytes of <see cref="CopySeeds"/>: X25519's 32, ML-KEM's 64.</summary>
    public const int SeedsLength = X25519SeedLength + 64;

    private const int X25519SeedLength = 32;

    private readonly SecretMemory<byte> _seeds;
    private readonly Key _x25519;
    private readonly MLKemPrivateKeyParameters _mlKem;
    private bool _disposed;

    /// <param name="seeds">The key's from now on.</param>
    private SessionReceivingKey(SecretMemory<byte> seeds)
    {
        _seeds = seeds;
        _x25519 = Key.Import(KeyAgreementAlgorithm.X25519, seeds.Span[..X25519SeedLength], KeyBlobFormat.RawPrivateKey);
        byte[] seed = HybridKem.PinnedCopy(seeds.Span[X25519SeedLength..]);
        _mlKem = MLKemPrivateKeyParameters.FromSeed(MLKemParameters.ml_kem_768, seed);
        CryptographicOperations.ZeroMemory(seed);
        Public = PublicSessionKey.Decode(
            [.. _x25519.PublicKey.Export(KeyBlobFormat.RawPublicKey), .. _mlKem.GetPublicKeyEncoded()]);
    }

    /// <summary>What others seal to.</summary>
    public PublicSessionKey Public { get; }

    internal MLKemPrivateKeyParameters ExpandedKey => _mlKem;

    /// <summary>Draws keys for one session.</summary>
    /// <param name="random">As good as the operating system's.</param>
    public static SessionReceivingKey Generate(RandomNumberGenerator random)
    {
        var seeds = new SecretMemory<byte>(SeedsLength);
        random.GetBytes(seeds.Span);
        return new SessionReceivingKey(seeds);
    }

    /// <summary>The key whose seeds <see cref="CopySeeds"/> gave, after a restart. The caller erases its copy.</summary>
    /// <param name="seeds"><see cref="SeedsLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public static SessionReceivingKey Restore(ReadOnlySpan<byte> seeds)
    {
        if (seeds.Length != SeedsLength)
        {
            throw new ArgumentException($"Seeds have {SeedsLength} bytes, not {seeds.Length}.", nameof(seeds));
        }

        var copy = new SecretMemory<byte>(SeedsLength);
        seeds.CopyTo(copy.Span);
        return new SessionReceivingKey(copy);
    }

    /// <summary>Copies the seeds out, on purpose: to be kept, sealed, over a restart. The caller erases the copy.</summary>
    public void CopySeeds(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(destination.Length, SeedsLength);
        _seeds.Span.CopyTo(destination);
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _seeds.Dispose();
        _x25519.Dispose();
        ExpandedKeyErasure.Erase(_mlKem);
    }

    public override string ToString() => "SessionReceivingKey(redacted)";

    internal bool TryDecapsulate(ReadOnlySpan<byte> ciphertext, Span<byte> secrets)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return HybridKem.TryDecapsulate(_x25519, _mlKem, ciphertext, secrets);
    }
}

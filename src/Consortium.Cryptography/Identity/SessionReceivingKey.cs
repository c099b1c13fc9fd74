using System.Security.Cryptography;
using Consortium.Primitives;
using NSec.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;

namespace Consortium.Cryptography.Identity;

/// <summary>
/// The private keys that a member receives under in one session: X25519 and ML-KEM-768, drawn for it and signed by its identity.
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
    /// <param name="publish">From the public halves, X25519's and ML-KEM's.</param>
    private SessionReceivingKey(SecretMemory<byte> seeds, Func<byte[], byte[], PublicSessionKey> publish)
    {
        _seeds = seeds;
        _x25519 = Key.Import(KeyAgreementAlgorithm.X25519, seeds.Span[..X25519SeedLength], KeyBlobFormat.RawPrivateKey);
        byte[] seed = HybridKem.PinnedCopy(seeds.Span[X25519SeedLength..]);
        _mlKem = MLKemPrivateKeyParameters.FromSeed(MLKemParameters.ml_kem_768, seed);
        CryptographicOperations.ZeroMemory(seed);
        Public = publish(_x25519.PublicKey.Export(KeyBlobFormat.RawPublicKey), _mlKem.GetPublicKeyEncoded());
    }

    /// <summary>What others seal to.</summary>
    public PublicSessionKey Public { get; }

    internal MLKemPrivateKeyParameters ExpandedKey => _mlKem;

    /// <summary>Draws keys for one session and signs them.</summary>
    /// <param name="owner">Who receives.</param>
    /// <param name="consortium">Digest of the configuration, 32 bytes.</param>
    /// <param name="session">16 to 32 bytes.</param>
    /// <param name="random">As good as the operating system's.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public static SessionReceivingKey Generate(
        PrivateIdentity owner, ReadOnlySpan<byte> consortium, ReadOnlySpan<byte> session, RandomNumberGenerator random)
    {
        byte[] consortiumDigest = consortium.ToArray(), sessionName = session.ToArray();
        var seeds = new SecretMemory<byte>(SeedsLength);
        random.GetBytes(seeds.Span);
        return new SessionReceivingKey(
            seeds, (x25519, mlKem) => PublicSessionKey.Sign(owner, consortiumDigest, sessionName, x25519, mlKem));
    }

    /// <summary>The key whose seeds <see cref="CopySeeds"/> gave, after a restart. The caller erases its copy.</summary>
    /// <param name="published">What was published of it.</param>
    /// <param name="seeds"><see cref="SeedsLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The length is wrong, or the seeds are another key's.</exception>
    public static SessionReceivingKey Restore(PublicSessionKey published, ReadOnlySpan<byte> seeds)
    {
        if (seeds.Length != SeedsLength)
        {
            throw new ArgumentException($"Seeds have {SeedsLength} bytes, not {seeds.Length}.", nameof(seeds));
        }

        var copy = new SecretMemory<byte>(SeedsLength);
        seeds.CopyTo(copy.Span);
        bool isPublished = false;
        var key = new SessionReceivingKey(copy, (x25519, mlKem) =>
        {
            isPublished = published.X25519.Export(KeyBlobFormat.RawPublicKey).AsSpan().SequenceEqual(x25519)
                && published.MLKem.GetEncoded().AsSpan().SequenceEqual(mlKem);
            return published;
        });
        if (!isPublished)
        {
            key.Dispose();
            throw new ArgumentException("The seeds are of another key than the published one.", nameof(seeds));
        }

        return key;
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

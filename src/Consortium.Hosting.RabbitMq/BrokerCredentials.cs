using System.Security.Cryptography;
using Consortium.Protocol.Configuration;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// What a party logs in with, from files that others renew while the daemon runs: password, client certificate and root
/// certificates. Files are compared by content, since Kubernetes and certificate tools swap links. Not thread-safe but for
/// <see cref="Current"/>.
/// </summary>
public sealed class BrokerCredentials
{
    private const int LongestFile = 1 << 20;

    private readonly string[] _files;
    private readonly Func<BrokerAddress> _read;
    private byte[] _content;

    /// <param name="files">Those that <paramref name="read"/> reads.</param>
    /// <param name="read">Reads them again.</param>
    public BrokerCredentials(BrokerAddress first, IEnumerable<string> files, Func<BrokerAddress> read)
    {
        Current = first;
        _files = [.. files];
        _read = read;
        _content = _files.Length == 0 ? [] : DigestFiles();
    }

    /// <summary>The credentials in use.</summary>
    public BrokerAddress Current { get; private set; }

    public PartyId User => Current.User;

    /// <summary>Credentials that never change.</summary>
    public static BrokerCredentials Fixed(BrokerAddress broker) => new(broker, [], () => broker);

    /// <summary>The same for another party of the same settings.</summary>
    public BrokerCredentials For(PartyId user) => new(Current with { User = user }, _files, () => _read() with { User = user });

    /// <summary>Reads the files again if they changed since <see cref="Use"/>.</summary>
    /// <param name="renewed">What they hold now, and a digest of it for <see cref="Use"/>.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">A file holds no certificate or key.</exception>
    /// <exception cref="Protocol.Configuration.InvalidConfigurationException">A file cannot be used.</exception>
    internal bool TryReadRenewed(out (BrokerAddress Broker, byte[] Content) renewed)
    {
        renewed = default;
        if (_files.Length == 0)
        {
            return false;
        }

        byte[] content = DigestFiles();
        if (content.AsSpan().SequenceEqual(_content))
        {
            return false;
        }

        renewed = (_read(), content);
        return DigestFiles().AsSpan().SequenceEqual(content); // else a certificate and its key may be of two issues
    }

    internal void Use((BrokerAddress Broker, byte[] Content) renewed) => (Current, _content) = renewed;

    private byte[] DigestFiles()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[4096];
        foreach (string path in _files)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
            long length = 0;
            for (int read; (read = file.Read(buffer)) > 0 && length < LongestFile; length += read)
            {
                hash.AppendData(buffer.AsSpan(0, read));
            }

            hash.AppendData(BitConverter.GetBytes(length));
        }

        CryptographicOperations.ZeroMemory(buffer);
        return hash.GetHashAndReset();
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Consortium.Hosting.Daemons;
using Consortium.Primitives;
using Consortium.Protocol.Configuration;

namespace Consortium.Hosting.RabbitMq;

/// <summary>Reads a daemon's settings of the broker.</summary>
internal static class BrokerSettings
{
    private const string Credential = "broker-password";

    /// <summary>What the settings say now, and what their files will say when they are renewed.</summary>
    public static BrokerCredentials Read(DaemonSettings settings, ConsortiumConfiguration consortium, bool isTrial)
    {
        string? given = null;
        BrokerAddress first = ReadOnce(settings, consortium, isTrial, ref given);
        string?[] files =
        [
            settings.SecretFileOf("BrokerPassword", Credential), settings["BrokerRootCertificate"],
            settings["BrokerClientCertificate"], settings["BrokerClientKey"],
        ];
        return new BrokerCredentials(
            first, files.OfType<string>().Where(File.Exists),
            () =>
            {
                DaemonSettings again = settings.Again();
                BrokerAddress renewed = ReadOnce(again, consortium, isTrial, ref given);
                again.ThrowIfWrong();
                return renewed;
            });
    }

    /// <param name="given">The password where it comes from no file: an open descriptor is read once.</param>
    private static BrokerAddress ReadOnce(
        DaemonSettings settings, ConsortiumConfiguration consortium, bool isTrial, ref string? given)
    {
        string host = settings["BrokerHost"] ?? consortium.Transport.Host;
        int port = settings.Number("BrokerPort", 1, 65_535) ?? consortium.Transport.Port;
        bool useTls = consortium.Transport.UseTls;
        IReadOnlyList<X509Certificate2>? roots = settings["BrokerRootCertificate"] is { } bundle
            ? TryRead(settings, "BrokerRootCertificate", () => RootCertificates.Load(bundle))
            : null;
        X509Certificate2? own = settings["BrokerClientCertificate"] is { } certificate
            ? ReadOwn(settings, certificate)
            : null;
        if (!useTls && roots is not null)
        {
            settings.Wrong(
                "BrokerRootCertificate",
                "consortium.json turns TLS off (transport.useTls), so no certificate is checked. Turn it on, or take this "
                    + "setting away.");
        }

        if (!useTls && own is not null)
        {
            settings.Wrong(
                "BrokerClientCertificate",
                "consortium.json turns TLS off (transport.useTls), so no certificate is shown. Turn it on, or take this setting "
                    + "away.");
        }

        if (!useTls && !isTrial && !IsLoopback(host))
        {
            settings.Wrong(
                "BrokerHost",
                $"'{host}' is not this machine, and consortium.json turns TLS off (transport.useTls): passwords would cross the "
                    + "network in the clear. Turn TLS on.");
        }

        return new BrokerAddress
        {
            Host = host,
            Port = port,
            VirtualHost = consortium.Transport.VirtualHost,
            User = consortium.Aggregator.Id, // whoever joins puts its own name here
            Password = settings["BrokerClientCertificate"] is null ? ReadPassword(settings, ref given) : string.Empty,
            Tls = useTls ? new BrokerTls { ServerName = host, Roots = roots, ClientCertificate = own } : null,
        };
    }

    private static string ReadPassword(DaemonSettings settings, ref string? given)
    {
        if (given is not null)
        {
            return given;
        }

        string password = settings.Secret("BrokerPassword", Credential, "this party's password at the broker");
        given = settings.SecretFileOf("BrokerPassword", Credential) is null ? password : null;
        return password;
    }

    private static X509Certificate2? ReadOwn(DaemonSettings settings, string certificate)
    {
        string key = settings.Required(
            "BrokerClientKey", "the file of the client certificate's private key (PEM, mode 600, or 440 for its group)");
        return key.Length == 0
            ? null
            : TryRead(
                settings, "BrokerClientKey",
                () => SecretFileAccess.Objection(key) is { } objection
                    ? throw new CryptographicException(objection)
                    : X509Certificate2.CreateFromPemFile(certificate, key));
    }

    private static T? TryRead<T>(DaemonSettings settings, string name, Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            settings.Wrong(name, exception.Message);
            return null;
        }
    }

    private static bool IsLoopback(string host) =>
        host is "localhost" || (IPAddress.TryParse(host, out IPAddress? address) && IPAddress.IsLoopback(address));
}

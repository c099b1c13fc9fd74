using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Consortium.Hosting.RabbitMq;

/// <summary>How the broker proves itself, and optionally how this party does. TLS 1.2 or 1.3, as the broker offers.</summary>
public sealed record BrokerTls
{
    /// <summary>The name that the broker's certificate must carry.</summary>
    public required string ServerName { get; init; }

    /// <summary>
    /// The consortium's own root certificate: only what it signed is trusted. Null trusts the operating system's roots.
    /// </summary>
    public X509Certificate2? Root { get; init; }

    /// <summary>
    /// Logs this party in by SASL EXTERNAL, in place of a password: the broker takes the party's name from the certificate. Null
    /// logs in by password.
    /// </summary>
    public X509Certificate2? ClientCertificate { get; init; }

    internal bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (Root is null)
        {
            return errors == SslPolicyErrors.None;
        }

        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        using var against = new X509Chain();
        against.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        against.ChainPolicy.CustomTrustStore.Add(Root);
        // a private root publishes no list; certificates are short-lived
        against.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null)
        {
            foreach (X509ChainElement element in chain.ChainElements)
            {
                against.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        return against.Build(
            certificate as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()));
    }
}

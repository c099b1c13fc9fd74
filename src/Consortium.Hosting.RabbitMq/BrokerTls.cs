using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Consortium.Hosting.RabbitMq;

/// <summary>How the broker proves itself, and optionally how this party does. TLS 1.2 or 1.3, as the broker offers.</summary>
public sealed record BrokerTls
{
    /// <summary>The name that the broker's certificate must carry.</summary>
    public required string ServerName { get; init; }

    /// <summary>
    /// The consortium's own certificates: only what a self-signed one among them signed, directly or through others, is trusted.
    /// Null trusts the operating system's roots.
    /// </summary>
    public IReadOnlyList<X509Certificate2>? Roots { get; init; }

    /// <summary>
    /// Logs this party in by SASL EXTERNAL, in place of a password: the broker takes the party's name from the certificate. Null
    /// logs in by password.
    /// </summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>When the first of these certificates ends; null when there are none.</summary>
    internal DateTimeOffset? Expiry => (Roots ?? []).Concat(ClientCertificate is { } own ? [own] : [])
        .Select(certificate => (DateTimeOffset?)certificate.NotAfter).Min();

    /// <summary>Why the broker's certificate was last rejected, where its dates say it; null for other reasons.</summary>
    internal string? DateProblem { get; private set; }

    internal bool IsTrusted(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (Roots is null)
        {
            return errors == SslPolicyErrors.None;
        }

        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
        {
            return false;
        }

        X509Certificate2 shown =
            certificate as X509Certificate2 ?? X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        DateProblem = null;
        return Roots.Where(IsSelfSigned).Any(root => IsTrusted(shown, chain, root));
    }

    /// <summary>
    /// One root at a time: an old and a new root often have the same name, and a chain is built towards one of a name.
    /// </summary>
    private bool IsTrusted(X509Certificate2 shown, X509Chain? chain, X509Certificate2 root)
    {
        using var against = new X509Chain();
        against.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        against.ChainPolicy.CustomTrustStore.Add(root);
        against.ChainPolicy.ExtraStore.AddRange(Roots!.Where(other => !IsSelfSigned(other)).ToArray());

        // a private root publishes no list; certificates are short-lived
        against.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null)
        {
            foreach (X509ChainElement element in chain.ChainElements)
            {
                against.ChainPolicy.ExtraStore.Add(element.Certificate);
            }
        }

        bool isTrusted = against.Build(shown);
        if (!isTrusted && against.ChainStatus.Any(status => status.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))
        {
            DateProblem = string.Create(
                CultureInfo.InvariantCulture,
                $"it holds from {shown.NotBefore.ToUniversalTime():u} to {shown.NotAfter.ToUniversalTime():u}, and this "
                    + $"machine's clock says {TimeProvider.System.GetUtcNow():u}");
        }

        return isTrusted;
    }

    private static bool IsSelfSigned(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}

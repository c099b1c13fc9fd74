using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Consortium.Hosting.RabbitMq;

/// <summary>
/// The certificates that may sign the broker's: one in DER, or any number in PEM one after the other, such as an old and a new
/// root side by side while certificates are renewed.
/// </summary>
public static class RootCertificates
{
    private const long LongestFile = 1 << 20;

    /// <exception cref="CryptographicException">It holds no certificate, or a damaged one.</exception>
    public static IReadOnlyList<X509Certificate2> Load(string path)
    {
        if (new FileInfo(path).Length > LongestFile)
        {
            throw new CryptographicException($"{path} has more than {LongestFile} bytes: it is no bundle of certificates.");
        }

        byte[] content = File.ReadAllBytes(path);
        if (content.AsSpan().IndexOf("-----BEGIN"u8) < 0)
        {
            return [X509CertificateLoader.LoadCertificate(content)];
        }

        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(Encoding.UTF8.GetString(content));
        return certificates.Count > 0
            ? [.. certificates]
            : throw new CryptographicException($"{path} is PEM without a certificate: write one or more, one after the other.");
    }
}

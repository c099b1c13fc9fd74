using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Consortium.Scoring.Tests;

internal static class CertificateKey
{
    public static X509Certificate2 CopyWithKey(this X509Certificate2 certificate, string pem)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return certificate.CopyWithPrivateKey(key);
    }
}

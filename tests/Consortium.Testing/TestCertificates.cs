using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Consortium.Testing;

/// <summary>A root certificate and a server's, for "localhost", drawn for one test.</summary>
public sealed class TestCertificates : IDisposable
{
    private readonly ECDsa _serverKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <param name="later">How much later they begin to hold than an hour ago.</param>
    public TestCertificates(TimeSpan later = default)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow() + later;
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=Consortium test root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        rootRequest.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        rootRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(rootRequest.PublicKey, false));
        Root = rootRequest.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));

        var request = new CertificateRequest("CN=localhost", _serverKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        Server = request.Create(Root, now.AddHours(-1), now.AddHours(23), RandomNumberGenerator.GetBytes(8));
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Server { get; }

    /// <summary>A client's certificate, with its key, that names a party.</summary>
    public X509Certificate2 Client(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 issued = request.Create(
            Root, now.AddHours(-1), now.AddHours(23), RandomNumberGenerator.GetBytes(8));
        return issued.CopyWithPrivateKey(key);
    }

    public string ServerKeyPem => _serverKey.ExportPkcs8PrivateKeyPem();

    public void Dispose()
    {
        Root.Dispose();
        Server.Dispose();
        _serverKey.Dispose();
    }
}

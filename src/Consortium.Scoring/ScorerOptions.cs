using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Consortium.Hosting.Daemons;
using Consortium.Protocol.Configuration;
using Microsoft.Extensions.Configuration;

namespace Consortium.Scoring;

/// <summary>What the scorer is given beyond what every daemon is.</summary>
public sealed record ScorerOptions
{
    private const int DefaultRequestsPerMinute = 600;

    /// <summary>Where clients reach it.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>Its certificate with the key: nobody asks in the clear.</summary>
    public required X509Certificate2 Certificate { get; init; }

    public required ImmutableArray<Offer> Offers { get; init; }

    /// <summary>Batches that are scored at one time; others wait in a short queue.</summary>
    public int ConcurrentBatches { get; init; } = Environment.ProcessorCount;

    /// <summary>Requests from one address in a minute.</summary>
    public int RequestsPerMinute { get; init; } = DefaultRequestsPerMinute;

    /// <summary>Reads what the operator named. This project's README lists the settings.</summary>
    /// <exception cref="InvalidConfigurationException">Says what is wrong in the settings or in the offers.</exception>
    public static ScorerOptions Read(IConfiguration configuration)
    {
        var settings = new DaemonSettings(configuration.GetSection(DaemonOptions.Section));
        IPEndPoint? listen = settings.Endpoint("Listen");
        if (listen is null && settings["Listen"] is null)
        {
            settings.Required("Listen", "the address and port for clients, such as 0.0.0.0:8443");
        }

        string offers = settings.Required("Offers", "the path of offers.json, which names the models");
        string certificate = settings.Required("CertificateFile", "the path of the certificate for TLS, PEM with its chain");
        string key = settings.Required("CertificateKeyFile", "the path of the certificate's key, PEM");
        int concurrent = settings.Number("ConcurrentBatches", 1, 1024) ?? Environment.ProcessorCount;
        int requests = settings.Number("RequestsPerMinute", 1, 1_000_000) ?? DefaultRequestsPerMinute;
        settings.ThrowIfWrong();
        X509Certificate2? loaded = null;
        try
        {
            loaded = X509Certificate2.CreateFromPemFile(certificate, key);
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            settings.Wrong("CertificateFile", $"It cannot be used with its key: {exception.Message}");
        }

        settings.ThrowIfWrong();
        return new ScorerOptions
        {
            Listen = listen!,
            Certificate = loaded!,
            Offers = OfferFile.Load(offers),
            ConcurrentBatches = concurrent,
            RequestsPerMinute = requests,
        };
    }
}

using Consortium.Cryptography.Identity;
using Consortium.Hosting.Daemons;
using Consortium.Hosting.Sqlite;
using Consortium.Protocol.Configuration;
using Consortium.Testing;
using Microsoft.Extensions.Configuration;

namespace Consortium.Scoring.Tests;

/// <summary>What the program reads before it listens.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("consortium-scorer-").FullName;
    private readonly Dictionary<string, string?> _settings;

    public SettingsTests()
    {
        using var certificates = new TestCertificates();
        File.WriteAllBytes(In("consortium.json"), TestScorer.Parties.File.ToJson());
        IdentityFile.SavePlaintextForDemonstration(In("identity"), TestScorer.Parties.Identity(TestParties.Scorer));
        File.WriteAllText(In("tls.crt"), certificates.Server.ExportCertificatePem());
        File.WriteAllText(In("tls.key"), certificates.ServerKeyPem);
        File.WriteAllBytes(In("model.cscells"), TestScorer.Model.ToBytes());
        Offer("""[{ "model": "model.cscells", "quota": 100, "paymentsPerQuery": 8 }]""");
        _settings = new Dictionary<string, string?>
        {
            ["Configuration"] = In("consortium.json"),
            ["Trial"] = "true",
            ["Identity"] = In("identity"),
            ["PlaintextIdentity"] = "true",
            ["Data"] = In("state"),
            ["Listen"] = "127.0.0.1:0",
            ["Offers"] = In("offers.json"),
            ["CertificateFile"] = In("tls.crt"),
            ["CertificateKeyFile"] = In("tls.key"),
            ["RequestsPerMinute"] = "60",
        };
    }

    [Fact]
    public void Read_WholeSettings_GiveTheScorer()
    {
        (DaemonOptions options, ScorerOptions own) = Read();

        Assert.Equal(TestParties.Scorer, options.FindSelf(PartyRole.Scorer).Id.Name);
        Offer offer = Assert.Single(own.Offers);
        Assert.Equal((100, 8, 60), (offer.Quota, offer.Parameters.Payments, own.RequestsPerMinute));
        Assert.True(own.Certificate.HasPrivateKey);
    }

    [Theory]
    [InlineData("Listen", "here", "Listen")]
    [InlineData("Offers", null, "Offers")]
    [InlineData("CertificateKeyFile", "/nowhere/tls.key", "CertificateFile")]
    [InlineData("ConcurrentBatches", "0", "1 to 1024")]
    [InlineData("Offfers", "x", "Offers")]
    public void Read_WrongSetting_IsNamed(string name, string? value, string expected)
    {
        _settings[name] = value;

        InvalidConfigurationException fault = Assert.Throws<InvalidConfigurationException>(() => Read());

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]", "1 to 64 models")]
    [InlineData("""[{ "model": "model.cscells", "quota": 0 }]""", "quota of 0")]
    [InlineData("""[{ "model": "none.cscells", "quota": 1 }]""", "none.cscells")]
    [InlineData("""[{ "model": "offers.json", "quota": 1 }]""", "model of cells")]
    [InlineData("""[{ "model": "model.cscells", "quota": 1, "paymentsPerQuery": 3 }]""", "1, 2, 4 or 8")]
    [InlineData("""[{ "model": "model.cscells", "quota": 1, "mostQueries": 100000 }]""", "mostQueries")]
    [InlineData(
        """[{ "model": "model.cscells", "quota": 1 }, { "model": "model.cscells", "quota": 2 }]""", "offered twice")]
    [InlineData("""[{ "model": "model.cscells", "quotta": 1 }]""", "quotta")]
    public void Read_OffersThatCannotBeServed_AreNamed(string offers, string expected)
    {
        Offer(offers);

        InvalidConfigurationException fault = Assert.Throws<InvalidConfigurationException>(() => Read());

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string In(string name) => Path.Combine(_folder, name);

    private void Offer(string json) => File.WriteAllText(In("offers.json"), json);

    private (DaemonOptions Options, ScorerOptions Own) Read()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(
            _settings.Select(setting => KeyValuePair.Create($"{DaemonOptions.Section}:{setting.Key}", setting.Value))).Build();
        return (
            DaemonOptions.Read(configuration, new DaemonAdapters(FolderStorage.FromSettings, ScorerDaemon.NoTransport)),
            ScorerOptions.Read(configuration));
    }
}

using Consortium.Hosting.Daemons;
using Consortium.Hosting.RabbitMq;
using Consortium.Hosting.Sqlite;
using Consortium.Protocol.Configuration;
using Consortium.Testing;
using Microsoft.Extensions.Configuration;

namespace Consortium.Hosting.Tests.Daemons;

public sealed class DaemonOptionsTests : IDisposable
{
    private readonly ConsortiumFolder _consortium = new(
        ["bank-a", "bank-b", "bank-c"], ["holder-a", "holder-b", "holder-c", "holder-d"], threshold: 3);
    private readonly Dictionary<string, string?> _settings;

    public DaemonOptionsTests()
    {
        _consortium.WriteCredentials(_ => "password");
        string party = _consortium.FolderOf(new("holder-a"));
        _settings = new(StringComparer.Ordinal)
        {
            ["Configuration"] = In("consortium.json"),
            ["Digest"] = _consortium.Configuration.Digest.ToString(),
            ["Identity"] = Path.Combine(party, "identity"),
            ["PassphraseFile"] = Path.Combine(party, "passphrase"),
            ["BrokerPasswordFile"] = Path.Combine(party, "broker-password"),
            ["Data"] = Path.Combine(party, "state"),
        };
    }

    public void Dispose() => _consortium.Dispose();

    [Fact]
    public void Read_PinnedAndSigned_IsTaken_WithTheLedgerBesideTheIdentity() =>
        Assert.Equal(Path.Combine(_consortium.FolderOf(new("holder-a")), "participation.ledger"), Read().Ledger);

    [Fact]
    public void Read_NoDigest_IsRejected_OutsideATrial()
    {
        _settings.Remove("Digest");
        Rejects("Pin the configuration's digest");
        _settings["Trial"] = "true";
        Read();
    }

    [Fact]
    public void Read_NoSignature_OrAnothers_IsRejected()
    {
        byte[] signature = File.ReadAllBytes(In("consortium.signature.json"));
        File.Delete(In("consortium.signature.json"));
        Rejects("put the operator's signature beside consortium.json");

        File.WriteAllBytes(
            In("consortium.signature.json"),
            ConfigurationSignature.Create(_consortium.Configuration, _consortium.IdentityOf(new("aggregator"))).ToJson());
        _settings["Trial"] = "true"; // where there is a signature it must hold, in a trial too
        Rejects("The signature is not of operator");

        File.WriteAllBytes(In("consortium.signature.json"), signature);
        Read();
    }

    [Fact]
    public void Read_TransportAltered_IsAnotherDigest()
    {
        File.WriteAllBytes(
            In("consortium.json"),
            (_consortium.File with { Transport = _consortium.File.Transport! with { Host = "elsewhere" } }).ToJson());
        Rejects("not the agreed");
    }

    [Fact]
    public void Read_PlainBrokerOffTheLoopback_IsRejected()
    {
        _settings["BrokerHost"] = "broker.example";
        Rejects("passwords would cross the network in the clear");
        _settings["BrokerHost"] = "127.0.0.2";
        Read();
    }

    [Fact]
    public void Read_RootOrClientCertificateWithoutTls_IsRejected()
    {
        using var certificates = new TestCertificates();
        File.WriteAllText(In("root.pem"), certificates.Root.ExportCertificatePem());
        _settings["BrokerRootCertificate"] = In("root.pem");
        Rejects("so no certificate is checked");
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite, true)]
    [InlineData(UnixFileMode.UserRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, true)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.GroupWrite, false)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.OtherRead, false)]
    public void Read_PassphraseFileOfMode_IsTakenWhenNobodyElseReachesIt(UnixFileMode mode, bool isTaken)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(_settings["PassphraseFile"]!, mode);
        if (isTaken)
        {
            Read();
        }
        else
        {
            Rejects("chmod 600");
        }
    }

    [Fact]
    public void Read_PassphraseFromADescriptor_IsTaken()
    {
        using FileStream open = File.OpenRead(_settings["PassphraseFile"]!);
        _settings.Remove("PassphraseFile");
        int descriptor = OperatingSystem.IsLinux() ? open.SafeFileHandle.DangerousGetHandle().ToInt32() : 0;
        if (descriptor > 0)
        {
            open.SafeFileHandle.SetHandleAsInvalid(); // the daemon closes it
            _settings["PassphraseDescriptor"] = $"{descriptor}";
            Read();
        }
    }

    [Theory]
    [InlineData("8080")]
    [InlineData("localhost:8080")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("0.0.0.0:99999")]
    [InlineData("http://0.0.0.0:8080")]
    public void Read_HealthThatIsNoAddressAndPort_SaysHowToWriteIt(string health)
    {
        _settings["Health"] = health;
        Rejects("Write an address and a port, such as 0.0.0.0:8080");
    }

    [Theory]
    [InlineData("0.0.0.0:8080")]
    [InlineData("[::1]:8080")]
    public void Read_HealthOfAnAddressAndAPort_IsTaken(string health)
    {
        _settings["Health"] = health;
        Assert.Equal(8080, Read().Health!.Port);
    }

    [Theory]
    [InlineData("--Consortium:Passphrase=secret")]
    [InlineData("--consortium:brokerpassword=secret")]
    [InlineData("/Consortium:Passphrase")]
    public void RejectSecretsIn_Arguments_SaysWhy(string argument)
    {
        var problem = Assert.Throws<InvalidConfigurationException>(() => DaemonHost.RejectSecretsIn([argument]));
        Assert.Contains("Every user of this machine can read arguments", problem.Message, StringComparison.Ordinal);
        DaemonHost.RejectSecretsIn(["--Consortium:PassphraseFile=/run/secret", "--Consortium:Data=/var/lib"]);
    }

    [Fact]
    public void CreateBuilder_WatchesNoFile()
    {
        FileConfigurationSource[] files =
            [.. DaemonHost.CreateBuilder(["--Consortium:Data=/x"]).Configuration.Sources.OfType<FileConfigurationSource>()];

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.False(file.ReloadOnChange, file.Path));
    }

    private string In(string file) => Path.Combine(_consortium.Path, file);

    private DaemonOptions Read() => DaemonOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(
            _settings.Select(setting => KeyValuePair.Create($"{DaemonOptions.Section}:{setting.Key}", setting.Value))).Build(),
        new DaemonAdapters(FolderStorage.FromSettings, RabbitMqTransport.FromSettings));

    [Theory]
    [InlineData("Dta", "the nearest is Consortium__Data")]
    [InlineData("BrokerRootCertficate", "the nearest is Consortium__BrokerRootCertificate")]
    [InlineData("Timezone", "Consortium__Timezone: There is no such setting")]
    public void Read_SettingThatNoDaemonReads_IsRejectedWithTheNearest(string name, string reason)
    {
        _settings[name] = "1";

        Rejects(reason);
    }

    private void Rejects(string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidConfigurationException>(() => Read()).Message, StringComparison.Ordinal);
}

using System.Text.RegularExpressions;

namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary>docker-compose.yml says what it should, and names only what is there.</summary>
public sealed class ComposeFileTests
{
    private static readonly ComposeFile Compose = ComposeFile.Read(
        Path.Combine(Repository.Root, "docker-compose.yml"), new Dictionary<string, string>());

    [Fact]
    public void Services_WholeConsortium_AreThere() => Assert.Equal(
        ["aggregator", "bank-a", "bank-b", "bank-c", "bank-d", "bank-e", "holder-a", "holder-b", "holder-c", "holder-d",
            "rabbitmq"],
        Compose.Services.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Volumes_OfEachService_AreItsOwn()
    {
        string[] named =
            [.. Compose.Services.Values.SelectMany(service => service.Volumes)
                .Select(volume => volume.Source)
                .Where(source => !source.Contains('/'))];
        Assert.Equal(named.Distinct(), named);
        Assert.Equal(Compose.Volumes.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
        string[] secrets =
            [.. Compose.Services.Values.SelectMany(service => service.Volumes)
                .Where(volume => volume.Target == "/etc/consortium/party")
                .Select(volume => volume.Source)];
        Assert.Equal(10, secrets.Distinct().Count());
    }

    [Fact]
    public void Paths_InSettings_LieInVolumes()
    {
        foreach ((string name, ComposeService service) in Compose.Services)
        {
            foreach ((string setting, string value) in service.Environment.Where(setting => setting.Value.StartsWith('/')))
            {
                Assert.True(
                    service.Volumes.Any(
                        volume => value == volume.Target || value.StartsWith(volume.Target + "/", StringComparison.Ordinal)),
                    $"{name}: {setting} is {value}");
            }
        }
    }

    [Fact]
    public void Commands_OfDaemons_AreWhatTheImageHolds()
    {
        string dockerfile = File.ReadAllText(Path.Combine(Repository.Root, "Dockerfile"));
        string[] published = Regex.Match(dockerfile, "for daemon in (?<names>[^;]+);").Groups["names"].Value.Split(' ');
        foreach (ComposeService service in Compose.Services.Values.Where(service => service.Build is not null))
        {
            Match command = Regex.Match(Assert.Single(service.Command), @"^/app/(?<role>\w+)/(?<file>[a-z-]+\.dll)$");
            Assert.Contains(command.Groups["role"].Value, published);
            Assert.True(File.Exists(Repository.Daemon(command.Groups["role"].Value, command.Groups["file"].Value)));
        }
    }
}

using System.Text.RegularExpressions;

namespace Consortium.Deployment.Tests;

/// <summary>The pages and files that name a daemon's settings name those that there are.</summary>
public sealed partial class DaemonSettingTests
{
    [Fact]
    public void Names_ReadByDaemons_AreFoundInTheirSource() => Assert.Superset(
        new HashSet<string>
        {
            "Configuration", "Digest", "Data", "Health", "Policy", "RetainDays", "BrokerPasswordFile", "Ledger",
        },
        DaemonSettingNames.All.ToHashSet());

    [Theory]
    [InlineData("docker-compose.yml")]
    [InlineData("deploy/systemd/daemon.env")]
    [InlineData("deploy/systemd/consortium-participant@.service")]
    [InlineData("deploy/systemd/consortium-aggregator@.service")]
    [InlineData("deploy/systemd/consortium-key-holder@.service")]
    [InlineData("deploy/helm/consortium-daemon/templates/_daemon.tpl")]
    [InlineData("deploy/helm/scorer/templates/_scorer.tpl")]
    [InlineData("deploy/systemd/consortium-scorer@.service")]
    [InlineData("deploy/README.md")]
    public void File_ThatNamesSettings_NamesKnownOnes(string file)
    {
        string[] named = [.. Setting().Matches(File.ReadAllText(Path.Combine(Repository.Root, file)))
            .Select(match => match.Groups[1].Value).Distinct()];

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, DaemonSettingNames.All));
    }

    [Fact]
    public void Readmes_OfTheDaemons_ListEverySetting()
    {
        string pages = string.Concat(((string[])["Hosting", "Participant", "Aggregator", "Scoring"]).Select(
            project => File.ReadAllText(Path.Combine(Repository.Root, "src", $"Consortium.{project}", "README.md"))));

        Assert.All(DaemonSettingNames.All, name => Assert.Matches($"`(Consortium__)?{name}`", pages));
    }

    [GeneratedRegex(@"Consortium__([A-Z]\w+)")]
    private static partial Regex Setting();
}

using Consortium.EndToEnd.Tests.Documentation;

namespace Consortium.EndToEnd.Tests.Deployment;

/// <summary>What <c>consortium init --trial</c> writes is what docker-compose.yml mounts.</summary>
public sealed class TrialFolderTests
{
    [Fact]
    public async Task Trial_OfFiveBanks_HasEveryFileThatComposeMountsOrNames()
    {
        using var shell = new DocumentedShell();
        (int exitCode, string output) = await shell.RunAsync(
            ["consortium init --trial --folder consortium-home --payments 1000 --days 7"], TestContext.Current.CancellationToken);
        Assert.True(exitCode == 0, output);
        string home = Path.Combine(shell.Folder, "consortium-home");

        ComposeFile compose = ComposeFile.Read(
            Path.Combine(Repository.Root, "docker-compose.yml"), new Dictionary<string, string> { ["CONSORTIUM_FOLDER"] = home });

        foreach ((string name, ComposeService service) in compose.Services)
        {
            (string Source, string Target)[] mounts = [.. service.Volumes.Where(volume => volume.Source.StartsWith('/'))];
            Assert.NotEmpty(mounts);
            foreach ((string source, string target) in mounts)
            {
                Assert.True(Path.Exists(source), $"{name} mounts {source}");
                foreach ((string setting, string value) in service.Environment.Where(
                    setting => setting.Value.StartsWith(target, StringComparison.Ordinal)))
                {
                    Assert.True(Path.Exists(source + value[target.Length..]), $"{name}: {setting} is {value}");
                }
            }

            if (service.Environment.GetValueOrDefault("Consortium__Bank") is { } bank)
            {
                Assert.Contains($",{bank},", File.ReadAllText(Path.Combine(home, name, "payments", "0001.csv")));
            }
        }
    }
}

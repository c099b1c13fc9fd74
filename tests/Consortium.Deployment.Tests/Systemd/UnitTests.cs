using System.Diagnostics;

namespace Consortium.Deployment.Tests.Systemd;

/// <summary>The units, as systemd's own tools judge them.</summary>
public sealed class UnitTests
{
    /// <summary>systemd-analyze counts from 0, a unit that can do nothing, to 10; below 2.5 it says OK.</summary>
    private const int MostExposure = 15; // tenths

    public static TheoryData<string> Roles => ["participant", "aggregator", "key-holder"];

    public static TheoryData<string> RolesAndScorer => ["participant", "aggregator", "key-holder", "scorer"];

    [Theory]
    [MemberData(nameof(RolesAndScorer))]
    public async Task Unit_OfARole_IsConfined(string role)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd is not installed here.");
        using var folder = new TemporaryFolder();
        string unit = Path.Combine(folder.Path, $"consortium-{role}@party.service");
        File.Copy(Repository.Deploy("systemd", $"consortium-{role}@.service"), unit);

        (int code, string output) = await RunAsync(
            "systemd-analyze", "security", "--offline=true", $"--threshold={MostExposure}", unit);
        Assert.True(code == 0, output);
    }

    [Theory]
    [MemberData(nameof(RolesAndScorer))]
    public async Task Unit_OfARole_IsUnderstood(string role)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd is not installed here.");
        using var folder = new TemporaryFolder();
        string unit = Path.Combine(folder.Path, $"consortium-{role}@party.service");
        File.Copy(Repository.Deploy("systemd", $"consortium-{role}@.service"), unit);

        (int code, string output) = await RunAsync("systemd-analyze", "verify", "--man=no", unit);
        Assert.True(code == 0 && !output.Contains(unit, StringComparison.Ordinal), output);
    }

    [Theory]
    [MemberData(nameof(Roles))]
    public void Unit_OfARole_HandsSecretsOverAsCredentials(string role)
    {
        string[] lines = File.ReadAllLines(Repository.Deploy("systemd", $"consortium-{role}@.service"));

        Assert.Equal(
            ["broker-password", "identity", "passphrase"],
            lines.Where(line => line.StartsWith("LoadCredential=", StringComparison.Ordinal))
                .Select(line => line.Split('=', ':')[1]).Order(StringComparer.Ordinal));
        Assert.Contains("Environment=Consortium__Identity=%d/identity", lines);
        Assert.Contains("RestartPreventExitStatus=2", lines);
    }

    [Fact]
    public void EnvironmentFile_Example_IsReadAlikeEverywhere() => Assert.All(
        File.ReadAllLines(Repository.Deploy("systemd", "daemon.env")).Where(
            line => !line.StartsWith("# ", StringComparison.Ordinal)),
        line => Assert.Matches("^#?Consortium__[A-Z][A-Za-z]+=[A-Za-z0-9/._:@+,-]*$", line));

    internal static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }
}

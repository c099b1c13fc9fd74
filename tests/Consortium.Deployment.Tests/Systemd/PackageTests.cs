namespace Consortium.Deployment.Tests.Systemd;

/// <summary>deploy/package.sh, on the command line as it was built with these tests.</summary>
public sealed class PackageTests
{
    [Fact]
    public async Task Package_Built_HoldsProgramsAndUnits_AndRuns()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/dpkg-deb"), "dpkg-deb is not installed here.");
        string configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;
        string built = Path.Combine(Repository.Root, "src", "Consortium.Cli", "bin", configuration, "net10.0");
        using var folder = new TemporaryFolder();

        (int code, string output) = await UnitTests.RunAsync(
            "env", "CONSORTIUM_COMPRESSION=1", "GZIP=-1", Repository.Deploy("package.sh"), "--output", folder.Path, "--version",
            "1.2.3", "--from", built);
        Assert.True(code == 0, output);

        string package = Assert.Single(Directory.GetFiles(folder.Path, "*.deb")),
            archive = Assert.Single(Directory.GetFiles(folder.Path, "*.tar.gz"));
        (_, string version) = await UnitTests.RunAsync("dpkg-deb", "--field", package, "Version");
        Assert.Equal("1.2.3", version.Trim());
        (_, string contents) = await UnitTests.RunAsync("dpkg-deb", "--contents", package);
        foreach (string file in (string[])[
            "/usr/bin/consortium", "/usr/lib/consortium/consortium-participant.dll",
            "/usr/lib/consortium/consortium-aggregator.dll",
            "/usr/lib/consortium/consortium-key-holder.runtimeconfig.json",
            "/usr/lib/systemd/system/consortium-participant@.service", "/usr/lib/sysusers.d/consortium.conf",
            "/usr/share/doc/consortium/copyright"])
        {
            Assert.Contains($".{file}\n", contents, StringComparison.Ordinal);
        }

        (code, output) = await UnitTests.RunAsync("tar", "--extract", "--file", archive, "--directory", folder.Path);
        Assert.True(code == 0, output);
        (code, output) = await UnitTests.RunAsync(
            Path.Combine(folder.Path, Path.GetFileName(archive).Split("-linux")[0], "bin", "consortium"), "--help");
        Assert.True(code == 0, output);
        Assert.Contains("consortium", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Package_OfAnotherVersionThanAVersion_IsNotBuilt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/dpkg-deb"), "dpkg-deb is not installed here.");
        (int code, string output) = await UnitTests.RunAsync(Repository.Deploy("package.sh"), "--version", "latest");

        Assert.Equal(2, code);
        Assert.Contains("'latest' is no version", output, StringComparison.Ordinal);
    }
}

using System.Diagnostics;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Tests.CommandLine;

/// <summary>The command line as a .NET tool: packed, installed from a folder alone, and run.</summary>
public sealed class ToolPackageTests
{
    [Fact]
    public async Task Pack_InstalledFromAFolder_RunsAsConsortium()
    {
        using var folder = new TemporaryFolder();
        string configuration = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;
        string settings = folder.Write(
            "nuget.config",
            $"""
            <configuration>
              <packageSources><clear /><add key="folder" value="{folder["feed"]}" /></packageSources>
            </configuration>
            """);

        await DotnetAsync(
            folder, "pack", Path.Combine(Repository.Root, "src", "Consortium.Cli"), "--no-build", "--configuration",
            configuration,
            "--output", folder["feed"]);
        await DotnetAsync(
            folder, "tool", "install", "Consortium.Cli", "--tool-path", folder["tools"], "--configfile", settings);
        string help = await RunAsync(folder, folder[$"tools/{HelpWithExamples.Program}"], "--help");

        Assert.Contains($"{HelpWithExamples.Program} demo", help);
    }

    private static Task<string> DotnetAsync(TemporaryFolder folder, params string[] arguments) =>
        RunAsync(folder, "dotnet", arguments);

    private static async Task<string> RunAsync(TemporaryFolder folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.WorkingDirectory = folder.Path;
        start.Environment["NUGET_PACKAGES"] = folder["packages"]; // nothing of this user's is read or left behind
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{output}{await error}");
        return output;
    }
}

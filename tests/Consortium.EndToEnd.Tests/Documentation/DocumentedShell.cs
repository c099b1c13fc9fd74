using System.Diagnostics;
using System.Globalization;
using Consortium.EndToEnd.Tests.Deployment;
using Consortium.Testing;

namespace Consortium.EndToEnd.Tests.Documentation;

/// <summary>
/// A shell in a folder that looks like a clone of this repository, where what is built is not built again, and a trial consortium
/// gets free ports. All that was started in it ends with it.
/// </summary>
internal sealed class DocumentedShell : IDisposable
{
    private const int Daemons = 10;
    private const int LongestLine = 300;

    private static readonly string Dotnet = Environment.GetEnvironmentVariable("PATH")!
        .Split(':')
        .Select(folder => Path.Combine(folder, "dotnet"))
        .First(File.Exists);

    private readonly string _programs = Directory.CreateTempSubdirectory("consortium-documented-").FullName;
    private readonly Process? _epmd;

    public DocumentedShell(bool withBroker = false)
    {
        Folder = Directory.CreateDirectory(Path.Combine(_programs, "clone")).FullName;
        foreach (string name in (string[])["src", "tests", "consortium-config", "docker-compose.yml", "README.md"])
        {
            File.CreateSymbolicLink(Path.Combine(Folder, name), Path.Combine(Repository.Root, name));
        }

        WriteProgram(
            "dotnet",
            $$"""
            dotnet='{{Dotnet}}'
            case "$1" in
              build) exit 0 ;;
              run) while [ "$1" != -- ]; do shift; done; shift; exec consortium "$@" ;;
              *) exec "$dotnet" "$@" ;;
            esac
            """);
        WriteProgram(
            "consortium",
            $$"""
            arguments=() trial=()
            while (($#)); do
              case $1 in
                --port) shift ;;
                --trial) trial=({{Ports()}}); arguments+=(--trial) ;;
                *) arguments+=("$1") ;;
              esac
              shift
            done
            exec '{{Dotnet}}' '{{Repository.CommandLine}}' "${arguments[@]}" "${trial[@]}"
            """);
        WriteProgram("sudo", "exit 0"); // what it would install is there, or the test does not run
        if (withBroker)
        {
            EpmdPort = FreePorts.Take();
            _epmd = Process.Start("epmd", ["-port", Text(EpmdPort), "-address", "127.0.0.1"]);
        }
    }

    public string Folder { get; }

    private int EpmdPort { get; }

    /// <summary>Runs lines as one script that stops at the first command that fails.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> lines, CancellationToken cancellationToken)
    {
        string script = Path.Combine(_programs, "script"), log = Path.Combine(_programs, "log");
        await File.WriteAllTextAsync(script, string.Join('\n', ["set -euo pipefail", .. lines]) + "\n", cancellationToken);
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = Folder, UseShellExecute = false };
        foreach (string argument in (string[])["--wait", "bash", "-c",
            $"echo $$ >'{_programs}/group'; exec bash '{script}' >'{log}' 2>&1 </dev/null"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["PATH"] = $"{_programs}/bin:{start.Environment["PATH"]}";
        start.Environment["ERL_EPMD_PORT"] = Text(EpmdPort);
        using Process shell = Process.Start(start)!;
        try
        {
            await shell.WaitForExitAsync(cancellationToken);
            return (shell.ExitCode, await File.ReadAllTextAsync(log, CancellationToken.None));
        }
        catch (OperationCanceledException)
        {
            return (-1,
                await File.ReadAllTextAsync(log, CancellationToken.None)
                    + "\n(it was still running when the test's time was over)");
        }
    }

    /// <summary>The ends of the logs in a folder, for a test that fails.</summary>
    public string Logs(string folder) =>
        !Directory.Exists(Path.Combine(Folder, folder))
            ? string.Empty
            : string.Join('\n', Directory.EnumerateFiles(Path.Combine(Folder, folder), "log", SearchOption.AllDirectories)
                .Select(
                    file => $"--- {file}\n"
                        + string.Join('\n', File.ReadLines(file).TakeLast(5).Select(
                            line => line[..Math.Min(line.Length, LongestLine)]))));

    public void Dispose()
    {
        if (File.Exists(Path.Combine(_programs, "group")))
        {
            using Process kill = Process.Start(
                new ProcessStartInfo(
                    "/bin/kill", ["-KILL", "--", $"-{File.ReadAllText(Path.Combine(_programs, "group")).Trim()}"])
                {
                    RedirectStandardError = true, // that nobody is left is no error
                })!;
            kill.WaitForExit();
        }

        if (_epmd is not null)
        {
            _epmd.Kill();
            _epmd.WaitForExit();
            _epmd.Dispose();
        }

        Directory.Delete(_programs, recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>In the place of the port that a page names.</summary>
    private static string Ports() => $"--port {FreePorts.Take()} --health-port {FreePorts.Take(Daemons)}";

    private void WriteProgram(string name, string body)
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(_programs, "bin")).FullName, name);
        File.WriteAllText(path, $"#!/bin/bash\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}

using System.Diagnostics;
using System.Text;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Tests.CommandLine;

/// <summary>The program in a process of its own, for what only a process has: signals, and a terminal.</summary>
internal sealed class CommandLineProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _shown = new();

    private CommandLineProcess(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["TERM"] = "xterm";
        _process = Process.Start(start)!;
    }

    public static bool HasTerminals => File.Exists("/usr/bin/script");

    private static string Program => typeof(Application).Assembly.Location;

    public static CommandLineProcess Start(params string[] args) => new("dotnet", [Program, .. args]);

    /// <summary>As a person at a terminal sees it, by util-linux's <c>script</c>.</summary>
    public static CommandLineProcess StartAtTerminal(params string[] args) =>
        new(
            "script",
            [
                "-q", "-e", "-c", string.Join(' ', ((string[])["dotnet", Program, .. args]).Select(word => $"'{word}'")),
                "/dev/null",
            ]);

    /// <summary>Reads until the screen shows something new, and gives all that it showed.</summary>
    public async Task<string> ReadToAsync(string expected, CancellationToken cancellationToken)
    {
        int seen = _shown.Length;
        var buffer = new char[256];
        while (!_shown.ToString(seen, _shown.Length - seen).Contains(expected, StringComparison.Ordinal))
        {
            int count = await _process.StandardOutput.ReadAsync(buffer, cancellationToken);
            Assert.True(count > 0, $"The program ended, and showed: {_shown}");
            _shown.Append(buffer, 0, count);
        }

        return _shown.ToString();
    }

    public async Task TypeAsync(string keys)
    {
        await _process.StandardInput.WriteAsync(keys);
        await _process.StandardInput.FlushAsync();
    }

    public void Terminate()
    {
        using Process kill = Process.Start("/bin/kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public async Task<(ExitCode Code, string Shown)> EndAsync(CancellationToken cancellationToken)
    {
        _shown.Append(await _process.StandardOutput.ReadToEndAsync(cancellationToken));
        await _process.WaitForExitAsync(cancellationToken);
        return ((ExitCode)_process.ExitCode, _shown.ToString());
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}

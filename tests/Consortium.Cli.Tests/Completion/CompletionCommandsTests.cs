using System.Diagnostics;
using Consortium.Cli.CommandLine;
using Consortium.Cli.Tests.CommandLine;
using Consortium.Cli.Tests.Enrolment;

namespace Consortium.Cli.Tests.Completion;

public sealed class CompletionCommandsTests
{
    [Theory]
    [InlineData("che", "check")]
    [InlineData("identity new bank-a --role k", "key-holder")]
    [InlineData("simulate --paym", "--payments")]
    [InlineData("compl", "completion")]
    public async Task Bash_LineSoFar_IsCompleted(string typed, string expected)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "bash is not installed.");
        using var folder = new TemporaryFolder();
        string script = folder.Write("completion.bash", (await EnrolledConsortium.Done("completion", "bash")).Out);
        string program = folder.Write(
            HelpWithExamples.Program, $"#!/bin/bash\nexec dotnet '{typeof(Application).Assembly.Location}' \"$@\"\n");

        // What bash sets when a person presses Tab at the end of the line.
        string[] words = [HelpWithExamples.Program, .. typed.Split(' ')];
        string press =
            $"""
            chmod +x '{program}'
            PATH='{folder.Path}':$PATH
            source '{script}'
            COMP_WORDS=({string.Join(' ', words)}) COMP_CWORD={words.Length - 1} COMP_LINE='{string.Join(' ', words)}'
            COMP_POINT=${"{#COMP_LINE}"}
            "$(complete -p {HelpWithExamples.Program} | sed 's/.*-F \([^ ]*\) .*/\1/')"
            printf '%s\n' "${"{COMPREPLY[@]}"}"
            """;

        Assert.Equal([expected], (await BashAsync(press)).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Script_ForEachShell_AsksThisProgram(string shell)
    {
        CommandLineRun run = await EnrolledConsortium.Done("completion", shell);

        Assert.Contains("[suggest:", run.Out);
        Assert.Contains(HelpWithExamples.Program, run.Out);
        Assert.Empty(run.Error);
    }

    private static async Task<string> BashAsync(string script)
    {
        var start = new ProcessStartInfo("/bin/bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        using Process bash = Process.Start(start)!;
        Task<string> error = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(string.Empty, await error);
        return output;
    }
}

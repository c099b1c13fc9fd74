using System.CommandLine;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Tests.CommandLine;

public sealed class ApplicationTests
{
    [Fact]
    public async Task Run_UnknownCommand_SaysSoAndPointsAtHelp()
    {
        CommandLineRun run = await CommandLineRun.Of("frobnicate");

        Assert.Equal(ExitCode.BadInput, run.Code);
        Assert.Contains("frobnicate", run.Error);
        Assert.Contains("--help", run.Error);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task Help_OfEveryCommand_TeachesByExample()
    {
        foreach (
            (string[] path, Command command) in Walk(
                Application.Commands(new Terminal(TextWriter.Null, TextWriter.Null, TextReader.Null)), []))
        {
            Assert.False(string.IsNullOrWhiteSpace(command.Description), $"{string.Join(' ', path)} has no description");
            CommandLineRun run = await CommandLineRun.Of([.. path, "--help"]);
            Assert.Equal(ExitCode.Done, run.Code);
            if (command is Verb verb)
            {
                Assert.NotEmpty(verb.Examples);
                Assert.All(verb.Examples, example => Assert.StartsWith(string.Join(' ', path), example));
                Assert.Contains($"{HelpWithExamples.Program} {verb.Examples[0]}", run.Out);
            }
        }
    }

    [Fact]
    public void Examples_OfEveryCommand_Parse()
    {
        RootCommand root = Application.Commands(new Terminal(TextWriter.Null, TextWriter.Null, TextReader.Null));
        foreach ((_, Command command) in Walk(root, []))
        {
            foreach (string example in command is Verb verb ? verb.Examples : [])
            {
                Assert.True(
                    root.Parse(example).Errors.Count == 0, $"`{example}`: {string.Join(" ", root.Parse(example).Errors)}");
            }
        }
    }

    private static IEnumerable<(string[] Path, Command Command)> Walk(Command command, string[] path)
    {
        yield return (path, command);
        foreach (Command child in command.Subcommands)
        {
            foreach ((string[] Path, Command Command) below in Walk(child, [.. path, child.Name]))
            {
                yield return below;
            }
        }
    }
}

using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Tests.CommandLine;

/// <summary>One command line, run in this process.</summary>
internal sealed record CommandLineRun(ExitCode Code, string Out, string Error)
{
    public static Task<CommandLineRun> Of(params string[] args) => WithInput(string.Empty, args);

    public static async Task<CommandLineRun> WithInput(string input, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var reader = new StringReader(input);
        int code = await Application.RunAsync(args, new Terminal(output, error, reader), Xunit.TestContext.Current.CancellationToken);
        return new CommandLineRun((ExitCode)code, output.ToString(), error.ToString());
    }
}

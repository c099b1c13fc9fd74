using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Tests.CommandLine;

/// <summary>One command line, run in this process.</summary>
internal sealed record CommandLineRun(ExitCode Code, string Out, string Error)
{
    public static Task<CommandLineRun> Of(params string[] args) => WithInput(string.Empty, args);

    public static Task<CommandLineRun> WithInput(string input, params string[] args) =>
        Run(input, Xunit.TestContext.Current.CancellationToken, args);

    /// <summary>As if Ctrl-C came at once.</summary>
    public static Task<CommandLineRun> Interrupted(params string[] args) =>
        Run(string.Empty, new CancellationToken(canceled: true), args);

    private static async Task<CommandLineRun> Run(string input, CancellationToken cancellationToken, string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        using var reader = new StringReader(input);
        int code = await Application.RunAsync(args, new Terminal(output, error, reader), cancellationToken);
        return new CommandLineRun((ExitCode)code, output.ToString(), error.ToString());
    }
}

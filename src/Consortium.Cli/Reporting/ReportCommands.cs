using System.CommandLine;
using Consortium.Cli.CommandLine;

namespace Consortium.Cli.Reporting;

/// <summary><c>report</c>: the HTML report once more, from figures that are kept.</summary>
internal static class ReportCommands
{
    private static readonly Argument<FileInfo> Saved = new("figures")
    {
        Description = "The JSON that `demo` kept beside its report",
        HelpName = "FILE.json",
    };

    private static readonly Option<FileInfo?> Output = new("--output", "-o")
    {
        Description = "The HTML report; beside the figures unless given",
        HelpName = "FILE.html",
    };

    public static Command Create(Terminal terminal) => Verb.Create(
        "report",
        "Write the HTML report from the figures that `demo` kept.",
        ["report consortium-report.json", "report consortium-report.json --output for-the-board.html"],
        [Saved, Output],
        (parsed, cancellationToken) => RunAsync(
            terminal, parsed.GetRequiredValue(Saved), parsed.GetValue(Output), cancellationToken));

    private static async Task<ExitCode> RunAsync(
        Terminal terminal, FileInfo saved, FileInfo? output, CancellationToken cancellationToken)
    {
        if (!saved.Exists)
        {
            throw new CommandException(
                ExitCode.BadInput, $"There is no file {saved}: name the JSON that `demo` wrote beside its report.");
        }

        TrainingReport report = await ReportFiles.ReadAsync(saved.FullName, cancellationToken);
        var files = new ReportFiles(output?.FullName ?? Path.ChangeExtension(saved.FullName, ".html"));
        files.CheckWritable();
        await files.WritePageAsync(report, cancellationToken);
        terminal.Out.WriteLine(files.Html);
        return ExitCode.Done;
    }
}

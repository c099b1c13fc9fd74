using System.CommandLine;
using Consortium.Cli.CommandLine;
using Consortium.Learning.Payments;
using Consortium.Learning.Payments.Mapping;

namespace Consortium.Cli.Data;

/// <summary><c>data map --guess</c>: a mapping for a bank's own export, to be looked at and corrected.</summary>
internal static class MapCommand
{
    private static readonly Option<string> Guess = new("--guess")
    {
        Description = "The file of payments to propose a mapping for: CSV, gzipped, zipped or not, or Parquet",
        HelpName = "FILE",
        Required = true,
    };

    public static Verb Create(Terminal terminal) => Verb.Create(
        "map",
        "Propose a mapping.json for a file in a bank's own columns. Prints the mapping, and on standard error what it is unsure "
        + "of; "
        + "check both, then read the file with `data inspect --mapping`. Exit code 1 where a column that every payment needs is "
        + "missing",
        ["data map --guess export.csv"],
        [Guess],
        async (parsed, cancellationToken) =>
        {
            string path = parsed.GetRequiredValue(Guess);
            if (!File.Exists(path))
            {
                throw new CommandException(ExitCode.BadInput, $"There is no file {path}.");
            }

            MappingGuess guess;
            try
            {
                guess = await Task.Run(() => MappingGuess.Of(path), cancellationToken);
            }
            catch (PaymentFileException rejection)
            {
                throw new CommandException(ExitCode.BadInput, rejection.Message);
            }

            terminal.Out.WriteLine(guess.Json);
            foreach (string unsure in guess.Unsure)
            {
                terminal.Note($"unsure: {unsure}");
            }

            try
            {
                MappingText.Parse(System.Text.Encoding.UTF8.GetBytes(guess.Json), "mapping.json");
                return ExitCode.Done;
            }
            catch (PaymentFileException incomplete)
            {
                terminal.Note($"incomplete: {incomplete.Reason}");
                return ExitCode.DoesNotHold;
            }
        });
}
